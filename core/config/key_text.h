// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/key_table.h"

#include <charconv>

/// How keys and their values are put into words, and what the words of files have in common.
namespace coinswarm::config {

/// The whole text as a number; a sign may stand before it.
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

std::string joined(const std::vector<std::string> &words);

/// The names that a value may have; empty if it is not one of a few.
std::vector<std::string> choicesOf(const Key &key);

} // namespace coinswarm::config
