// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "market_random.h"

#include <bit>

namespace coinswarm::simulated {

MarketRandom::MarketRandom(std::uint64_t seed)
{
    for (std::uint64_t &word : m_state) {
        seed += 0x9E3779B97F4A7C15;
        std::uint64_t z = seed;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        word = z ^ (z >> 31);
    }
}

std::uint64_t MarketRandom::bits()
{
    const std::uint64_t result = std::rotl(m_state[0] + m_state[3], 23) + m_state[0];
    const std::uint64_t t = m_state[1] << 17;
    m_state[2] ^= m_state[0];
    m_state[3] ^= m_state[1];
    m_state[1] ^= m_state[2];
    m_state[0] ^= m_state[3];
    m_state[2] ^= t;
    m_state[3] = std::rotl(m_state[3], 45);
    return result;
}

double MarketRandom::normal()
{
    std::int64_t sum = 0;
    for (int word = 0; word < 2; ++word) {
        std::uint64_t x = bits();
        for (int part = 0; part < 4; ++part) {
            sum += static_cast<std::int64_t>(x & 0xFFFF);
            x >>= 16;
        }
    }
    // Eight times 0 … 65535: mean 8 × 32767.5, standard deviation √(8 × (65536² − 1) ÷ 12).
    constexpr double scale = 1.0 / 53509.92;
    return (static_cast<double>(sum) - 262140.0) * scale;
}

} // namespace coinswarm::simulated
