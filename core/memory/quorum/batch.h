// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/rejection.h"
#include "journal/digest.h"

#include <coinswarm/fields.h>

#include <cstdint>
#include <string>
#include <vector>

namespace coinswarm::quorum {

class Crypto;

/// Why a manager refused an item: 0 means that it accepted. Codes from 1 belong to the evaluator, those from kFirstOwnCode
/// to the protocol.
using ReasonCode = std::uint16_t;
inline constexpr ReasonCode kAccepted = 0;
inline constexpr ReasonCode kFirstOwnCode = 0xFF00;
inline constexpr ReasonCode kMalformedMembership = api::kMalformedMembership;
inline constexpr ReasonCode kUnapprovedMembership = api::kUnapprovedMembership;

enum class BatchKind : std::uint8_t {
    Items, ///< proposals to the memory, evaluated in order
    Membership, ///< one item, a MembershipChange; stands alone in its slot
};

/// What is decided in one slot. Items are opaque here.
struct Batch {
    BatchKind kind = BatchKind::Items;
    std::vector<std::string> items;

    bool operator==(const Batch &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("kind", self.kind);
        visit("items", self.items);
    }
};

inline constexpr std::size_t kMostItems = 4096; ///< in a batch
inline constexpr std::size_t kMostItemBytes = 512 << 10; ///< of all items of a batch together

/// Whether it may be proposed: one to kMostItems items, none empty, together at most kMostItemBytes; one item if it
/// changes the membership.
bool wellFormed(const Batch &batch);

journal::Digest batchDigest(const Crypto &crypto, const Batch &batch);

/// Which items of a batch are accepted: a bit each, the first item in the lowest bit of the first byte.
struct AcceptedItems {
    std::uint32_t count = 0; ///< items in the batch
    std::string bits; ///< (count + 7) / 8 bytes; bits behind the last item are zero

    bool operator==(const AcceptedItems &) const = default;
    static AcceptedItems of(const std::vector<ReasonCode> &reasons);
    bool test(std::size_t item) const;
    std::size_t accepted() const;
    /// Whether the number of bytes is right and no bit is set behind the last item: one meaning, one encoding.
    bool wellFormed() const;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("count", self.count);
        visit("bits", self.bits);
    }
};

constexpr auto enumNames(BatchKind)
{
    return std::array<std::string_view, 2>{"items", "membership"};
}

} // namespace coinswarm::quorum
