// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/config_loader.h"

#include <charconv>

namespace coinswarm::config {

namespace {

using Kind = WrittenValue::Kind;

template <class T>
std::optional<T> number(std::string_view text)
{
    T value{};
    if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// A variable or option has no type of its own; it takes the declared one if it can, else it stays a text, which the
/// check then refuses.
SettingValue untyped(const std::string &text, const SettingValue &declared)
{
    if (std::holds_alternative<bool>(declared) && (text == "true" || text == "false")) {
        return text == "true";
    }
    if (std::holds_alternative<std::int64_t>(declared)) {
        if (const auto value = number<std::int64_t>(text)) {
            return *value;
        }
    }
    if (std::holds_alternative<double>(declared)) {
        if (const auto value = number<double>(text)) {
            return *value;
        }
    }
    return text;
}

/// Nothing for a list or a date.
std::optional<SettingValue> typed(const WrittenValue &written, const SettingValue &declared)
{
    switch (written.kind) {
    case Kind::Boolean:
        return written.text == "true";
    case Kind::Integer:
        return number<std::int64_t>(written.text);
    case Kind::Real:
        return number<double>(written.text);
    case Kind::Text:
        return written.text;
    case Kind::Untyped:
        return untyped(written.text, declared);
    default:
        return {};
    }
}

} // namespace

Settings checkedPluginSettings(const std::string &section, const PluginSettings &written,
                               const std::vector<SettingSpec> &specs, std::vector<Problem> &problems)
{
    std::map<std::string, SettingValue, std::less<>> good;
    for (const auto &[key, value] : written) {
        SettingValue declared = std::string();
        for (const SettingSpec &spec : specs) {
            declared = spec.key == key ? spec.defaultValue : declared;
        }
        const std::optional<SettingValue> given = typed(value, declared);
        if (!given) {
            problems.push_back({value.origin, section + "." + key + ": expected true or false, a number or a text"});
            continue;
        }
        // One key at a time, so that each problem has its place and none hides another.
        const Result<Settings> checked = checkedSettings(specs, {{key, *given}});
        if (checked.ok()) {
            good[key] = *given;
        } else {
            problems.push_back({value.origin, section + ": " + checked.error().message});
        }
    }
    return checkedSettings(specs, good).value();
}

} // namespace coinswarm::config
