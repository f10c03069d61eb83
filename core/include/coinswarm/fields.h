// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace coinswarm {

// How values describe themselves once, for every encoding (journal, JSON, snapshot). A value struct has
//     template <class Self, class Visitor> static void fields(Self &self, Visitor &&visit)
//     { visit("price", self.price); … }
// The journal writes the fields in this order without names, JSON writes the names. Appending a field is a new journal
// version; renaming one is a new control API version.

/// The names of an enum's values in order from 0. An enum that is journaled or shown has beside it
///     constexpr auto enumNames(Side) { return std::array<std::string_view, 2>{"buy", "sell"}; }
template <class Enum>
inline constexpr auto kEnumNames = enumNames(Enum{});

template <class Enum>
constexpr std::string_view enumName(Enum value)
{
    const auto index = static_cast<std::size_t>(value);
    return index < kEnumNames<Enum>.size() ? kEnumNames<Enum>[index] : std::string_view("?");
}

} // namespace coinswarm
