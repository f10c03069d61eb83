// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/state/memory_state.h"

#include <map>
#include <optional>
#include <vector>

namespace coinswarm::memory {

/// The episodes that belong to no pattern yet, and which of them lie close enough together to found one. Compares each pair
/// once.
class LooseEpisodes
{
public:
    enum class Standing : unsigned char {
        Fresh, ///< to be compared with every pattern
        Waiting, ///< for the decision on a proposal that names it
        Outside, ///< no pattern takes it
    };

    /// Takes in what was committed since, and forgets what has found its pattern.
    void follow(const MemoryState &state);
    /// To be asked for again: everything, or the episodes of a proposal that is over.
    void refresh();
    void refresh(const std::vector<EpisodeId> &episodes);
    void wait(const std::vector<EpisodeId> &episodes);
    /// No pattern takes it: it may found one with others.
    void putOutside(const MemoryState &state, EpisodeId id);

    const std::map<EpisodeId, Standing> &all() const { return m_standing; }
    /// Episodes outside of this action that lie within the radius of their mean, `least` or more and no more than `most`, in the
    /// order of their ids; nothing if there are none that were not looked at before. The densest come first.
    std::optional<std::vector<EpisodeId>> group(const MemoryState &state, Action action, std::size_t least,
                                                std::size_t most);

private:
    struct Density {
        std::size_t alike = 0; ///< others outside that were near when they came; some may have left
        bool looked = false; ///< since the last one came
    };

    std::vector<EpisodeId> around(const MemoryState &state, EpisodeId seed, std::size_t most) const;

    std::uint64_t m_known = 0;
    std::map<EpisodeId, Standing> m_standing;
    std::map<EpisodeId, Density> m_outside;
};

} // namespace coinswarm::memory
