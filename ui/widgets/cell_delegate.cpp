// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/cell_delegate.h"

#include "models/record_model.h"

#include <QtGui/QPainter>

namespace coinswarm::ui {

CellDelegate::CellDelegate(const Preferences &preferences, QObject *parent)
    : QStyledItemDelegate(parent), m_preferences(preferences), m_font(uiFont())
{}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const QString text = index.data(Qt::DisplayRole).toString();
    return {static_cast<int>(m_font.width(text)) + 14, kRowHeight};
}

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Colors &colors = m_preferences.colors();
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    QColor background = selected ? mixed(colors.surface, colors.accent, 0.25) : colors.surface;
    const QVariant changed = index.data(RecordModelBase::ChangedAgoRole);
    if (m_preferences.fades() && changed.isValid() && changed.toLongLong() < kFadeMs) {
        const double left = 1 - static_cast<double>(changed.toLongLong()) / kFadeMs;
        background = mixed(background, colors.accent, 0.35 * left);
    }
    painter->fillRect(option.rect, background);

    const QRectF cell = QRectF(option.rect).adjusted(6, 0, -6, 0);
    const double share = index.data(RecordModelBase::BarRole).toDouble();
    QRectF textRect = cell;
    if (share >= 0 && index.data(RecordModelBase::BarRole).isValid()) {
        // The bar keeps clear of the number, so that both can be read.
        const QRectF track(cell.left(), cell.center().y() - 3, std::max(0.0, cell.width() - 36), 6);
        painter->fillRect(track, mixed(colors.surface, colors.line, 0.8));
        painter->fillRect(QRectF(track.left(), track.top(), track.width() * std::min(share, 1.0), track.height()),
                          mixed(colors.surface, colors.accent, 0.8));
    }
    const Tone tone = static_cast<Tone>(index.data(RecordModelBase::ToneRole).toInt());
    painter->setPen(toneColor(colors, tone));
    const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
    const QString text = m_font.elided(index.data(Qt::DisplayRole).toString(), textRect.width());
    painter->save();
    painter->setClipRect(option.rect);
    m_font.draw(*painter, textRect, text, alignment & Qt::AlignHorizontal_Mask);
    painter->restore();
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter->setPen(colors.accent);
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
    }
}

} // namespace coinswarm::ui
