// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#define COINSWARM_CRC32C_SSE42 1
#include <nmmintrin.h>
#endif

namespace coinswarm::journal {

namespace {

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables makeTables()
{
    Tables tables{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
        tables[0][i] = crc;
    }
    for (std::size_t i = 0; i < 256; ++i) {
        for (std::size_t t = 1; t < 8; ++t)
            tables[t][i] = (tables[t - 1][i] >> 8) ^ tables[0][tables[t - 1][i] & 0xFFU];
    }
    return tables;
}

constexpr Tables kTables = makeTables();

#ifdef COINSWARM_CRC32C_SSE42
__attribute__((target("sse4.2"))) std::uint32_t crc32cSse42(ByteView bytes, std::uint32_t previous)
{
    std::uint64_t crc = ~previous;
    const std::byte *p = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; p += 8, left -= 8) {
        std::uint64_t word;
        std::memcpy(&word, p, 8);
        crc = _mm_crc32_u64(crc, word);
    }
    auto narrow = static_cast<std::uint32_t>(crc);
    for (; left > 0; ++p, --left)
        narrow = _mm_crc32_u8(narrow, std::to_integer<std::uint8_t>(*p));
    return ~narrow;
}
#endif

} // namespace

std::uint32_t crc32cPortable(ByteView bytes, std::uint32_t previous)
{
    std::uint32_t crc = ~previous;
    const std::byte *p = bytes.data();
    std::size_t left = bytes.size();
    // Eight bytes a step, one table for each: independent look-ups instead of a chain of eight.
    for (; left >= 8; p += 8, left -= 8) {
        const std::uint64_t word = loadLittle<std::uint64_t>(p) ^ crc;
        crc = 0;
        for (std::size_t i = 0; i < 8; ++i)
            crc ^= kTables[7 - i][(word >> (8 * i)) & 0xFFU];
    }
    for (; left > 0; ++p, --left)
        crc = (crc >> 8) ^ kTables[0][(crc ^ std::to_integer<std::uint32_t>(*p)) & 0xFFU];
    return ~crc;
}

std::uint32_t crc32c(ByteView bytes, std::uint32_t previous)
{
#ifdef COINSWARM_CRC32C_SSE42
    static const bool hardware = __builtin_cpu_supports("sse4.2") != 0;
    if (hardware)
        return crc32cSse42(bytes, previous);
#endif
    return crc32cPortable(bytes, previous);
}

} // namespace coinswarm::journal
