// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "theme/fonts.h"
#include "theme/preferences.h"

#include <QtWidgets/QStyledItemDelegate>

namespace coinswarm::ui {

/// Paints a RecordModel's cells: tabular figures, tone, a bar behind shares, and one fade of a changed background.
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    static constexpr int kFadeMs = 300;
    static constexpr int kRowHeight = 24;

    explicit CellDelegate(const Preferences &preferences, QObject *parent = nullptr);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    const Preferences &m_preferences;
    TabularFont m_font;
};

} // namespace coinswarm::ui
