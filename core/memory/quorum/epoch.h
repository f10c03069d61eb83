// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/quorum_size.h"

#include "journal/digest.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace coinswarm::quorum {

using Slot = std::uint64_t;
using Round = std::uint32_t;
using ManagerIndex = std::uint16_t;

inline constexpr Round kNoRound = 0xFFFFFFFF;
inline constexpr std::size_t kMostManagers = 64;

/// Who decides: the managers' keys, in the order that their indices, votes and turns follow. Epoch 0 comes from the
/// genesis file; each further one is a commit of the one before.
struct Epoch {
    std::uint64_t number = 0;
    std::vector<journal::PublicKey> managers;

    bool operator==(const Epoch &) const = default;
    std::size_t size() const { return managers.size(); }
    std::size_t faults() const { return faultsBorne(managers.size()); }
    std::size_t quorum() const;
    std::optional<ManagerIndex> indexOf(const journal::PublicKey &key) const;
    /// One to kMostManagers different keys.
    bool wellFormed() const;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("number", self.number);
        visit("managers", self.managers);
    }
};

} // namespace coinswarm::quorum
