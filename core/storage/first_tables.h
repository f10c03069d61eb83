// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>
#include <string_view>

namespace coinswarm::storage {

/// The tables and indexes of the schema's first step, in SQLite's words, which PostgreSQL's first step translates.
/// Released: a change of the schema is a further step of both.
std::span<const std::string_view> firstTables();

} // namespace coinswarm::storage
