// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/manager_machine.h"
#include "soundness/quorum_world.h"

#include <memory>

namespace coinswarm::quorum::testing {

/// xorshift with a seed: a schedule can be run again from its number.
class Dice
{
public:
    explicit Dice(std::uint64_t seed) : m_state(seed * 0x9E3779B97F4A7C15ULL + 0x2545F4914F6CDD1DULL) {}

    std::uint64_t roll()
    {
        m_state ^= m_state << 13;
        m_state ^= m_state >> 7;
        m_state ^= m_state << 17;
        return m_state;
    }
    std::size_t below(std::size_t n) { return static_cast<std::size_t>((roll() >> 16) % n); }
    bool percent(std::size_t chance) { return below(100) < chance; }

private:
    std::uint64_t m_state;
};

struct Schedule {
    std::uint64_t seed = 0;
    std::size_t managers = 4;
    std::size_t liars = 1; ///< the last ones
    std::size_t steps = 160; ///< of chaos, before the world heals
    bool heals = true; ///< then runs on until a fresh item is decided everywhere
    bool liarsStayActive = true; ///< while it heals; otherwise they are silent
};

struct Outcome {
    std::string violation; ///< empty if every promise was kept
    std::size_t events = 0;
    Slot slots = 0; ///< final at the end of the chaos, at the manager that is furthest
    std::size_t convictions = 0;
    Round highestRound = 0;
};

/// Runs the real machines of a cluster under one random schedule: messages are lost, repeated, delayed and reordered, managers
/// crash with what was not synced and start again, the log fails, loses its tail and shows old entries, liars do what
/// QuorumLiar can think of. Then the network and the disks are well again, and the cluster has to go on.
Outcome simulate(const Schedule &schedule);

} // namespace coinswarm::quorum::testing
