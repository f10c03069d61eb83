// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "codec/traits.h"

#include <coinswarm/market_state.h>
#include <coinswarm/result.h>

#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>

namespace coinswarm::codec {

/// Decodes what BinaryWriter wrote. Bytes that end early or hold an impossible value throw DecodeError; decoded()
/// turns that into a Result. Never reads beyond the given bytes and never allocates more than they could fill.
class BinaryReader
{
public:
    struct DecodeError : std::runtime_error {
        using std::runtime_error::runtime_error;
    };

    explicit BinaryReader(std::span<const std::byte> in) : m_in(in) {}

    template <class T>
    void operator()(std::string_view, T &value)
    {
        read(value);
    }

    bool atEnd() const { return m_position == m_in.size(); }
    std::size_t position() const { return m_position; }

    template <class T>
    void read(T &value)
    {
        if constexpr (std::is_same_v<T, bool>) {
            const auto byte = raw<std::uint8_t>();
            if (byte > 1) {
                throw DecodeError("a truth value is neither 0 nor 1");
            }
            value = byte == 1;
        } else if constexpr (NamedEnum<T>) {
            value = static_cast<T>(raw<std::underlying_type_t<T>>());
            if (static_cast<std::size_t>(value) >= kEnumNames<T>.size()) {
                throw DecodeError("an enumeration has an unknown value");
            }
        } else if constexpr (std::is_enum_v<T>) {
            value = static_cast<T>(raw<std::underlying_type_t<T>>());
        } else if constexpr (std::is_arithmetic_v<T>) {
            value = raw<T>();
        } else if constexpr (IsFixed<T>) {
            value.raw = raw<std::int64_t>();
        } else if constexpr (IsTimestamp<T>) {
            value.ns = raw<std::int64_t>();
        } else if constexpr (IsInterval<T>) {
            value.seconds = raw<std::int32_t>();
        } else if constexpr (IsId<T>) {
            value.value = raw<decltype(value.value)>();
        } else if constexpr (IsDuration<T>) {
            value = T(raw<std::int64_t>());
        } else if constexpr (std::is_same_v<T, std::string>) {
            const auto size = count(1);
            value.assign(reinterpret_cast<const char *>(take(size)), size);
        } else if constexpr (std::is_same_v<T, IndicatorReadings>) {
            value = {};
            value.count = raw<std::uint32_t>();
            value.readyMask = raw<std::uint64_t>();
            if (value.count > kMaxIndicatorSlots) {
                throw DecodeError("there are more indicators than a session can have");
            }
            std::memcpy(value.values.data(), take(value.count * sizeof(double)), value.count * sizeof(double));
        } else if constexpr (IsVariant<T>) {
            readVariant(value, std::make_index_sequence<std::variant_size_v<T>>());
        } else if constexpr (std::is_same_v<T, std::monostate>) {
        } else if constexpr (IsOptional<T>) {
            bool present = false;
            read(present);
            value.reset();
            if (present) {
                read(value.emplace());
            }
        } else if constexpr (IsByteArray<T>) {
            std::memcpy(value.data(), take(value.size()), value.size());
        } else if constexpr (IsArray<T>) {
            for (auto &element : value) {
                read(element);
            }
        } else if constexpr (IsMap<T>) {
            value.clear();
            for (std::size_t left = count(1); left > 0; --left) {
                typename T::key_type key{};
                read(key);
                read(value[key]);
            }
        } else if constexpr (IsSet<T>) {
            value.clear();
            for (std::size_t left = count(1); left > 0; --left) {
                typename T::value_type element{};
                read(element);
                value.insert(std::move(element));
            }
        } else if constexpr (IsSequence<T>) {
            value.clear();
            for (std::size_t left = count(1); left > 0; --left) {
                typename T::value_type element{};
                read(element);
                value.push_back(std::move(element));
            }
        } else if constexpr (HasFields<T>) {
            T::fields(value, *this);
        } else if constexpr (HasState<T>) {
            value.visitState(*this);
        } else {
            static_assert(!sizeof(T), "the codec does not know this type");
        }
    }

private:
    const std::byte *take(std::size_t size)
    {
        if (size > m_in.size() - m_position) {
            throw DecodeError("the bytes end too early");
        }
        const std::byte *first = m_in.data() + m_position;
        m_position += size;
        return first;
    }

    template <class T>
    T raw()
    {
        T value;
        std::memcpy(&value, take(sizeof value), sizeof value);
        return value;
    }

    std::size_t count(std::size_t leastBytesEach)
    {
        const std::size_t n = raw<std::uint32_t>();
        if (n > (m_in.size() - m_position) / leastBytesEach) {
            throw DecodeError("a count is larger than the bytes that follow");
        }
        return n;
    }

    template <class T, std::size_t... I>
    void readVariant(T &value, std::index_sequence<I...>)
    {
        const auto index = raw<std::uint8_t>();
        const bool known = ((index == I ? (read(value.template emplace<I>()), true) : false) || ...);
        if (!known) {
            throw DecodeError("a record has an unknown kind");
        }
    }

    std::span<const std::byte> m_in;
    std::size_t m_position = 0;
};

/// Reads one value that must use up all bytes.
template <class T>
Result<T> decoded(std::span<const std::byte> bytes)
{
    try {
        T value{};
        BinaryReader reader(bytes);
        reader.read(value);
        if (!reader.atEnd()) {
            return Error{ErrorKind::Corrupt, "there are bytes left over after the value"};
        }
        return value;
    } catch (const BinaryReader::DecodeError &error) {
        return Error{ErrorKind::Corrupt, error.what()};
    }
}

} // namespace coinswarm::codec
