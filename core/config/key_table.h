// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/configuration.h"

#include <coinswarm/result.h>

#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace coinswarm::config {

/// An enum member seen through its names.
struct EnumSlot {
    unsigned char *value;
    std::vector<std::string_view> names;
};

/// "default", "max" or a number.
struct SpeedSlot {
    double *value;
};

/// Where a key's value is kept; the alternative is the key's type.
using KeyTarget =
    std::variant<bool *, std::int32_t *, std::uint32_t *, std::int64_t *, std::uint16_t *, double *, std::string *,
                 Price *, Quantity *, Money *, Ratio *, Duration *, Interval *, std::vector<Interval> *,
                 std::vector<std::string> *, std::optional<Price> *, std::optional<Quantity> *, std::optional<Money> *,
                 std::optional<bool> *, EnumSlot, SpeedSlot>;

/// One key: its name, type, place, range and documentation.
struct Key {
    std::string path; ///< "engine.decision_interval"
    KeyTarget slot;
    std::string documentation;
    std::string minimum; ///< in the key's own notation, inclusive; empty if there is none
    std::string maximum;
    std::vector<std::string> choices; ///< texts only; any if empty

    Key &between(std::string least, std::string most);
    Key &oneOf(std::vector<std::string> values);
};

/// A section's name and what it is about.
struct Section {
    std::string name; ///< "engine", "agents.trend"
    std::string documentation;
};

/// Every key of a configuration, in the order of the documentation, bound to that configuration's members. It points
/// into the configuration and must not outlive it, nor a change of its agents and instruments.
struct KeyTable {
    std::vector<Section> sections;
    std::vector<Key> keys;

    const Key *find(std::string_view path) const;
    std::vector<std::string> paths() const;
};

/// The format of the file: the one place where a key is defined.
KeyTable keyTable(Configuration &configuration);

/// "a duration such as 250ms, 60s, 5m, 1h, 1d, between 1s and 1d"
std::string expectation(const Key &key);
/// The type's name for the documentation: "duration", "decimal", "text".
std::string typeName(const Key &key);
/// The value in the slot in TOML notation; empty for an optional that is not set.
std::string rendered(const Key &key);
/// Puts what was written into the slot. The error says what was expected and what was found.
Result<void> assign(const Key &key, const WrittenValue &written);

/// The text as a TOML string, in quotes.
std::string quotedText(std::string_view text);

/// "90s", "1500ms": the largest unit that needs no fraction.
std::string durationText(Duration duration);
Result<Duration> parseDuration(std::string_view text);

} // namespace coinswarm::config
