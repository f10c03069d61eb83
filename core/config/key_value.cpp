// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/key_table.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace coinswarm::config {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

constexpr Unit kUnits[] = {{"d", 86'400'000'000'000},
                           {"h", 3'600'000'000'000},
                           {"m", 60'000'000'000},
                           {"s", 1'000'000'000},
                           {"ms", 1'000'000},
                           {"us", 1'000},
                           {"ns", 1}};

using Kind = WrittenValue::Kind;

std::string realText(double value)
{
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
    return {buffer, end.ptr};
}

template <class T>
Result<T> parseNumber(std::string_view text)
{
    T value{};
    if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return invalid("not a number");
    }
    return value;
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

std::string joined(const std::vector<std::string> &words)
{
    std::string result;
    for (const std::string &word : words) {
        result += (result.empty() ? "" : ", ") + word;
    }
    return result;
}

std::vector<std::string> choicesOf(const Key &key)
{
    if (const auto *slot = std::get_if<EnumSlot>(&key.slot); slot != nullptr && key.choices.empty()) {
        return {slot->names.begin(), slot->names.end()};
    }
    return key.choices;
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

std::string quotedText(std::string_view text)
{
    std::string result = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (c == '\n') {
            result += "\\n";
        } else if (c == '\t') {
            result += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            static constexpr char digits[] = "0123456789ABCDEF";
            result += "\\u00";
            result += digits[static_cast<unsigned char>(c) >> 4];
            result += digits[static_cast<unsigned char>(c) & 15];
        } else {
            result += c;
        }
    }
    return result + '"';
}

Result<Duration> parseDuration(std::string_view text)
{
    const std::size_t end = text.find_first_not_of("0123456789");
    if (end == 0 || end == std::string_view::npos) {
        return invalid("a duration is a number and a unit");
    }
    const Result<std::int64_t> number = parseNumber<std::int64_t>(text.substr(0, end));
    const auto unit =
        std::find_if(std::begin(kUnits), std::end(kUnits), [&](const Unit &u) { return u.name == text.substr(end); });
    if (!number.ok() || unit == std::end(kUnits)
        || *number > std::numeric_limits<std::int64_t>::max() / unit->nanoseconds) {
        return invalid("a duration is a number and one of d, h, m, s, ms, us, ns");
    }
    return Duration(*number * unit->nanoseconds);
}

std::string durationText(Duration duration)
{
    const std::int64_t count = duration.count();
    for (const Unit &unit : kUnits) {
        if (count % unit.nanoseconds == 0 && (count != 0 || unit.name == "s")) {
            return std::to_string(count / unit.nanoseconds) + std::string(unit.name);
        }
    }
    return std::to_string(count) + "ns";
}

std::string typeName(const Key &key)
{
    static constexpr const char *names[] = {"true or false",
                                            "integer",
                                            "integer",
                                            "integer",
                                            "integer",
                                            "number",
                                            "text",
                                            "decimal",
                                            "decimal",
                                            "decimal",
                                            "decimal",
                                            "duration",
                                            "duration in whole seconds",
                                            "list of durations",
                                            "list of texts",
                                            "decimal",
                                            "decimal",
                                            "decimal",
                                            "true or false",
                                            "name",
                                            "number, \"max\" or \"default\""};
    static_assert(std::size(names) == std::variant_size_v<Slot>);
    return names[key.slot.index()];
}

std::string expectation(const Key &key)
{
    const std::vector<std::string> choices = choicesOf(key);
    if (!choices.empty()) {
        return "one of " + joined(choices);
    }
    static const std::pair<std::string_view, std::string_view> phrases[] = {
        {"integer", "an integer"},
        {"number", "a number"},
        {"text", "a text in quotes"},
        {"decimal", "a decimal such as \"0.001\" with at most eight decimals"},
        {"duration", "a duration such as \"250ms\", \"60s\", \"5m\", \"1h\" or \"1d\""},
        {"duration in whole seconds", "a duration in whole seconds such as \"60s\", \"5m\" or \"1h\""},
        {"list of durations", "a list of durations in whole seconds such as [\"60s\", \"5m\"]"},
        {"list of texts", "a list of texts such as [\"rsi:14\"]"},
        {"number, \"max\" or \"default\"", "a number, \"max\" or \"default\""},
    };
    const std::string type = typeName(key);
    const auto phrase =
        std::find_if(std::begin(phrases), std::end(phrases), [&](const auto &p) { return p.first == type; });
    std::string text = phrase == std::end(phrases) ? type : std::string(phrase->second);
    if (!key.minimum.empty()) {
        text += ", from " + key.minimum + " to " + key.maximum;
    }
    return text;
}

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
