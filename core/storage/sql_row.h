// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "storage/tables.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QVariant>
#include <QtSql/QSqlQuery>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

/// Records as rows, by their fields. Money, prices, sizes and ratios are INTEGER in units of 10⁻⁸, times INTEGER
/// nanoseconds since 1970, enums their names, nested values JSON; the *_decimal views show numbers and times as text.
namespace coinswarm::storage {

/// A stored value that no version of this program wrote.
struct RowError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A nested value as compact JSON in UTF-8.
template <class T>
QByteArray jsonText(const T &value)
{
    const QJsonValue json = codec::toJson(value);
    const QJsonDocument document = json.isArray() ? QJsonDocument(json.toArray()) : QJsonDocument(json.toObject());
    return document.toJson(QJsonDocument::Compact);
}

template <class T>
QVariant toSql(const T &value)
{
    if constexpr (codec::NamedEnum<T>) {
        const std::string_view name = enumName(value);
        return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
    } else if constexpr (std::is_floating_point_v<T>) {
        return std::isnan(value) ? QVariant(QMetaType::fromType<double>()) : QVariant(static_cast<double>(value));
    } else if constexpr (std::is_integral_v<T>) {
        return static_cast<qlonglong>(value);
    } else if constexpr (codec::IsFixed<T>) {
        return static_cast<qlonglong>(value.raw);
    } else if constexpr (codec::IsTimestamp<T>) {
        return static_cast<qlonglong>(value.ns);
    } else if constexpr (codec::IsId<T>) {
        return static_cast<qlonglong>(value.value);
    } else if constexpr (std::is_same_v<T, std::string>) {
        return QString::fromStdString(value);
    } else {
        return QString::fromUtf8(jsonText(value));
    }
}

template <class T>
void fromSql(const QVariant &stored, T &value)
{
    if constexpr (codec::NamedEnum<T>) {
        const std::string name = stored.toString().toStdString();
        for (std::size_t i = 0; i < kEnumNames<T>.size(); ++i) {
            if (kEnumNames<T>[i] == name) {
                value = static_cast<T>(i);
                return;
            }
        }
        throw RowError("\"" + name + "\" is not a name that this version knows");
    } else if constexpr (std::is_same_v<T, bool>) {
        value = stored.toLongLong() != 0;
    } else if constexpr (std::is_floating_point_v<T>) {
        value = stored.isNull() ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(stored.toDouble());
    } else if constexpr (std::is_integral_v<T>) {
        value = static_cast<T>(stored.toLongLong());
    } else if constexpr (codec::IsFixed<T>) {
        value = T::fromRaw(stored.toLongLong());
    } else if constexpr (codec::IsTimestamp<T>) {
        value.ns = stored.toLongLong();
    } else if constexpr (codec::IsId<T>) {
        value = T(static_cast<decltype(value.value)>(stored.toLongLong()));
    } else if constexpr (std::is_same_v<T, std::string>) {
        value = stored.toString().toStdString();
    } else {
        const QJsonDocument document = QJsonDocument::fromJson(stored.toString().toUtf8());
        const QJsonValue json = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
        try {
            codec::JsonReader::read(json, value);
        } catch (const std::exception &error) {
            throw RowError(error.what());
        }
    }
}

/// The names of a record's fields.
template <class Row>
std::vector<std::string> columnsOf()
{
    std::vector<std::string> names;
    const Row row{};
    const auto visit = [&names](std::string_view name, const auto &) { names.emplace_back(name); };
    Row::fields(row, visit);
    return names;
}

/// Binds a record's fields to a prepared statement, from placeholder `first` on.
template <class Row>
void bindRow(QSqlQuery &query, const Row &row, int first)
{
    int index = first;
    const auto visit = [&](std::string_view, const auto &field) { query.bindValue(index++, toSql(field)); };
    Row::fields(row, visit);
}

/// Reads a record from the columns of the present row, from column 0 on. Throws RowError.
template <class Row>
Row readRow(const QSqlQuery &query)
{
    Row row{};
    int index = 0;
    const auto visit = [&](std::string_view name, auto &field) {
        try {
            fromSql(query.value(index++), field);
        } catch (const RowError &error) {
            throw RowError(std::string(Table<Row>::name) + "." + std::string(name) + ": " + error.what());
        }
    };
    Row::fields(row, visit);
    return row;
}

} // namespace coinswarm::storage
