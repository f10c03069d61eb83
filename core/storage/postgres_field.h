// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/sql_row.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

/// Fields of records as PostgreSQL is told them, in whichever way they are sent.
namespace coinswarm::storage {

/// What PostgreSQL takes as a text: valid UTF-8 without a zero. Whatever is not becomes U+FFFD. The result is `text`
/// itself, or lies in `repaired`.
std::string_view postgresText(std::string_view text, std::string &repaired);

/// The same representation as toSql(). Calls one of
///   sink.integer(std::int64_t)   sink.real(double)   sink.null()   sink.text(std::string_view), storable as it is
template <class T, class Sink>
void writeField(const T &value, Sink &&sink)
{
    if constexpr (codec::NamedEnum<T>) {
        sink.text(enumName(value));
    } else if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(value)) {
            sink.null();
        } else {
            sink.real(static_cast<double>(value));
        }
    } else if constexpr (std::is_integral_v<T>) {
        sink.integer(static_cast<std::int64_t>(value));
    } else if constexpr (codec::IsFixed<T>) {
        sink.integer(static_cast<std::int64_t>(value.raw));
    } else if constexpr (codec::IsTimestamp<T>) {
        sink.integer(static_cast<std::int64_t>(value.ns));
    } else if constexpr (codec::IsId<T>) {
        sink.integer(static_cast<std::int64_t>(value.value));
    } else if constexpr (std::is_same_v<T, std::string>) {
        std::string repaired;
        sink.text(postgresText(value, repaired));
    } else {
        const QByteArray json = jsonText(value);
        std::string repaired;
        sink.text(postgresText({json.constData(), static_cast<std::size_t>(json.size())}, repaired));
    }
}

} // namespace coinswarm::storage
