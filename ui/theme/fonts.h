// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtGui/QFont>
#include <QtGui/QRawFont>

class QPainter;

namespace coinswarm::ui {

/// The type scale of the design: 13 px text, 11 px secondary, 20 px for the two numbers that matter.
inline constexpr int kTextPixels = 13;
inline constexpr int kSecondaryPixels = 11;
inline constexpr int kHeadlinePixels = 20;

/// The system's UI font, or the best installed sans-serif where the system names none.
QFont uiFont(int pixels = kTextPixels, QFont::Weight weight = QFont::Normal);

/// Draws text with tabular figures whatever the font: every digit occupies the width of the widest one, so that a
/// column of numbers does not dance. (QFont can only ask for the `tnum` feature from Qt 6.7 on.)
class TabularFont
{
public:
    explicit TabularFont(const QFont &font);

    const QFont &font() const { return m_font; }
    double width(const QString &text) const;
    /// The text, with an ellipsis at its end where it is wider.
    QString elided(const QString &text, double width) const;
    double ascent() const { return m_ascent; }
    double height() const { return m_height; }
    /// Vertically centred in `rect` and clipped to nothing; horizontal alignment as given.
    void draw(QPainter &painter, const QRectF &rect, const QString &text, Qt::Alignment horizontal) const;

private:
    QFont m_font;
    QRawFont m_raw;
    double m_digitWidth = 0;
    double m_ascent = 0;
    double m_height = 0;
};

} // namespace coinswarm::ui
