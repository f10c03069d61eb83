// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/patterns/centre_trial.h"

#include "memory/state/memory_policy.h"

namespace coinswarm::memory {

bool CentreTrial::join(EpisodeId id, const Embedding &state)
{
    if (squaredDistance(state, m_centre) > kPatternRadius) {
        return false;
    }
    const auto add = [&](std::int64_t sign) {
        for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
            m_sums[i] += sign * state.values[i];
        }
    };
    add(1);
    const Embedding centre = meanOf(m_sums, m_members + 1);
    if (squaredDistance(centre, m_founding) > kPatternDrift) {
        add(-1);
        return false;
    }
    m_centre = centre;
    ++m_members;
    m_joined.push_back(id);
    return true;
}

} // namespace coinswarm::memory
