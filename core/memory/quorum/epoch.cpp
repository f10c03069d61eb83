// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/epoch.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "memory/quorum/safety_rules.h"

#include <algorithm>

namespace coinswarm::quorum {

std::size_t Epoch::quorum() const
{
    return quorumSize(managers.size()) - (safetyRules.quorumIntersects ? 0 : 1);
}

std::optional<ManagerIndex> Epoch::indexOf(const PublicKey &key) const
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
    std::vector<PublicKey> sorted = managers;
    std::sort(sorted.begin(), sorted.end());
    return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
}

std::string encodeEpoch(const Epoch &epoch)
{
    const ByteBuffer bytes = codec::encoded(epoch);
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

Result<Epoch> nextEpoch(const Epoch &current, const std::string &item)
{
    Result<Epoch> epoch = codec::decoded<Epoch>(std::as_bytes(std::span(item)));
    if (!epoch) {
        return invalid("The membership change cannot be read: " + epoch.error().message + ".");
    }
    if (epoch->number != current.number + 1) {
        return invalid("The membership change is for epoch " + std::to_string(epoch->number) + "; epoch "
                       + std::to_string(current.number + 1) + " is next.");
    }
    if (!epoch->wellFormed()) {
        return invalid("The membership change must name one to " + std::to_string(kMostManagers)
                       + " different manager keys.");
    }
    return epoch;
}

} // namespace coinswarm::quorum
