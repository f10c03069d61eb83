// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/key_text.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace coinswarm::config {

namespace {

using Kind = WrittenValue::Kind;

std::string realText(double value)
{
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
    return {buffer, end.ptr};
}

/// Decimals are read from the text as it was written, because 0.1 as a double is something else.
template <class Fixed>
Result<Fixed> parseFixed(std::string_view text)
{
    if (text.find_first_of("eE") == std::string_view::npos) {
        return Fixed::parse(text);
    }
    const Result<double> real = parseNumber<double>(text);
    if (!real.ok()) {
        return invalid("not a number");
    }
    char buffer[400];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, *real, std::chars_format::fixed);
    return Fixed::parse({buffer, static_cast<std::size_t>(end.ptr - buffer)});
}

Result<Interval> parseInterval(std::string_view text)
{
    const Result<Duration> duration = parseDuration(text);
    if (!duration.ok()) {
        return duration.error();
    }
    const std::int64_t seconds = duration->count() / 1'000'000'000;
    if (duration->count() % 1'000'000'000 != 0 || seconds > std::numeric_limits<std::int32_t>::max()) {
        return invalid("not whole seconds");
    }
    return Interval{static_cast<std::int32_t>(seconds)};
}

template <class T>
constexpr bool kIsFixed =
    std::is_same_v<T, Price> || std::is_same_v<T, Quantity> || std::is_same_v<T, Money> || std::is_same_v<T, Ratio>;

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

/// One value of type T from its text.
template <class T>
Result<T> parse(std::string_view text)
{
    if constexpr (std::is_same_v<T, bool>) {
        if (text != "true" && text != "false") {
            return invalid("neither true nor false");
        }
        return text == "true";
    } else if constexpr (std::is_same_v<T, std::string>) {
        return std::string(text);
    } else if constexpr (kIsFixed<T>) {
        return parseFixed<T>(text);
    } else if constexpr (std::is_same_v<T, Duration>) {
        return parseDuration(text);
    } else if constexpr (std::is_same_v<T, Interval>) {
        return parseInterval(text);
    } else {
        return parseNumber<T>(text);
    }
}

/// Whether a value of this kind may stand for a T.
template <class T>
bool accepts(Kind kind)
{
    if (kind == Kind::Untyped) {
        return true;
    }
    if constexpr (std::is_same_v<T, bool>) {
        return kind == Kind::Boolean;
    } else if constexpr (std::is_same_v<T, double>) {
        return kind == Kind::Integer || kind == Kind::Real;
    } else if constexpr (kIsFixed<T>) {
        return kind == Kind::Integer || kind == Kind::Real || kind == Kind::Text;
    } else if constexpr (std::is_integral_v<T>) {
        return kind == Kind::Integer;
    } else {
        return kind == Kind::Text;
    }
}

std::string found(const WrittenValue &written)
{
    switch (written.kind) {
    case Kind::Text:
    case Kind::Untyped:
        return quotedText(written.text);
    case Kind::List:
        return "a list";
    default:
        return written.text.empty() ? std::string("something else") : written.text;
    }
}

Error unexpected(const Key &key, const WrittenValue &written)
{
    return invalid("expected " + expectation(key) + ", found " + found(written));
}

template <class T>
bool inRange(const Key &key, const T &value)
{
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string>) {
        return true;
    } else {
        // Written so that NaN is out of range, too.
        return key.minimum.empty() || (value >= *parse<T>(key.minimum) && value <= *parse<T>(key.maximum));
    }
}

template <class T>
Result<T> single(const Key &key, const WrittenValue &written)
{
    if (!accepts<T>(written.kind)) {
        return unexpected(key, written);
    }
    Result<T> value = parse<T>(written.text);
    if (!value.ok() || !inRange(key, *value)) {
        return unexpected(key, written);
    }
    if constexpr (std::is_same_v<T, std::string>) {
        if (!key.choices.empty() && std::find(key.choices.begin(), key.choices.end(), *value) == key.choices.end()) {
            return unexpected(key, written);
        }
    }
    return value;
}

template <class T>
Result<std::vector<T>> list(const Key &key, const WrittenValue &written)
{
    std::vector<WrittenValue> elements = written.elements;
    if (written.kind == Kind::Untyped) {
        std::string_view rest = written.text;
        while (!rest.empty()) {
            const std::size_t comma = rest.find(',');
            elements.push_back({Kind::Untyped, std::string(rest.substr(0, comma)), {}, written.origin});
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        }
    } else if (written.kind != Kind::List) {
        return unexpected(key, written);
    }
    std::vector<T> values;
    for (const WrittenValue &element : elements) {
        Result<T> value = single<T>(key, element);
        if (!value.ok()) {
            return value.error();
        }
        values.push_back(std::move(*value));
    }
    return values;
}

template <class T>
std::string render(const T &value)
{
    if constexpr (std::is_same_v<T, bool>) {
        return value ? "true" : "false";
    } else if constexpr (std::is_same_v<T, double>) {
        return realText(value);
    } else if constexpr (std::is_same_v<T, std::string>) {
        return quotedText(value);
    } else if constexpr (kIsFixed<T>) {
        return quotedText(toString(value));
    } else if constexpr (std::is_same_v<T, Duration>) {
        return quotedText(durationText(value));
    } else if constexpr (std::is_same_v<T, Interval>) {
        return quotedText(durationText(value.duration()));
    } else {
        return std::to_string(value);
    }
}

Result<void> assignEnum(const EnumSlot &slot, const Key &key, const WrittenValue &written)
{
    const std::vector<std::string> allowed = choicesOf(key);
    const auto name = std::find(slot.names.begin(), slot.names.end(), written.text);
    if (!accepts<std::string>(written.kind) || name == slot.names.end()
        || std::find(allowed.begin(), allowed.end(), written.text) == allowed.end())
    {
        return unexpected(key, written);
    }
    *slot.value = static_cast<unsigned char>(name - slot.names.begin());
    return {};
}

Result<void> assignSpeed(const SpeedSlot &slot, const Key &key, const WrittenValue &written)
{
    if (accepts<std::string>(written.kind) && (written.text == "default" || written.text == "max")) {
        *slot.value = written.text == "max" ? 0 : -1;
        return {};
    }
    const Result<double> value = single<double>(key, written);
    if (!value.ok()) {
        return value.error();
    }
    *slot.value = *value;
    return {};
}

} // namespace

std::string rendered(const Key &key)
{
    return std::visit(
        []<class S>(const S &slot) -> std::string {
            if constexpr (std::is_same_v<S, EnumSlot>) {
                return quotedText(slot.names.at(*slot.value));
            } else if constexpr (std::is_same_v<S, SpeedSlot>) {
                return *slot.value < 0 ? "\"default\"" : *slot.value > 0 ? realText(*slot.value) : "\"max\"";
            } else {
                using T = std::remove_pointer_t<S>;
                if constexpr (IsOptional<T>::value) {
                    return slot->has_value() ? render(**slot) : std::string();
                } else if constexpr (requires {
                                         slot->push_back({});
                                         slot->front();
                                     }
                                     && !std::is_same_v<T, std::string>)
                {
                    std::vector<std::string> texts;
                    for (const auto &element : *slot) {
                        texts.push_back(render(element));
                    }
                    return '[' + joined(texts) + ']';
                } else {
                    return render(*slot);
                }
            }
        },
        key.slot);
}

Result<void> assign(const Key &key, const WrittenValue &written)
{
    return std::visit(
        [&]<class S>(const S &slot) -> Result<void> {
            if constexpr (std::is_same_v<S, EnumSlot>) {
                return assignEnum(slot, key, written);
            } else if constexpr (std::is_same_v<S, SpeedSlot>) {
                return assignSpeed(slot, key, written);
            } else {
                using T = std::remove_pointer_t<S>;
                const auto take = [&](auto value) -> Result<void> {
                    if (!value.ok()) {
                        return value.error();
                    }
                    *slot = std::move(*value);
                    return {};
                };
                if constexpr (IsOptional<T>::value) {
                    return take(single<typename T::value_type>(key, written));
                } else if constexpr (std::is_same_v<T, std::vector<Interval>>) {
                    return take(list<Interval>(key, written));
                } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
                    return take(list<std::string>(key, written));
                } else {
                    return take(single<T>(key, written));
                }
            }
        },
        key.slot);
}

} // namespace coinswarm::config
