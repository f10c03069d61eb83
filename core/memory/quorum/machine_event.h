// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/message.h"

#include <variant>

/// What a manager's machine is told. The host reports each as it happens; the machine has no other source.
namespace coinswarm::quorum {

/// Both kinds carry the place that they were set for; one that comes late is ignored.
struct RoundTimer {
    enum class Kind : std::uint8_t {
        Round, ///< the round has had its time
        Append, ///< the coordinator has had its time to put the commit into the log
    };
    Kind kind = Kind::Round;
    Slot slot = 0;
    Round round = 0;

    bool operator==(const RoundTimer &) const = default;
};

/// First of all, after construction: what was promised before is said again, and peers are asked for what was missed.
struct Started {};
/// From the bus, decoded but not checked: the machine checks signatures itself. May be lost, late, twice, or from a liar.
struct MessageReceived {
    MessagePtr message;
};
/// A Commit or Final read from the log, not checked either.
struct LogEntryRead {
    MessagePtr message;
};
/// The log was read to its end, and its last Final is that of `slot`.
struct LogEnded {
    Slot slot = 0;
};
/// What Persist with this token asked for is on stable storage, and everything persisted before it too.
struct DiskWritten {
    std::uint64_t token = 0;
};
struct TimerFired {
    RoundTimer timer;
};
/// What Apply asked for is done, and the state's digest is this. Nothing is decided in the next slot before.
struct Applied {
    Slot slot = 0;
    journal::Digest state{};
};

using ManagerEvent = std::variant<Started, MessageReceived, LogEntryRead, LogEnded, DiskWritten, TimerFired, Applied>;

} // namespace coinswarm::quorum
