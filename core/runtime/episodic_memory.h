// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/effect.h"

#include <coinswarm/recall.h>

namespace coinswarm::runtime {

/// What a kernel asks before it asks agents. Whoever keeps the memory of a session implements it; it takes closed trades
/// from Session::takeCitable(), and what the quorum commits comes back as events.
///
/// Thread: the engine's, which waits for the answer: it must come in microseconds and must not call the kernel back.
class EpisodicMemory
{
public:
    virtual ~EpisodicMemory();

    /// The ten episodes most like the question's embedding, as of a whole slot. If memory cannot answer, `unavailable` of the
    /// answer says why, in a sentence for the user.
    virtual Recall recall(const engine::effect::RecallEpisodes &question) = 0;
};

} // namespace coinswarm::runtime
