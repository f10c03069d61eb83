// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/sql_row.h"

#include <string>
#include <string_view>
#include <vector>

/// SQL made from the tables' descriptions. Nothing in it is a text from outside.
namespace coinswarm::storage {

inline std::string quotedName(std::string_view name)
{
    return '"' + std::string(name) + '"';
}

/// "id", "time", … of a table.
template <class Row>
std::string columnList()
{
    std::string list;
    for (const std::string &column : columnsOf<Row>()) {
        list += (list.empty() ? "" : ", ") + quotedName(column);
    }
    return list;
}

/// The columns of a table, "session_id" included.
template <class Row>
std::vector<std::string> tableColumns()
{
    std::vector<std::string> columns = columnsOf<Row>();
    if constexpr (Table<Row>::scope == Scope::Session) {
        columns.insert(columns.begin(), "session_id");
    }
    return columns;
}

/// INSERT INTO … `source` ON CONFLICT …: inserts what `source` gives, or replaces the rows with the same key.
template <class Row>
std::string upsertFrom(const std::string &source)
{
    constexpr std::size_t keyColumns = Table<Row>::scope == Scope::Session ? 2 : 1;
    const std::vector<std::string> columns = tableColumns<Row>();
    std::string names;
    std::string keyNames;
    std::string updates;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string name = quotedName(columns[i]);
        names += (names.empty() ? "" : ", ") + name;
        if (i < keyColumns) {
            keyNames += (keyNames.empty() ? "" : ", ") + name;
        } else {
            updates += (updates.empty() ? "" : ", ") + name + " = excluded." + name;
        }
    }
    return "INSERT INTO " + quotedName(Table<Row>::name) + " (" + names + ") " + source + " ON CONFLICT (" + keyNames
        + ") DO UPDATE SET " + updates;
}

/// Inserts a row, or replaces the one with the same key.
template <class Row>
std::string upsertStatement()
{
    std::string marks = "VALUES (?";
    for (std::size_t i = tableColumns<Row>().size(); i > 1; --i) {
        marks += ", ?";
    }
    return upsertFrom<Row>(marks + ")");
}

} // namespace coinswarm::storage
