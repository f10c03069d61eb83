// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/record_search.h"

#include "journal/crc32c.h"
#include "memory/audit/audit_record.h"

#include <array>
#include <cstring>
#include <vector>

namespace coinswarm::audit {

namespace {

// Bytes made to look like lengths would have every offset check megabytes. Instead the checksum of any stretch follows from
// the checksums of two beginnings: crc(b) = crc(a) · x^(8 · bytes between) + crc(between), over GF(2) modulo the polynomial.

constexpr std::uint32_t kPolynomial = 0x82F63B78; ///< of CRC-32C, lowest power in the highest bit
constexpr unsigned kDigitBits = 11; ///< two digits hold every length up to 2 MiB

constexpr std::uint32_t times(std::uint32_t a, std::uint32_t b)
{
    std::uint32_t product = 0;
    for (std::uint32_t bit = 0x80000000U; bit != 0; bit >>= 1U) {
        if ((a & bit) != 0) {
            product ^= b;
        }
        b = (b & 1U) != 0 ? b >> 1U ^ kPolynomial : b >> 1U;
    }
    return product;
}

using Powers = std::array<std::uint32_t, 1U << kDigitBits>;

struct Shifts {
    Powers low{};
    Powers high{};
};

/// x^(8 · i) and x^(8 · i · 2¹¹).
const Shifts &shifts()
{
    static const Shifts tables = [] {
        constexpr std::uint32_t one = 0x80000000U;
        Shifts made;
        made.low[0] = made.high[0] = one;
        for (std::size_t i = 1; i < made.low.size(); ++i) {
            made.low[i] = times(made.low[i - 1], one >> 8U);
        }
        const std::uint32_t digit = times(made.low.back(), one >> 8U);
        for (std::size_t i = 1; i < made.high.size(); ++i) {
            made.high[i] = times(made.high[i - 1], digit);
        }
        return made;
    }();
    return tables;
}

/// The checksum of something followed by `bytes` zeros, as far as the something matters.
std::uint32_t shifted(std::uint32_t checksum, std::size_t bytes)
{
    const Shifts &by = shifts();
    return times(times(checksum, by.low[bytes & (by.low.size() - 1)]), by.high[bytes >> kDigitBits]);
}

} // namespace

bool recordFollows(journal::ByteView bytes)
{
    static_assert(kMostRecordBytes >> kDigitBits < (1U << kDigitBits));
    std::vector<std::uint32_t> upTo(bytes.size() + 1, 0); // the checksum of the first so many bytes
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        upTo[i + 1] = journal::crc32c(bytes.subspan(i, 1), upTo[i]);
    }
    for (std::size_t at = 1; at + kRecordPrefix < bytes.size(); ++at) {
        std::uint32_t length = 0;
        std::uint32_t checksum = 0;
        std::memcpy(&length, bytes.data() + at, sizeof length);
        std::memcpy(&checksum, bytes.data() + at + sizeof length, sizeof checksum);
        const std::size_t from = at + kRecordPrefix;
        if (length == 0 || length > kMostRecordBytes || length > bytes.size() - from) {
            continue;
        }
        const std::uint32_t ofLength = journal::crc32c(bytes.subspan(at, sizeof length));
        if ((upTo[from + length] ^ shifted(ofLength ^ upTo[from], length)) == checksum) {
            return true;
        }
    }
    return false;
}

} // namespace coinswarm::audit
