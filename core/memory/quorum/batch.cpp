// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/batch.h"

#include "codec/binary_writer.h"
#include "memory/quorum/crypto.h"
#include "memory/quorum/signed_bytes.h"

#include <algorithm>
#include <bit>

namespace coinswarm::quorum {

bool wellFormed(const Batch &batch)
{
    if (batch.items.empty() || batch.items.size() > kMostItems) {
        return false;
    }
    std::size_t bytes = 0;
    for (const std::string &item : batch.items) {
        bytes += item.size();
        if (item.empty() || bytes > kMostItemBytes) {
            return false;
        }
    }
    return batch.kind == BatchKind::Items || batch.items.size() == 1;
}

journal::Digest batchDigest(const Crypto &crypto, const Batch &batch)
{
    journal::ByteBuffer bytes = tagged(kBatchTag);
    codec::BinaryWriter(bytes).write(batch);
    return crypto.digest(bytes);
}

AcceptedItems AcceptedItems::of(const std::vector<ReasonCode> &reasons)
{
    AcceptedItems items;
    items.count = static_cast<std::uint32_t>(reasons.size());
    items.bits.assign((reasons.size() + 7) / 8, '\0');
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        if (reasons[i] == kAccepted) {
            items.bits[i / 8] = static_cast<char>(static_cast<unsigned char>(items.bits[i / 8]) | 1U << i % 8);
        }
    }
    return items;
}

bool AcceptedItems::test(std::size_t item) const
{
    return item < count && item / 8 < bits.size() && (static_cast<unsigned char>(bits[item / 8]) >> item % 8 & 1U) != 0;
}

std::size_t AcceptedItems::accepted() const
{
    std::size_t sum = 0;
    for (const char byte : bits) {
        sum += static_cast<std::size_t>(std::popcount(static_cast<unsigned char>(byte)));
    }
    return sum;
}

bool AcceptedItems::wellFormed() const
{
    if (count > kMostItems || bits.size() != (count + 7) / 8) {
        return false;
    }
    return count % 8 == 0 || static_cast<unsigned char>(bits.back()) >> count % 8 == 0;
}

} // namespace coinswarm::quorum
