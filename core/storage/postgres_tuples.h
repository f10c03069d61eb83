// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/postgres_field.h"
#include "storage/sql_statements.h"

#include <QtCore/QtEndian>

#include <bit>
#include <string>
#include <string_view>

/// Records in the binary format of PostgreSQL's COPY: the server parses no number and looks for no escapes.
namespace coinswarm::storage {

/// Appends values in the order of the bytes on the network.
class TupleWriter
{
public:
    explicit TupleWriter(std::string &out) : m_out(out) {}

    void integer(std::int64_t value) { number<std::int32_t>(sizeof value), number(value); }
    void real(double value) { integer(std::bit_cast<std::int64_t>(value)); }
    void null() { number<std::int32_t>(-1); }

    void text(std::string_view text)
    {
        number(static_cast<std::int32_t>(text.size()));
        m_out += text;
    }

    template <class Number>
    void number(Number value)
    {
        const Number big = qToBigEndian(value);
        m_out.append(reinterpret_cast<const char *>(&big), sizeof big);
    }

private:
    std::string &m_out;
};

/// What comes before the first tuple: signature, flags, length of an extension.
inline constexpr std::string_view kTuplesBegin{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
/// What comes after the last.
inline constexpr std::string_view kTuplesEnd{"\377\377", 2};

/// Begins the copying of tuples into the table of `Row`.
template <class Row>
std::string copyStatement()
{
    std::string names;
    for (const std::string &column : tableColumns<Row>()) {
        names += (names.empty() ? "" : ", ") + quotedName(column);
    }
    return "COPY " + quotedName(Table<Row>::name) + " (" + names + ") FROM STDIN (FORMAT binary)";
}

/// `session` is for rows that belong to one; a text that PostgreSQL stores.
template <class Row>
void appendTuple(std::string &out, std::string_view session, const Row &row)
{
    TupleWriter writer(out);
    constexpr bool hasSession = Table<Row>::scope == Scope::Session;
    std::int16_t fields = hasSession ? 1 : 0;
    Row::fields(row, [&fields](std::string_view, const auto &) { ++fields; });
    writer.number(fields);
    if constexpr (hasSession) {
        writer.text(session);
    }
    Row::fields(row, [&writer](std::string_view, const auto &field) { writeField(field, writer); });
}

} // namespace coinswarm::storage
