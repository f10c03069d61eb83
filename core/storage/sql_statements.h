// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/sql_row.h"

#include <algorithm>
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

/// Inserts a row, or replaces the one with the same key.
template <class Row>
std::string upsertStatement()
{
    std::vector<std::string> columns = columnsOf<Row>();
    std::vector<std::string> key{columns.front()};
    if constexpr (Table<Row>::scope == Scope::Session) {
        columns.insert(columns.begin(), "session_id");
        key.insert(key.begin(), "session_id");
    }
    std::string names;
    std::string marks;
    std::string updates;
    for (const std::string &column : columns) {
        names += (names.empty() ? "" : ", ") + quotedName(column);
        marks += marks.empty() ? "?" : ", ?";
        if (std::find(key.begin(), key.end(), column) == key.end()) {
            updates += (updates.empty() ? "" : ", ") + quotedName(column) + " = excluded." + quotedName(column);
        }
    }
    std::string keyNames;
    for (const std::string &column : key) {
        keyNames += (keyNames.empty() ? "" : ", ") + quotedName(column);
    }
    return "INSERT INTO " + quotedName(Table<Row>::name) + " (" + names + ") VALUES (" + marks + ") ON CONFLICT ("
        + keyNames + ") DO UPDATE SET " + updates;
}

} // namespace coinswarm::storage
