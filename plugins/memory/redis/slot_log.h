// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "contents_digest.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace coinswarm::redis {

/// What one slot leaves behind of an episode.
struct LoggedChange {
    std::uint64_t id = 0;
    std::optional<std::string> bytes; ///< none: it is removed
};

struct LoggedSlot {
    ContentsState before;
    ContentsState after;
    std::vector<LoggedChange> changes; ///< each id once
};

/// The latest slots with what leads from one to the next, so that a store that is some slots behind can be brought up
/// without writing everything again. Bounded: the oldest slots go first, and then a store that needs them has to be filled.
///
/// Thread: any.
class SlotLog
{
public:
    using Slots = std::vector<std::shared_ptr<const LoggedSlot>>;

    /// `mostChanges` are kept, over all slots.
    SlotLog(const ContentsState &start, std::size_t mostChanges);

    void push(LoggedSlot slot);
    /// Contents have changed in a way that is not logged.
    void reset(const ContentsState &state);
    ContentsState newest() const;
    /// How many slots were pushed so far.
    std::uint64_t position() const;
    /// The slots that lead from contents with `digest` to the newest; nothing if they are not here (any more).
    std::optional<Slots> from(const std::string &digest) const;
    /// The slots pushed after `position`; nothing if some of them are gone.
    std::optional<Slots> since(std::uint64_t position) const;

private:
    Slots tail(std::size_t begin) const;

    const std::size_t m_mostChanges;
    mutable std::mutex m_mutex;
    std::deque<std::shared_ptr<const LoggedSlot>> m_slots;
    std::size_t m_changes = 0;
    std::uint64_t m_position = 0;
    ContentsState m_newest;
};

} // namespace coinswarm::redis
