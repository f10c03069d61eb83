// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/export.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace coinswarm {

/// A number as text without an allocation; lives on the stack and converts to a view of itself.
struct NumberText {
    std::array<char, 40> bytes{};
    std::size_t begin = 40;

    operator std::string_view() const { return {bytes.data() + begin, bytes.size() - begin}; }
};

/// `value` with a fixed number of decimals (0 … 8) and commas between thousands, as in 61,824.10: the same on every
/// machine and in every locale. Halves are rounded away from zero. NaN is "nan"; beyond ±9 × 10⁹, "huge" with its sign.
COINSWARM_SDK_EXPORT NumberText number(double value, int decimals);

/// The parts one after the other: sentence({"RSI(14) ", number(rsi, 1), " is below 30."}).
COINSWARM_SDK_EXPORT std::string sentence(std::initializer_list<std::string_view> parts);

/// How many decimals the multiples of `step` have, 0 … 8; `step` is a Fixed's raw value, 0 gives 8.
COINSWARM_SDK_EXPORT int decimalsOf(std::int64_t step);

} // namespace coinswarm
