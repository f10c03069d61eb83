// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/epoch.h"

#include "memory/quorum/safety_rules.h"

#include <algorithm>

namespace coinswarm::quorum {

std::size_t Epoch::quorum() const
{
    return quorumSize(managers.size()) - (safetyRules.quorumIntersects ? 0 : 1);
}

std::optional<ManagerIndex> Epoch::indexOf(const journal::PublicKey &key) const
{
    const auto found = std::find(managers.begin(), managers.end(), key);
    if (found == managers.end()) {
        return std::nullopt;
    }
    return static_cast<ManagerIndex>(found - managers.begin());
}

bool Epoch::wellFormed() const
{
    if (managers.empty() || managers.size() > kMostManagers) {
        return false;
    }
    std::vector<journal::PublicKey> sorted = managers;
    std::sort(sorted.begin(), sorted.end());
    return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
}

} // namespace coinswarm::quorum
