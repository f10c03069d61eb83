// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/postgres_field.h"
#include "storage/sql_statements.h"

#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

/// Records as PostgreSQL arrays, one per column, so that one statement takes any number of rows.
namespace coinswarm::storage {

/// Appends values as elements of an array.
class ElementWriter
{
public:
    explicit ElementWriter(std::string &out) : m_out(out) {}

    void integer(std::int64_t value) { number(value); }
    void real(double value) { number(value); }
    void null() { m_out += "NULL"; }

    void text(std::string_view text)
    {
        m_out += '"';
        for (const char c : text) {
            if (c == '"' || c == '\\') {
                m_out += '\\';
            }
            m_out += c;
        }
        m_out += '"';
    }

private:
    template <class Number>
    void number(Number value)
    {
        std::array<char, 32> text;
        const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
        m_out.append(text.data(), end.ptr);
    }

    std::string &m_out;
};

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
            writeField(field, ElementWriter(column));
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
