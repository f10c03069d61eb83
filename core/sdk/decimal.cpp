// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/decimal.h>

#include <cmath>
#include <stdexcept>

#if defined(_MSC_VER) && !defined(__SIZEOF_INT128__)
#include <intrin.h>
#endif

namespace coinswarm::detail {

namespace {

constexpr int kDecimals = 8;

std::uint64_t magnitude(std::int64_t value)
{
    return value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
}

struct Division {
    std::uint64_t quotient;
    std::uint64_t remainder;
};

Division divideProduct(std::uint64_t a, std::uint64_t b, std::uint64_t c)
{
#if defined(__SIZEOF_INT128__)
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    if (product / c > std::numeric_limits<std::uint64_t>::max()) {
        throwOverflow();
    }
    return {static_cast<std::uint64_t>(product / c), static_cast<std::uint64_t>(product % c)};
#else
    std::uint64_t high = 0;
    const std::uint64_t low = _umul128(a, b, &high);
    if (high >= c) {
        throwOverflow();
    }
    std::uint64_t remainder = 0;
    const std::uint64_t quotient = _udiv128(high, low, c, &remainder);
    return {quotient, remainder};
#endif
}

std::int64_t withSign(std::uint64_t value, bool negative)
{
    constexpr auto limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value > limit) {
        throwOverflow();
    }
    return negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

Error notANumber(std::string_view text)
{
    return invalid("\"" + std::string(text.substr(0, 40)) + "\" is not a decimal number such as 61824.10");
}

Error tooLarge(std::string_view text)
{
    return invalid("\"" + std::string(text.substr(0, 40)) + "\" is beyond ±92233720368.54775807");
}

} // namespace

void throwOverflow()
{
    throw std::overflow_error("a price, quantity or amount went beyond ±92233720368.54775807");
}

std::int64_t multiplyDivide(std::int64_t a, std::int64_t b, std::int64_t c, Rounding rounding)
{
    if (c == 0) {
        throwOverflow();
    }
    const bool negative = ((a < 0) != (b < 0)) != (c < 0);
    const std::uint64_t divisor = magnitude(c);
    Division d = divideProduct(magnitude(a), magnitude(b), divisor);
    switch (rounding) {
    case Rounding::Down:
        break;
    case Rounding::Up:
        d.quotient += d.remainder != 0 ? 1 : 0;
        break;
    case Rounding::HalfEven: {
        const std::uint64_t rest = divisor - d.remainder;
        const bool up = d.remainder > rest || (d.remainder == rest && (d.quotient & 1) != 0);
        d.quotient += up ? 1 : 0;
        break;
    }
    }
    return withSign(d.quotient, negative);
}

Result<std::int64_t> parseDecimal(std::string_view text, bool rounded)
{
    std::size_t i = 0;
    const bool negative = !text.empty() && text[0] == '-';
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        i = 1;
    }
    std::uint64_t value = 0;
    int decimals = 0;
    bool anyDigit = false;
    bool inFraction = false;
    bool roundUp = false;
    bool halfway = false;
    constexpr std::uint64_t limit = std::numeric_limits<std::int64_t>::max();
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.' && !inFraction) {
            inFraction = true;
            continue;
        }
        if (!isDigit(c)) {
            return notANumber(text);
        }
        anyDigit = true;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (inFraction && decimals >= kDecimals) {
            if (digit != 0 && !rounded) {
                return invalid("\"" + std::string(text.substr(0, 40)) + "\" has more than eight decimals");
            }
            if (decimals == kDecimals) {
                roundUp = digit > 5;
                halfway = digit == 5;
            } else if (halfway && digit != 0) {
                roundUp = true;
                halfway = false;
            }
            ++decimals;
            continue;
        }
        if (value > (limit - digit) / 10) {
            return tooLarge(text);
        }
        value = value * 10 + digit;
        decimals += inFraction ? 1 : 0;
    }
    if (!anyDigit) {
        return notANumber(text);
    }
    for (int d = decimals; d < kDecimals; ++d) {
        if (value > limit / 10) {
            return tooLarge(text);
        }
        value *= 10;
    }
    value += roundUp || (halfway && (value & 1) != 0) ? 1 : 0;
    if (value > limit) {
        return tooLarge(text);
    }
    return negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
}

std::string formatDecimal(std::int64_t raw, int minimumDecimals)
{
    const std::uint64_t value = magnitude(raw);
    std::string text = std::to_string(value / kDecimalScale);
    std::string fraction = std::to_string(value % kDecimalScale);
    fraction.insert(0, kDecimals - fraction.size(), '0');
    while (static_cast<int>(fraction.size()) > minimumDecimals && !fraction.empty() && fraction.back() == '0') {
        fraction.pop_back();
    }
    if (!fraction.empty()) {
        text += '.' + fraction;
    }
    return raw < 0 ? '-' + text : text;
}

Result<std::int64_t> decimalFromDouble(double value)
{
    const double shifted = value * static_cast<double>(kDecimalScale);
    // 2⁶³ is exactly representable; everything strictly inside fits.
    if (!(shifted > -9223372036854775808.0 && shifted < 9223372036854775808.0)) {
        return invalid(std::isnan(value) ? "the number is NaN" : "the number is beyond ±92233720368.54775807");
    }
    return static_cast<std::int64_t>(std::nearbyint(shifted));
}

} // namespace coinswarm::detail
