// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/decimal.h>
#include <coinswarm/timestamp.h>

#include <QtCore/QString>

#include <string_view>

/// Numbers, times and words as the desktop shows them. Money is rounded in integers, never through a double.
namespace coinswarm::ui {

enum class Sign : unsigned char { WhenNegative, Always };

/// How many decimals a price or lot step needs, 0 … 8.
int decimalsOf(std::int64_t rawStep);
/// `raw` × 10⁻⁸ rounded half away from zero to `decimals`, grouped by locale, with a real minus sign.
QString fixedText(std::int64_t raw, int decimals, Sign sign = Sign::WhenNegative);
template <class Tag>
QString fixedText(Fixed<Tag> value, int decimals, Sign sign = Sign::WhenNegative)
{
    return fixedText(value.raw, decimals, sign);
}
QString numberText(double value, int decimals, Sign sign = Sign::WhenNegative);
/// 0.0042 → "0.42 %".
QString percentText(double share, int decimals = 2, Sign sign = Sign::WhenNegative);
QString countText(std::uint64_t count);

/// "12:04:31"
QString timeText(Timestamp time, bool local);
/// "21 Nov 12:04:31"
QString dayTimeText(Timestamp time, bool local);
/// UTC and local time with the zones named, for tooltips.
QString fullTimeText(Timestamp time);
/// "3 s", "12 min", "4 h", "2 d"
QString ageText(Duration age);
/// "5m", "1h", "1d"
QString intervalText(std::int32_t seconds);

/// "stop_loss" → "stop loss"
QString words(std::string_view enumName);
inline QString text(const std::string &value)
{
    return QString::fromStdString(value);
}
/// "3 orders", "1 order"
QString plural(std::uint64_t count, QLatin1StringView noun);

} // namespace coinswarm::ui
