// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "theme/colors.h"

#include <cmath>

namespace coinswarm::ui {

namespace {

double luminance(const QColor &color)
{
    const auto linear = [](double channel) {
        return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

} // namespace

Colors darkColors(bool colourBlind)
{
    return {true,
            QColor(0x14, 0x17, 0x1C),
            QColor(0x1B, 0x1F, 0x26),
            QColor(0x2A, 0x30, 0x3A),
            QColor(0xE6, 0xE9, 0xEF),
            QColor(0x98, 0xA1, 0xB0),
            QColor(0x5B, 0x9D, 0xFF),
            colourBlind ? QColor(0x4C, 0x9B, 0xE8) : QColor(0x2F, 0xB6, 0x7C),
            colourBlind ? QColor(0xE5, 0x8B, 0x2A) : QColor(0xF0, 0x61, 0x6D),
            QColor(0xE3, 0xA0, 0x08),
            QColor(0xFF, 0x4D, 0x4F),
            QColor(0xC2, 0x41, 0x0C)};
}

Colors lightColors(bool colourBlind)
{
    // The colour-blind pair is darker than in the dark theme: #4C9BE8 on white has a contrast of only 2.9.
    return {false,
            QColor(0xFF, 0xFF, 0xFF),
            QColor(0xF5, 0xF6, 0xF8),
            QColor(0xDA, 0xDD, 0xE3),
            QColor(0x1A, 0x1D, 0x23),
            QColor(0x5B, 0x64, 0x72),
            QColor(0x1F, 0x6F, 0xEB),
            colourBlind ? QColor(0x1B, 0x66, 0xB8) : QColor(0x0F, 0x78, 0x54),
            colourBlind ? QColor(0xA3, 0x54, 0x06) : QColor(0xC4, 0x31, 0x4B),
            QColor(0x8F, 0x60, 0x00),
            QColor(0xB4, 0x23, 0x18),
            QColor(0xC2, 0x41, 0x0C)};
}

QColor toneColor(const Colors &colors, Tone tone)
{
    switch (tone) {
    case Tone::Normal:
        return colors.text;
    case Tone::Muted:
        return colors.muted;
    case Tone::Accent:
        return colors.accent;
    case Tone::Up:
        return colors.up;
    case Tone::Down:
        return colors.down;
    case Tone::Warn:
        return colors.warn;
    case Tone::Danger:
        return colors.danger;
    }
    return colors.text;
}

QColor mixed(const QColor &base, const QColor &over, double share)
{
    const auto blend = [share](int b, int o) { return static_cast<int>(std::lround(b + (o - b) * share)); };
    return QColor(blend(base.red(), over.red()), blend(base.green(), over.green()), blend(base.blue(), over.blue()));
}

double contrast(const QColor &a, const QColor &b)
{
    const double one = luminance(a);
    const double two = luminance(b);
    return (std::max(one, two) + 0.05) / (std::min(one, two) + 0.05);
}

} // namespace coinswarm::ui
