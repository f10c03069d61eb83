// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "theme/fonts.h"

#include <QtGui/QFontDatabase>
#include <QtGui/QFontMetricsF>
#include <QtGui/QGlyphRun>
#include <QtGui/QPainter>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

QFont uiFont(int pixels, QFont::Weight weight)
{
    const QString system = QFontDatabase::systemFont(QFontDatabase::GeneralFont).family();
    // Without a desktop Qt names an alias or the fallback of fontconfig, which nobody has chosen.
    const bool chosen = !system.isEmpty() && !system.contains("sans serif"_L1, Qt::CaseInsensitive)
        && system.compare("sans"_L1, Qt::CaseInsensitive) != 0
        && system.compare("DejaVu Sans"_L1, Qt::CaseInsensitive) != 0;
    QStringList families{u"Inter"_s, u"Noto Sans"_s, u"DejaVu Sans"_s};
    if (chosen) {
        families.prepend(system);
    }
    QFont font;
    font.setFamilies(families);
    font.setPixelSize(pixels);
    font.setWeight(weight);
    font.setHintingPreference(QFont::PreferVerticalHinting);
    return font;
}

TabularFont::TabularFont(const QFont &font) : m_font(font), m_raw(QRawFont::fromFont(font))
{
    const QFontMetricsF metrics(font);
    m_ascent = metrics.ascent();
    m_height = metrics.height();
    for (char16_t digit = u'0'; digit <= u'9'; ++digit) {
        m_digitWidth = std::max(m_digitWidth, metrics.horizontalAdvance(QChar(digit)));
    }
}

double TabularFont::width(const QString &text) const
{
    const QFontMetricsF metrics(m_font);
    double width = 0;
    for (const QChar c : text) {
        width += c.isDigit() ? m_digitWidth : metrics.horizontalAdvance(c);
    }
    return width;
}

QString TabularFont::elided(const QString &text, double width) const
{
    if (this->width(text) <= width) {
        return text;
    }
    const QString dots(QChar(0x2026));
    double left = width - this->width(dots);
    qsizetype kept = 0;
    const QFontMetricsF metrics(m_font);
    for (; kept < text.size(); ++kept) {
        left -= text[kept].isDigit() ? m_digitWidth : metrics.horizontalAdvance(text[kept]);
        if (left < 0) {
            break;
        }
    }
    return text.left(kept).trimmed() + dots;
}

void TabularFont::draw(QPainter &painter, const QRectF &rect, const QString &text, Qt::Alignment horizontal) const
{
    QList<quint32> glyphs = m_raw.glyphIndexesForString(text);
    const double top = rect.top() + (rect.height() - m_height) / 2 + m_ascent;
    if (glyphs.size() != text.size() || glyphs.contains(0)) {
        // A character from another font (or a surrogate pair): let Qt find it.
        painter.setFont(m_font);
        painter.drawText(rect, static_cast<int>(horizontal | Qt::AlignVCenter) | Qt::TextSingleLine, text);
        return;
    }
    const QList<QPointF> advances = m_raw.advancesForGlyphIndexes(glyphs);
    QList<QPointF> positions(glyphs.size());
    double x = 0;
    for (qsizetype i = 0; i < glyphs.size(); ++i) {
        const bool digit = text[i].isDigit();
        positions[i] = QPointF(x + (digit ? (m_digitWidth - advances[i].x()) / 2 : 0), 0);
        x += digit ? m_digitWidth : advances[i].x();
    }
    double left = rect.left();
    if (horizontal.testFlag(Qt::AlignRight)) {
        left = rect.right() - x;
    } else if (horizontal.testFlag(Qt::AlignHCenter)) {
        left = rect.left() + (rect.width() - x) / 2;
    }
    QGlyphRun run;
    run.setRawFont(m_raw);
    run.setGlyphIndexes(glyphs);
    run.setPositions(positions);
    painter.drawGlyphRun(QPointF(std::round(left), std::round(top)), run);
}

} // namespace coinswarm::ui
