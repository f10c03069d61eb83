// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace coinswarm::replica {

/// Numbers and texts of a snapshot, in the byte order of x86 and ARM: the least byte first.
class SnapshotWriter
{
public:
    template <class T>
    void number(T value)
    {
        static_assert(std::is_arithmetic_v<T>);
        bytes(std::as_bytes(std::span(&value, 1)));
    }
    void text(std::string_view text)
    {
        number(static_cast<std::uint32_t>(text.size()));
        bytes(std::as_bytes(std::span(text)));
    }
    void bytes(std::span<const std::byte> bytes) { m_out.insert(m_out.end(), bytes.begin(), bytes.end()); }
    std::vector<std::byte> &out() { return m_out; }

private:
    std::vector<std::byte> m_out;
};

/// Reads them back. Past the end, everything is zero and sound() false.
class SnapshotReader
{
public:
    explicit SnapshotReader(std::span<const std::byte> in) : m_left(in) {}

    template <class T>
    T number()
    {
        static_assert(std::is_arithmetic_v<T>);
        T value{};
        if (const std::span<const std::byte> source = bytes(sizeof value); !source.empty()) {
            std::memcpy(&value, source.data(), sizeof value);
        }
        return value;
    }
    std::string text()
    {
        const std::span<const std::byte> source = bytes(number<std::uint32_t>());
        return {reinterpret_cast<const char *>(source.data()), source.size()};
    }
    /// Empty if there are not so many.
    std::span<const std::byte> bytes(std::size_t count)
    {
        if (count > m_left.size()) {
            m_sound = false;
            m_left = {};
            return {};
        }
        const std::span<const std::byte> taken = m_left.first(count);
        m_left = m_left.subspan(count);
        return taken;
    }
    bool sound() const { return m_sound; }
    std::size_t left() const { return m_left.size(); }

private:
    std::span<const std::byte> m_left;
    bool m_sound = true;
};

} // namespace coinswarm::replica
