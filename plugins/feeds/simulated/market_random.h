// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <cstdint>

namespace coinswarm::simulated {

/// The same random numbers for the same seed on every platform: xoshiro256++ seeded by splitmix64 (Blackman and Vigna),
/// and only arithmetic that IEEE 754 rounds exactly.
class MarketRandom
{
public:
    explicit MarketRandom(std::uint64_t seed);

    std::uint64_t bits();
    /// 0 ≤ u < 1.
    double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
    /// Mean 0, variance 1: a sum of eight uniform numbers, so never beyond ±4.9. Tails come from the model, not from here.
    double normal();
    /// A whole number with 0 ≤ n < `count`.
    std::uint32_t below(std::uint32_t count) { return static_cast<std::uint32_t>(((bits() >> 32) * count) >> 32); }

    template <class Visitor>
    void visitState(Visitor &visit)
    {
        for (std::uint64_t &word : m_state) {
            visit(word);
        }
    }

private:
    std::array<std::uint64_t, 4> m_state;
};

} // namespace coinswarm::simulated
