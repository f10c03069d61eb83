// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtGui/QColor>

namespace coinswarm::ui {

/// The colour tokens of one theme. Text tokens reach a contrast of 4.5:1 on `surface` and `raised`.
struct Colors {
    bool dark = true;
    QColor surface; ///< behind content
    QColor raised; ///< bars, headers, cards
    QColor line; ///< hairlines between things
    QColor text;
    QColor muted; ///< secondary text
    QColor accent; ///< selection, focus, links: the only one
    QColor up;
    QColor down;
    QColor warn;
    QColor danger;
    QColor live; ///< the whole top bar when real money is armed
};

/// What a piece of text means; the theme says what it looks like. A tone is never the only carrier of its meaning.
enum class Tone : unsigned char { Normal, Muted, Accent, Up, Down, Warn, Danger };

Colors darkColors(bool colourBlind);
Colors lightColors(bool colourBlind);
QColor toneColor(const Colors &colors, Tone tone);
/// `share` of `over` on top of `base`, opaque.
QColor mixed(const QColor &base, const QColor &over, double share);
/// WCAG contrast ratio, 1 … 21.
double contrast(const QColor &a, const QColor &b);

} // namespace coinswarm::ui
