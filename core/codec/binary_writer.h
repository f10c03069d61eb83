// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "codec/traits.h"

#include <coinswarm/market_state.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace coinswarm::codec {

/// Encodes values as little-endian bytes: fixed-width integers, doubles by their bits, texts and sequences with a u32
/// count before them, variants and optionals with a u8 before them. Appends to a buffer that the caller keeps, so that
/// nothing is allocated once it has grown. One value always gives the same bytes.
class BinaryWriter
{
public:
    explicit BinaryWriter(std::vector<std::byte> &out) : m_out(out) {}

    template <class T>
    void operator()(std::string_view, const T &value)
    {
        write(value);
    }

    template <class T>
    void write(const T &value)
    {
        if constexpr (std::is_same_v<T, bool>) {
            raw<std::uint8_t>(value ? 1 : 0);
        } else if constexpr (std::is_enum_v<T>) {
            raw(static_cast<std::underlying_type_t<T>>(value));
        } else if constexpr (std::is_arithmetic_v<T>) {
            raw(value);
        } else if constexpr (IsFixed<T>) {
            raw(value.raw);
        } else if constexpr (IsTimestamp<T>) {
            raw(value.ns);
        } else if constexpr (IsInterval<T>) {
            raw(value.seconds);
        } else if constexpr (IsId<T>) {
            raw(value.value);
        } else if constexpr (IsDuration<T>) {
            raw(static_cast<std::int64_t>(value.count()));
        } else if constexpr (std::is_same_v<T, std::string>) {
            raw(static_cast<std::uint32_t>(value.size()));
            bytes(value.data(), value.size());
        } else if constexpr (std::is_same_v<T, IndicatorReadings>) {
            raw(value.count);
            raw(value.readyMask);
            bytes(value.values.data(), value.count * sizeof(double));
        } else if constexpr (IsVariant<T>) {
            raw(static_cast<std::uint8_t>(value.index()));
            std::visit([this](const auto &alternative) { this->write(alternative); }, value);
        } else if constexpr (std::is_same_v<T, std::monostate>) {
        } else if constexpr (IsOptional<T>) {
            raw<std::uint8_t>(value.has_value() ? 1 : 0);
            if (value.has_value()) {
                write(*value);
            }
        } else if constexpr (IsByteArray<T>) {
            bytes(value.data(), value.size());
        } else if constexpr (IsArray<T>) {
            for (const auto &element : value) {
                write(element);
            }
        } else if constexpr (IsMap<T>) {
            raw(static_cast<std::uint32_t>(value.size()));
            for (const auto &[key, mapped] : value) {
                write(key);
                write(mapped);
            }
        } else if constexpr (IsSequence<T> || IsSet<T>) {
            raw(static_cast<std::uint32_t>(value.size()));
            for (const auto &element : value) {
                // std::vector<bool> hands out proxies.
                write(static_cast<const typename T::value_type &>(element));
            }
        } else if constexpr (HasFields<T>) {
            T::fields(value, *this);
        } else if constexpr (HasState<T>) {
            // Saving never changes the object; one visitState() serves saving and restoring.
            const_cast<T &>(value).visitState(*this);
        } else {
            static_assert(!sizeof(T), "the codec does not know this type");
        }
    }

private:
    template <class T>
    void raw(T value)
    {
        bytes(&value, sizeof value);
    }

    void bytes(const void *data, std::size_t size)
    {
        const auto *first = static_cast<const std::byte *>(data);
        m_out.insert(m_out.end(), first, first + size);
    }

    std::vector<std::byte> &m_out;
};

template <class T>
std::vector<std::byte> encoded(const T &value)
{
    std::vector<std::byte> out;
    BinaryWriter(out).write(value);
    return out;
}

} // namespace coinswarm::codec
