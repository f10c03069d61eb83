// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/export.h>
#include <coinswarm/result.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace coinswarm {

/// One value of a plugin's configuration.
using SettingValue = std::variant<bool, std::int64_t, double, std::string>;

/// A key that a plugin's metadata declares, so that a configuration can be checked without running the plugin.
struct SettingSpec {
    std::string key;
    std::string description;
    SettingValue defaultValue; ///< its alternative is the key's type
    double minimum = 0; ///< numbers only; no range if minimum > maximum
    double maximum = -1;
    std::vector<std::string> choices; ///< strings only; any if empty
};

/// A plugin's complete, checked configuration: every declared key has a value of the declared type.
/// Reading an undeclared key or the wrong type throws std::out_of_range or std::bad_variant_access; the host reports
/// that as the plugin's fault.
class COINSWARM_SDK_EXPORT Settings
{
public:
    Settings() = default;
    explicit Settings(std::map<std::string, SettingValue, std::less<>> values);

    bool boolean(std::string_view key) const;
    std::int64_t integer(std::string_view key) const;
    double real(std::string_view key) const;
    const std::string &text(std::string_view key) const;
    const std::map<std::string, SettingValue, std::less<>> &values() const { return m_values; }

    bool operator==(const Settings &) const = default;

private:
    std::map<std::string, SettingValue, std::less<>> m_values;
};

/// Fills in defaults and checks type, range and choice of each given key. An unknown key is an error that names the
/// nearest known one. Integers are accepted where a real is declared.
COINSWARM_SDK_EXPORT Result<Settings> checkedSettings(const std::vector<SettingSpec> &specs,
                                                      const std::map<std::string, SettingValue, std::less<>> &given);

/// The candidate with the smallest edit distance to `word`, or empty if none is near.
COINSWARM_SDK_EXPORT std::string nearestWord(std::string_view word, const std::vector<std::string> &candidates);

} // namespace coinswarm
