// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/countdown_bar.h"

#include "theme/fonts.h"

#include <QtGui/QPainter>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

CountdownBar::CountdownBar(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(u"Time left"_s);
}

void CountdownBar::setColors(const Colors &colors)
{
    m_colors = colors;
    update();
}

void CountdownBar::setRemaining(Duration left, Duration whole)
{
    const auto seconds = std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::seconds>(left).count());
    m_text =
        u"expires "_s + QString::number(seconds / 60) + u':' + QString::number(seconds % 60).rightJustified(2, u'0');
    m_share = whole.count() > 0
        ? std::clamp(static_cast<double>(left.count()) / static_cast<double>(whole.count()), 0.0, 1.0)
        : 0;
    m_urgent = seconds <= 10;
    m_lit = !m_urgent || (left.count() / 500'000'000) % 2 == 0;
    setAccessibleDescription(m_text);
    update();
}

void CountdownBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const TabularFont font(uiFont(kSecondaryPixels, m_urgent ? QFont::DemiBold : QFont::Normal));
    painter.setPen(m_urgent ? m_colors.danger : m_colors.muted);
    font.draw(painter, QRectF(0, 0, 80, height()), m_text, Qt::AlignLeft);
    const QRectF whole(84, height() / 2.0 - 2, width() - 84, 4);
    painter.fillRect(whole, m_colors.line);
    if (m_lit) {
        painter.fillRect(QRectF(whole.left(), whole.top(), whole.width() * m_share, whole.height()),
                         m_urgent             ? m_colors.danger
                             : m_share < 0.35 ? m_colors.warn
                                              : m_colors.accent);
    }
}

} // namespace coinswarm::ui
