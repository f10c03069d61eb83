// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/epoch.h"

#include <coinswarm/topic.h>

#include <chrono>
#include <string>

namespace coinswarm::memory {

inline constexpr std::chrono::milliseconds kHeartbeatInterval{1'000};

/// How a manager is, about every second, for people to see. Nobody decides anything by it, so it is not signed.
struct Heartbeat {
    quorum::ManagerIndex manager = 0;
    quorum::Slot slot = 0;
    quorum::Round round = 0;
    std::uint64_t waiting = 0; ///< items in its pool
    std::string halted; ///< why it stands still; empty if it does not
    std::string trouble; ///< why it cannot reach others

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("manager", self.manager);
        visit("slot", self.slot);
        visit("round", self.round);
        visit("waiting", self.waiting);
        visit("halted", self.halted);
        visit("trouble", self.trouble);
    }
};

/// Below it stands the cluster.
inline constexpr Topic<Heartbeat> kHeartbeats{Subject::MemAudit};

/// What stands below the topics of a cluster: the first half of its id.
std::string clusterToken(const journal::Digest &cluster);

} // namespace coinswarm::memory
