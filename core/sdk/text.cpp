// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/text.h>

#include <algorithm>
#include <cmath>

namespace coinswarm {

namespace {

constexpr std::array<double, 9> kPowers{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};
constexpr double kLargest = 9e9; // times 10⁸ it still fits 63 bits

void prepend(NumberText &text, std::string_view characters)
{
    text.begin -= characters.size();
    std::copy(characters.begin(), characters.end(), text.bytes.begin() + static_cast<std::ptrdiff_t>(text.begin));
}

void prependDigit(NumberText &text, std::uint64_t digit)
{
    text.bytes[--text.begin] = static_cast<char>('0' + digit);
}

} // namespace

NumberText number(double value, int decimals)
{
    NumberText text;
    if (std::isnan(value)) {
        prepend(text, "nan");
        return text;
    }
    if (value > kLargest || value < -kLargest) {
        prepend(text, value < 0 ? "-huge" : "huge");
        return text;
    }
    decimals = std::clamp(decimals, 0, 8);
    const double size = value < 0 ? -value : value;
    auto rest = static_cast<std::uint64_t>(size * kPowers[static_cast<std::size_t>(decimals)] + 0.5);
    const bool negative = value < 0 && rest != 0;
    for (int i = 0; i < decimals; ++i) {
        prependDigit(text, rest % 10);
        rest /= 10;
    }
    if (decimals > 0) {
        prepend(text, ".");
    }
    int digits = 0;
    do {
        if (digits != 0 && digits % 3 == 0) {
            prepend(text, ",");
        }
        prependDigit(text, rest % 10);
        rest /= 10;
        ++digits;
    } while (rest != 0);
    if (negative) {
        prepend(text, "-");
    }
    return text;
}

std::string sentence(std::initializer_list<std::string_view> parts)
{
    std::size_t size = 0;
    for (const std::string_view part : parts) {
        size += part.size();
    }
    std::string text;
    text.reserve(size);
    for (const std::string_view part : parts) {
        text += part;
    }
    return text;
}

int decimalsOf(std::int64_t step)
{
    int decimals = 8;
    while (decimals > 0 && step != 0 && step % 10 == 0) {
        step /= 10;
        --decimals;
    }
    return decimals;
}

} // namespace coinswarm
