// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "panels/panel.h"

namespace coinswarm::ui {

Panel::Panel(const PanelContext &context, const QString &id, const QString &title, QWidget *parent)
    : QWidget(parent), m_context(context), m_id(id), m_title(title), m_caption(title)
{
    setObjectName(id);
    setAccessibleName(title);
}

void Panel::setCaption(const QString &caption)
{
    if (caption != m_caption) {
        m_caption = caption;
        Q_EMIT captionChanged();
    }
}

} // namespace coinswarm::ui
