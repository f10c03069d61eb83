// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "widgets/number_label.h"

#include <QtGui/QPainter>

#include <cmath>

namespace coinswarm::ui {

namespace {

constexpr double kGap = 7;

} // namespace

NumberLabel::NumberLabel(const QString &caption, int pixels, QWidget *parent)
    : QWidget(parent),
      m_caption(caption),
      m_captionFont(uiFont(kSecondaryPixels)),
      m_valueFont(uiFont(pixels, pixels > kTextPixels ? QFont::DemiBold : QFont::Medium)),
      m_extraFont(uiFont(kTextPixels, QFont::Medium))
{
    setAccessibleName(caption);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
}

void NumberLabel::setValue(const QString &value, const QString &extra)
{
    if (value == m_value && extra == m_extra) {
        return;
    }
    m_value = value;
    m_extra = extra;
    setAccessibleDescription(extra.isEmpty() ? value : value + u' ' + extra);
    const double width = sizeHint().width();
    if (width > m_widest) {
        m_widest = width;
        updateGeometry();
    }
    update();
}

void NumberLabel::setValueColors(const QColor &caption, const QColor &value, const QColor &extra)
{
    m_captionColor = caption;
    m_valueColor = value;
    m_extraColor = extra;
    update();
}

QSize NumberLabel::sizeHint() const
{
    double width = m_captionFont.width(m_caption) + kGap + m_valueFont.width(m_value);
    if (!m_extra.isEmpty()) {
        width += kGap + m_extraFont.width(m_extra);
    }
    return {static_cast<int>(std::ceil(std::max(width, m_widest))), 28};
}

void NumberLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    // All three stand on the baseline of the largest.
    const double baseline = std::round((height() - m_valueFont.height()) / 2 + m_valueFont.ascent());
    double x = 0;
    const auto put = [&](const TabularFont &font, const QString &text, const QColor &color) {
        painter.setPen(color);
        font.draw(painter, QRectF(x, baseline - font.ascent(), width(), font.height()), text, Qt::AlignLeft);
        x += font.width(text) + kGap;
    };
    put(m_captionFont, m_caption, m_captionColor);
    put(m_valueFont, m_value, m_valueColor);
    put(m_extraFont, m_extra, m_extraColor);
}

} // namespace coinswarm::ui
