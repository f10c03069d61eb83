// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/state/pattern_entry.h"

namespace coinswarm::memory {

/// A pattern as it would be if episodes joined it one after the other, in the order in which managers will try them.
class CentreTrial
{
public:
    explicit CentreTrial(const PatternEntry &record)
        : m_founding(record.pattern.founding),
          m_centre(record.pattern.centre),
          m_sums(record.sums),
          m_members(record.members.size())
    {}

    /// Takes the episode if managers would: it lies within the radius, and the centre stays within its drift.
    bool join(EpisodeId id, const Embedding &state);
    const std::vector<EpisodeId> &joined() const { return m_joined; }

private:
    Embedding m_founding;
    Embedding m_centre;
    std::vector<std::int64_t> m_sums;
    std::size_t m_members;
    std::vector<EpisodeId> m_joined;
};

} // namespace coinswarm::memory
