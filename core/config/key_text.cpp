// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/key_text.h"

#include <algorithm>
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

} // namespace

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
    static_assert(std::size(names) == std::variant_size_v<KeyTarget>);
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

} // namespace coinswarm::config
