// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <string>

namespace coinswarm::storage {

/// SQLite's code for what is wrong with a statement itself.
inline constexpr int kSqliteError = 1;

/// What a primary result code of SQLite means for a user. `subject` is "the database FILE cannot be read", `text` what
/// SQLite says itself; it may be empty.
Error sqliteError(int code, std::string subject, const std::string &text);

/// Whether trying again cannot help: the record is what the schema does not take.
bool isPermanentSqliteError(int code);

} // namespace coinswarm::storage
