// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "codec/traits.h"

#include <coinswarm/decimal.h>
#include <coinswarm/market_state.h>
#include <coinswarm/timestamp.h>

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>

namespace coinswarm::codec {

/// Values as JSON, and back. Money, prices and sizes are decimal strings, never numbers; times are integers of
/// nanoseconds since 1970 as strings (a double holds only 53 bits); enums are their names; ids are numbers.
/// Reading is lenient about absent fields (they keep their value) and strict about wrong ones (fromJson says which).
template <class T>
QJsonValue toJson(const T &value);

class JsonWriter
{
public:
    template <class T>
    void operator()(std::string_view name, const T &value)
    {
        m_object.insert(QLatin1StringView(name.data(), static_cast<qsizetype>(name.size())), toJson(value));
    }

    QJsonObject take() { return std::move(m_object); }

private:
    QJsonObject m_object;
};

template <class T>
QJsonValue toJson(const T &value)
{
    if constexpr (std::is_same_v<T, bool>) {
        return QJsonValue(value);
    } else if constexpr (NamedEnum<T>) {
        const std::string_view name = enumName(value);
        return QJsonValue(QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size())));
    } else if constexpr (std::is_enum_v<T>) {
        return QJsonValue(static_cast<qint64>(value));
    } else if constexpr (std::is_floating_point_v<T>) {
        return QJsonValue(static_cast<double>(value));
    } else if constexpr (std::is_integral_v<T>) {
        return QJsonValue(static_cast<qint64>(value));
    } else if constexpr (IsFixed<T>) {
        return QJsonValue(QString::fromStdString(coinswarm::toString(value)));
    } else if constexpr (IsTimestamp<T>) {
        return QJsonValue(QString::number(value.ns));
    } else if constexpr (IsInterval<T>) {
        return QJsonValue(value.seconds);
    } else if constexpr (IsId<T>) {
        return QJsonValue(static_cast<qint64>(value.value));
    } else if constexpr (IsDuration<T>) {
        return QJsonValue(QString::number(static_cast<qint64>(value.count())));
    } else if constexpr (std::is_same_v<T, std::string>) {
        return QJsonValue(QString::fromStdString(value));
    } else if constexpr (std::is_same_v<T, IndicatorReadings>) {
        QJsonArray array;
        for (std::size_t i = 0; i < value.count; ++i) {
            array.append(value.ready(i) ? QJsonValue(value.values[i]) : QJsonValue());
        }
        return array;
    } else if constexpr (IsVariant<T>) {
        return std::visit(
            [&](const auto &alternative) -> QJsonValue {
                return QJsonObject{{QStringLiteral("kind"), static_cast<qint64>(value.index())},
                                   {QStringLiteral("value"), toJson(alternative)}};
            },
            value);
    } else if constexpr (std::is_same_v<T, std::monostate>) {
        return QJsonValue();
    } else if constexpr (IsOptional<T>) {
        return value.has_value() ? toJson(*value) : QJsonValue();
    } else if constexpr (IsMap<T>) {
        QJsonArray array;
        for (const auto &[key, mapped] : value) {
            array.append(QJsonArray{toJson(key), toJson(mapped)});
        }
        return array;
    } else if constexpr (IsArray<T> || IsSequence<T> || IsSet<T>) {
        QJsonArray array;
        for (const auto &element : value) {
            array.append(toJson(static_cast<const typename T::value_type &>(element)));
        }
        return array;
    } else if constexpr (HasFields<T>) {
        JsonWriter writer;
        T::fields(value, writer);
        return writer.take();
    } else {
        static_assert(!sizeof(T), "the codec does not know this type");
    }
}

} // namespace coinswarm::codec
