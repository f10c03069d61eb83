// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "codec/traits.h"

#include <coinswarm/decimal.h>
#include <coinswarm/market_state.h>
#include <coinswarm/result.h>
#include <coinswarm/timestamp.h>

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>

#include <stdexcept>

namespace coinswarm::codec {

/// Reads what toJson() wrote. An absent field keeps the value's default; a field of the wrong kind throws JsonError
/// with its path; fromJson() turns that into a Result.
class JsonReader
{
public:
    struct JsonError : std::runtime_error {
        using std::runtime_error::runtime_error;
    };

    explicit JsonReader(const QJsonObject &object) : m_object(object) {}

    template <class T>
    void operator()(std::string_view name, T &value)
    {
        const QJsonValue json = m_object.value(QLatin1StringView(name.data(), static_cast<qsizetype>(name.size())));
        if (json.isUndefined()) {
            return;
        }
        try {
            read(json, value);
        } catch (const JsonError &error) {
            throw JsonError(std::string(name) + ": " + error.what());
        }
    }

    template <class T>
    static void read(const QJsonValue &json, T &value)
    {
        if constexpr (std::is_same_v<T, bool>) {
            expect(json.isBool(), "must be true or false");
            value = json.toBool();
        } else if constexpr (NamedEnum<T>) {
            expect(json.isString(), "must be a name");
            const std::string name = json.toString().toStdString();
            for (std::size_t i = 0; i < kEnumNames<T>.size(); ++i) {
                if (kEnumNames<T>[i] == name) {
                    value = static_cast<T>(i);
                    return;
                }
            }
            throw JsonError("\"" + name + "\" is not one of the known names");
        } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
            expect(json.isDouble(), "must be a whole number");
            value = static_cast<T>(json.toInteger());
        } else if constexpr (std::is_floating_point_v<T>) {
            expect(json.isDouble(), "must be a number");
            value = static_cast<T>(json.toDouble());
        } else if constexpr (IsFixed<T>) {
            expect(json.isString(), "must be a decimal in quotes");
            const Result<T> parsed = T::parse(json.toString().toStdString());
            if (!parsed.ok()) {
                throw JsonError(parsed.error().message);
            }
            value = *parsed;
        } else if constexpr (IsTimestamp<T>) {
            value.ns = integerText(json);
        } else if constexpr (IsInterval<T>) {
            expect(json.isDouble(), "must be a number of seconds");
            value.seconds = json.toInt();
        } else if constexpr (IsId<T>) {
            expect(json.isDouble(), "must be an id");
            value.value = static_cast<decltype(value.value)>(json.toInteger());
        } else if constexpr (IsDuration<T>) {
            value = T(integerText(json));
        } else if constexpr (std::is_same_v<T, std::string>) {
            expect(json.isString(), "must be a text");
            value = json.toString().toStdString();
        } else if constexpr (std::is_same_v<T, IndicatorReadings>) {
            expect(json.isArray() && json.toArray().size() <= static_cast<qsizetype>(kMaxIndicatorSlots),
                   "must be a list of numbers");
            const QJsonArray array = json.toArray();
            value = {};
            value.count = static_cast<std::uint32_t>(array.size());
            for (qsizetype i = 0; i < array.size(); ++i) {
                if (array[i].isDouble()) {
                    value.set(static_cast<std::size_t>(i), array[i].toDouble());
                }
            }
        } else if constexpr (IsVariant<T>) {
            expect(json.isObject(), "must be an object");
            readVariant(json.toObject(), value, std::make_index_sequence<std::variant_size_v<T>>());
        } else if constexpr (std::is_same_v<T, std::monostate>) {
        } else if constexpr (IsOptional<T>) {
            value.reset();
            if (!json.isNull()) {
                read(json, value.emplace());
            }
        } else if constexpr (IsMap<T>) {
            expect(json.isArray(), "must be a list of pairs");
            value.clear();
            for (const QJsonValue &entry : json.toArray()) {
                typename T::key_type key{};
                read(entry.toArray().at(0), key);
                read(entry.toArray().at(1), value[key]);
            }
        } else if constexpr (IsArray<T>) {
            expect(json.isArray() && json.toArray().size() == static_cast<qsizetype>(value.size()),
                   "must be a list of the right length");
            qsizetype i = 0;
            for (auto &element : value) {
                read(json.toArray().at(i++), element);
            }
        } else if constexpr (IsSequence<T>) {
            expect(json.isArray(), "must be a list");
            value.clear();
            const QJsonArray array = json.toArray();
            for (const QJsonValue &entry : array) {
                typename T::value_type element{};
                read(entry, element);
                value.push_back(std::move(element));
            }
        } else if constexpr (HasFields<T>) {
            expect(json.isObject(), "must be an object");
            const QJsonObject object = json.toObject();
            JsonReader reader(object);
            T::fields(value, reader);
        } else {
            static_assert(!sizeof(T), "the codec does not know this type");
        }
    }

private:
    static void expect(bool condition, const char *what)
    {
        if (!condition) {
            throw JsonError(what);
        }
    }

    static qint64 integerText(const QJsonValue &json)
    {
        bool ok = json.isDouble();
        const qint64 number = json.isString() ? json.toString().toLongLong(&ok) : json.toInteger();
        expect(ok, "must be a whole number of nanoseconds");
        return number;
    }

    template <class T, std::size_t... I>
    static void readVariant(const QJsonObject &object, T &value, std::index_sequence<I...>)
    {
        const auto kind = static_cast<std::size_t>(object.value(QLatin1StringView("kind")).toInteger(-1));
        const QJsonValue content = object.value(QLatin1StringView("value"));
        const bool known = ((kind == I ? (read(content, value.template emplace<I>()), true) : false) || ...);
        expect(known, "has an unknown kind");
    }

    const QJsonObject &m_object;
};

template <class T>
Result<T> fromJson(const QJsonValue &json)
{
    try {
        T value{};
        JsonReader::read(json, value);
        return value;
    } catch (const JsonReader::JsonError &error) {
        return invalid(error.what());
    }
}

} // namespace coinswarm::codec
