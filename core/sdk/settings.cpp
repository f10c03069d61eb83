// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/settings.h>

#include <algorithm>
#include <numeric>

namespace coinswarm {

namespace {

const char *typeName(const SettingValue &value)
{
    static constexpr const char *names[] = {"true or false", "an integer", "a number", "a text"};
    return names[value.index()];
}

Result<SettingValue> checkedValue(const SettingSpec &spec, SettingValue value)
{
    if (std::holds_alternative<double>(spec.defaultValue) && std::holds_alternative<std::int64_t>(value)) {
        value = static_cast<double>(std::get<std::int64_t>(value));
    }
    if (value.index() != spec.defaultValue.index()) {
        return invalid("key \"" + spec.key + "\" must be " + typeName(spec.defaultValue));
    }
    const bool ranged = spec.minimum <= spec.maximum;
    double number = 0;
    if (const auto *integer = std::get_if<std::int64_t>(&value)) {
        number = static_cast<double>(*integer);
    } else if (const auto *real = std::get_if<double>(&value)) {
        number = *real;
    } else {
        const auto *text = std::get_if<std::string>(&value);
        if (text != nullptr && !spec.choices.empty()
            && std::find(spec.choices.begin(), spec.choices.end(), *text) == spec.choices.end())
        {
            std::string list;
            for (const std::string &choice : spec.choices) {
                list += (list.empty() ? "" : ", ") + choice;
            }
            return invalid("key \"" + spec.key + "\" must be one of: " + list);
        }
        return value;
    }
    // Written so that NaN fails as well.
    if (ranged && !(number >= spec.minimum && number <= spec.maximum)) {
        return invalid("key \"" + spec.key + "\" must be between " + std::to_string(spec.minimum) + " and "
                       + std::to_string(spec.maximum));
    }
    return value;
}

} // namespace

Settings::Settings(std::map<std::string, SettingValue, std::less<>> values) : m_values(std::move(values)) {}

bool Settings::boolean(std::string_view key) const
{
    return std::get<bool>(m_values.at(std::string(key)));
}

std::int64_t Settings::integer(std::string_view key) const
{
    return std::get<std::int64_t>(m_values.at(std::string(key)));
}

double Settings::real(std::string_view key) const
{
    return std::get<double>(m_values.at(std::string(key)));
}

const std::string &Settings::text(std::string_view key) const
{
    return std::get<std::string>(m_values.at(std::string(key)));
}

Result<Settings> checkedSettings(const std::vector<SettingSpec> &specs,
                                 const std::map<std::string, SettingValue, std::less<>> &given)
{
    std::map<std::string, SettingValue, std::less<>> values;
    std::vector<std::string> known;
    for (const SettingSpec &spec : specs) {
        values[spec.key] = spec.defaultValue;
        known.push_back(spec.key);
    }
    for (const auto &entry : given) {
        const std::string &key = entry.first;
        const auto spec = std::find_if(specs.begin(), specs.end(), [&](const auto &s) { return s.key == key; });
        if (spec == specs.end()) {
            const std::string near = nearestWord(key, known);
            return invalid("unknown key \"" + key + "\"" + (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
        }
        Result<SettingValue> checked = checkedValue(*spec, entry.second);
        if (!checked.ok()) {
            return checked.error();
        }
        values[key] = *checked;
    }
    return Settings(std::move(values));
}

std::string nearestWord(std::string_view word, const std::vector<std::string> &candidates)
{
    std::string best;
    std::size_t bestDistance = word.size() / 2 + 2;
    for (const std::string &candidate : candidates) {
        std::vector<std::size_t> row(candidate.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 1; i <= word.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i;
            for (std::size_t j = 1; j <= candidate.size(); ++j) {
                const std::size_t substitute = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
            }
        }
        if (row.back() < bestDistance) {
            bestDistance = row.back();
            best = candidate;
        }
    }
    return best;
}

} // namespace coinswarm
