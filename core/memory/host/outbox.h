// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/digest.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace coinswarm::memory {

/// Proposals that were submitted here and are not decided yet, on disk for the next start. Says which of them are to be sent:
/// each again and again until it is decided, but never so many that a backlog leaves no room for deciding it. One thread.
class Outbox
{
public:
    using Clock = std::chrono::steady_clock;
    struct Waiting {
        std::string item;
        Clock::time_point first; ///< when it was put here
        Clock::time_point last; ///< when it was sent; long ago if it never was
    };
    static constexpr std::size_t kUnderWay = 8'192; ///< that may have been sent and not decided; others wait

    /// What is not decided after `again` is sent again.
    Outbox(std::filesystem::path file, std::chrono::milliseconds again);

    /// What an earlier run left. What was torn is proposed again by the engine that continues its session.
    std::vector<std::string> stored() const;
    /// Whether it may be sent now. An id that waits already stays as it is.
    bool put(const journal::Digest &id, std::string item, Clock::time_point now);
    void remove(const journal::Digest &id);
    const std::map<journal::Digest, Waiting> &all() const { return m_waiting; }
    /// What is to be sent now, and is taken to be. From time to time also writes what has changed.
    std::vector<std::string> due(Clock::time_point now);
    /// When due() is to be asked again.
    Clock::time_point nextDue(Clock::time_point now) const;
    /// Writes what has changed. On a full disk the older file stays, and this is tried again.
    void save();

private:
    std::filesystem::path m_file;
    std::chrono::milliseconds m_again;
    std::map<journal::Digest, Waiting> m_waiting;
    journal::Digest m_lastSent{}; ///< where sending again goes on behind
    Clock::time_point m_asked;
    Clock::time_point m_saved;
    bool m_changed = false;
};

} // namespace coinswarm::memory
