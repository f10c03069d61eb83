// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <string>

namespace coinswarm::storage {

/// What a SQLSTATE of PostgreSQL means for a user. `subject` is "the database … cannot be read", `text` what the server
/// or its client library says; both states and texts may be empty.
Error postgresError(const std::string &state, const std::string &subject, const std::string &text);

/// Whether trying again cannot help: the record is what the schema does not take.
bool isPermanentPostgresError(const std::string &state);

} // namespace coinswarm::storage
