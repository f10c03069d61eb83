// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/message.h"

#include <functional>

namespace coinswarm::memory {

/// How managers of different processes reach each other. Everything may be lost, late, repeated or in another order.
class QuorumChannel
{
public:
    struct Incoming {
        quorum::MessagePtr message; ///< null: see `logEnded`
        bool fromLog = false;
        bool logEnded = false; ///< the log was read to its end; its last final is that of `slot`
        quorum::Slot slot = 0;
        std::size_t bytes = 0; ///< that the message had on its way
    };
    /// Called in threads of the channel; never again once it is destroyed. For what is from the log it may wait.
    using Receiver = std::function<void(Incoming)>;

    virtual ~QuorumChannel() = default;

    /// Called once, first.
    virtual Result<void> open(Receiver receiver) = 0;
    /// Which manager of the epoch is here, to whom others may speak alone; none: what they say to anybody is heard. Before
    /// open(), and when the epoch changes. Does not wait.
    virtual void takePlace(std::optional<quorum::ManagerIndex> self) = 0;
    virtual void submit(quorum::BatchKind kind, const std::string &item) = 0;
    virtual void broadcast(const quorum::MessagePtr &message) = 0;
    virtual void send(quorum::ManagerIndex to, const quorum::MessagePtr &message) = 0;
    /// To the log.
    virtual void append(const quorum::MessagePtr &message) = 0;
    /// Why the others cannot be reached; empty if they can.
    virtual std::string trouble() const = 0;
};

} // namespace coinswarm::memory
