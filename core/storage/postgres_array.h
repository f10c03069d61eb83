// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/sql_row.h"
#include "storage/sql_statements.h"

#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

/// Records as PostgreSQL arrays, one per column, so that one statement takes any number of rows.
namespace coinswarm::storage {

inline void appendQuoted(std::string &out, std::string_view text)
{
    out += '"';
    for (const char c : text) {
        if (c == '\0') {
            out += "\xEF\xBF\xBD"; // U+FFFD: PostgreSQL has no text with a zero in it
            continue;
        }
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    out += '"';
}

template <class Number>
void appendNumber(std::string &out, Number number)
{
    std::array<char, 32> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
    out.append(text.data(), end.ptr);
}

/// The same representation as toSql(), as an element of an array.
template <class T>
void appendElement(std::string &out, const T &value)
{
    if constexpr (codec::NamedEnum<T>) {
        appendQuoted(out, enumName(value));
    } else if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(value)) {
            out += "NULL";
        } else {
            appendNumber(out, static_cast<double>(value));
        }
    } else if constexpr (std::is_integral_v<T>) {
        appendNumber(out, static_cast<std::int64_t>(value));
    } else if constexpr (codec::IsFixed<T>) {
        appendNumber(out, static_cast<std::int64_t>(value.raw));
    } else if constexpr (codec::IsTimestamp<T>) {
        appendNumber(out, static_cast<std::int64_t>(value.ns));
    } else if constexpr (codec::IsId<T>) {
        appendNumber(out, static_cast<std::int64_t>(value.value));
    } else if constexpr (std::is_same_v<T, std::string>) {
        appendQuoted(out, value);
    } else {
        const QByteArray json = jsonText(value);
        appendQuoted(out, {json.constData(), static_cast<std::size_t>(json.size())});
    }
}

template <class T>
constexpr std::string_view arrayType()
{
    if constexpr (codec::NamedEnum<T> || std::is_same_v<T, std::string>) {
        return "text[]";
    } else if constexpr (std::is_floating_point_v<T>) {
        return "double precision[]";
    } else if constexpr (std::is_integral_v<T> || codec::IsFixed<T> || codec::IsTimestamp<T> || codec::IsId<T>) {
        return "bigint[]";
    } else {
        return "text[]";
    }
}

/// Inserts or replaces the rows of one array per column; the session's name comes first where there is one.
template <class Row>
std::string upsertArraysStatement()
{
    std::string arrays;
    const Row row{};
    const auto visit = [&arrays]<class T>(std::string_view, const T &) {
        arrays += (arrays.empty() ? "CAST(? AS " : ", CAST(? AS ") + std::string(arrayType<T>()) + ")";
    };
    Row::fields(row, visit);
    const std::string session = Table<Row>::scope == Scope::Session ? "CAST(? AS text), " : "";
    return upsertFrom<Row>("SELECT " + session + "rows.* FROM unnest(" + arrays + ") AS rows");
}

/// One array literal per field.
template <class Row>
class RowArrays
{
public:
    RowArrays() : m_columns(columnsOf<Row>().size(), "{") {}

    void add(const Row &row)
    {
        std::size_t index = 0;
        const auto visit = [&](std::string_view, const auto &field) {
            std::string &column = m_columns[index++];
            if (column.size() > 1) {
                column += ',';
            }
            const std::size_t before = column.size();
            appendElement(column, field);
            m_bytes += column.size() - before;
        };
        Row::fields(row, visit);
    }

    std::size_t bytes() const { return m_bytes; }

    /// Binds the arrays from placeholder `first` on.
    void bind(QSqlQuery &query, int first)
    {
        for (std::string &column : m_columns) {
            column += '}';
            query.bindValue(first++, QString::fromStdString(column));
        }
    }

private:
    std::vector<std::string> m_columns;
    std::size_t m_bytes = 0;
};

} // namespace coinswarm::storage
