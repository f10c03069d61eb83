// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/export.h>
#include <coinswarm/result.h>

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace coinswarm {

/// What happens to the part of a product that does not fit eight decimals.
enum class Rounding : unsigned char { HalfEven, Down /* towards zero */, Up /* away from zero */ };

namespace detail {

inline constexpr std::int64_t kDecimalScale = 100'000'000;

/// Throws std::overflow_error. The engine catches it at its border and halts: a wrapped number is never traded on.
[[noreturn]] COINSWARM_SDK_EXPORT void throwOverflow();

constexpr std::int64_t checkedAdd(std::int64_t a, std::int64_t b)
{
    if ((b > 0 && a > std::numeric_limits<std::int64_t>::max() - b)
        || (b < 0 && a < std::numeric_limits<std::int64_t>::min() - b))
    {
        throwOverflow();
    }
    return a + b;
}

constexpr std::int64_t checkedSubtract(std::int64_t a, std::int64_t b)
{
    if ((b < 0 && a > std::numeric_limits<std::int64_t>::max() + b)
        || (b > 0 && a < std::numeric_limits<std::int64_t>::min() + b))
    {
        throwOverflow();
    }
    return a - b;
}

/// a × b ÷ c with a 128-bit intermediate. Throws std::overflow_error if the result does not fit or c is 0.
COINSWARM_SDK_EXPORT std::int64_t multiplyDivide(std::int64_t a, std::int64_t b, std::int64_t c, Rounding rounding);

/// Reads [+-]digits[.digits]. More than eight decimals are an error unless they are zeros, or `rounded` allows it.
COINSWARM_SDK_EXPORT Result<std::int64_t> parseDecimal(std::string_view text, bool rounded);
COINSWARM_SDK_EXPORT std::string formatDecimal(std::int64_t raw, int minimumDecimals);
/// Nearest representable value, half to even. NaN, infinities and out-of-range values are an error.
COINSWARM_SDK_EXPORT Result<std::int64_t> decimalFromDouble(double value);

} // namespace detail

/// A number with exactly eight decimals on 64 bits: ±92,233,720,368.54775807. One type per meaning (price, quantity, …),
/// so that a price cannot be added to a quantity. Addition and subtraction throw std::overflow_error rather than wrap.
template <class Tag>
struct Fixed {
    static constexpr std::int64_t kScale = detail::kDecimalScale;

    std::int64_t raw = 0; ///< value × 10⁸

    static constexpr Fixed fromRaw(std::int64_t raw) { return Fixed{raw}; }
    static constexpr Fixed fromInteger(std::int32_t units) { return Fixed{units * kScale}; }
    /// Exact: an input with a ninth non-zero decimal is an error that quotes the input.
    static Result<Fixed> parse(std::string_view text) { return wrap(detail::parseDecimal(text, false)); }
    /// As parse(), but a ninth and further decimals are rounded half to even.
    static Result<Fixed> parseRounded(std::string_view text) { return wrap(detail::parseDecimal(text, true)); }
    static Result<Fixed> fromDouble(double value) { return wrap(detail::decimalFromDouble(value)); }

    constexpr double toDouble() const { return static_cast<double>(raw) / static_cast<double>(kScale); }
    constexpr bool isZero() const { return raw == 0; }
    constexpr bool isPositive() const { return raw > 0; }
    constexpr bool isNegative() const { return raw < 0; }

    friend constexpr auto operator<=>(Fixed, Fixed) = default;
    friend constexpr Fixed operator+(Fixed a, Fixed b) { return {detail::checkedAdd(a.raw, b.raw)}; }
    friend constexpr Fixed operator-(Fixed a, Fixed b) { return {detail::checkedSubtract(a.raw, b.raw)}; }
    friend constexpr Fixed operator-(Fixed a) { return {detail::checkedSubtract(0, a.raw)}; }
    constexpr Fixed &operator+=(Fixed other) { return *this = *this + other; }
    constexpr Fixed &operator-=(Fixed other) { return *this = *this - other; }

private:
    static Result<Fixed> wrap(Result<std::int64_t> raw)
    {
        return raw.ok() ? Result<Fixed>(Fixed{*raw}) : Result<Fixed>(raw.error());
    }
};

using Price = Fixed<struct PriceTag>; ///< quote currency per unit of base currency
using Quantity = Fixed<struct QuantityTag>; ///< units of base currency; signed where it is a position
using Money = Fixed<struct MoneyTag>; ///< quote currency
using Ratio = Fixed<struct RatioTag>; ///< a plain number: fee rate (0.001 = 10 bp), share, leverage

template <class Tag>
constexpr Fixed<Tag> abs(Fixed<Tag> value)
{
    return value.raw < 0 ? -value : value;
}

/// Exact decimal text without superfluous zeros but with at least `minimumDecimals` of them.
template <class Tag>
std::string toString(Fixed<Tag> value, int minimumDecimals = 0)
{
    return detail::formatDecimal(value.raw, minimumDecimals);
}

/// price × quantity in quote currency; the sign is the quantity's.
inline Money notional(Price price, Quantity quantity, Rounding rounding = Rounding::HalfEven)
{
    return Money::fromRaw(detail::multiplyDivide(price.raw, quantity.raw, detail::kDecimalScale, rounding));
}

/// amount × ratio.
inline Money scaled(Money amount, Ratio ratio, Rounding rounding = Rounding::HalfEven)
{
    return Money::fromRaw(detail::multiplyDivide(amount.raw, ratio.raw, detail::kDecimalScale, rounding));
}

/// How much of the base currency `amount` buys at `price`, rounded down. `price` must not be zero.
inline Quantity quantityFor(Money amount, Price price)
{
    return Quantity::fromRaw(detail::multiplyDivide(amount.raw, detail::kDecimalScale, price.raw, Rounding::Down));
}

/// Largest multiple of `step` not above |value| in size, with its sign; `value` itself if step is zero.
template <class Tag>
constexpr Fixed<Tag> roundedDownTo(Fixed<Tag> value, Fixed<Tag> step)
{
    return step.raw == 0 ? value : Fixed<Tag>::fromRaw(value.raw - value.raw % step.raw);
}

} // namespace coinswarm
