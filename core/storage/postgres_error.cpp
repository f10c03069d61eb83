// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/postgres_error.h"

#include <array>
#include <string_view>

namespace coinswarm::storage {

namespace {

struct Meaning {
    std::string_view state; ///< or the first two characters, its class
    ErrorKind kind;
    std::string_view advice;
};

// PostgreSQL's documentation, appendix A. The exact states before their classes.
constexpr std::array<Meaning, 15> kMeanings{{
    {"53100", ErrorKind::Unavailable, "the server's disk is full; free some space there"},
    {"53300", ErrorKind::Unavailable,
     "the server has no connection left; raise its max_connections or end other programs"},
    {"57014", ErrorKind::Unavailable,
     "the server took longer than storage.postgresql.query_timeout; see what keeps it busy, or raise the key"},
    {"55P03", ErrorKind::Unavailable, "another program holds a lock; end that program"},
    {"40P01", ErrorKind::Unavailable, "another program writes the same rows; it is tried again"},
    {"40001", ErrorKind::Unavailable, "another program writes the same rows; it is tried again"},
    {"42501", ErrorKind::Environment, "the user lacks a right; grant it, or choose another storage.postgresql.user"},
    {"42P01", ErrorKind::Unavailable, "a table is gone; it is made again with the next connection"},
    {"3F000", ErrorKind::Unavailable, "the schema is gone; it is made again with the next connection"},
    {"3D000", ErrorKind::Unavailable,
     "the database does not exist; create it with createdb, or choose another "
     "storage.postgresql.database"},
    {"25006", ErrorKind::Unavailable, "the server is read-only, as a standby is; choose the one that can be written"},
    {"28", ErrorKind::Unavailable,
     "the server refuses the user; see storage.postgresql.user, password_file and the server's pg_hba.conf"},
    {"08", ErrorKind::Unavailable, "the connection broke; see that the server runs and can be reached"},
    {"57", ErrorKind::Unavailable, "the server is going down or starting; it is tried again"},
    {"53", ErrorKind::Unavailable, "the server is short of memory, disk or connections"},
}};

/// libpq has no state for a connection that could not be made; the server's word is in the text.
std::string_view stateOf(const std::string &state, const std::string &text)
{
    if (!state.empty()) {
        return state;
    }
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> texts{{
        {"too many clients", "53300"},
        {"remaining connection slots", "53300"},
        {"too many connections", "53300"},
        {"password", "28"},
        {"pg_hba.conf", "28"},
        {"does not exist", "3D000"},
        {"the database system is", "57"},
    }};
    for (const auto &[part, meaning] : texts) {
        if (text.find(part) != std::string::npos) {
            return meaning;
        }
    }
    return "08";
}

} // namespace

Error postgresError(const std::string &state, const std::string &subject, const std::string &text)
{
    // The server's sentences have several lines, of which the first says what is wrong.
    std::string_view first = text;
    first = first.substr(0, first.find('\n'));
    const std::string detail = " (PostgreSQL" + (state.empty() ? std::string() : ' ' + state) + ": "
        + (first.empty() ? "no reason given" : std::string(first)) + ")";
    const std::string_view found = stateOf(state, text);
    for (const Meaning &meaning : kMeanings) {
        if (found.starts_with(meaning.state)) {
            return {meaning.kind, subject + ": " + std::string(meaning.advice) + detail};
        }
    }
    return {ErrorKind::Environment, subject + detail};
}

bool isPermanentPostgresError(const std::string &state)
{
    // Data exceptions, broken constraints, limits of the server.
    return state.starts_with("22") || state.starts_with("23") || state.starts_with("54");
}

} // namespace coinswarm::storage
