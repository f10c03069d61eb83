// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/operator_decision.h"
#include "api/slot_filter.h"
#include "api/views.h"

#include <QtCore/QFuture>
#include <QtCore/QObject>

#include <functional>
#include <memory>

namespace coinswarm::api {

struct CandleQuery {
    InstrumentId instrument;
    Interval interval;
    std::uint32_t count = 500; ///< newest bars, at most what the session keeps

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("instrument", self.instrument);
        visit("interval", self.interval);
        visit("count", self.count);
    }
};

/// Asks for slots that are older than those of a full frame.
struct SlotQuery {
    std::uint64_t beforeSlot = 0; ///< only slots before this one; 0 for the newest
    std::uint32_t limit = kMostSlots; ///< newest of them; at most kMostSlots
    std::string text; ///< only slots that pass it, in the language of slot_filter.h; empty for all

    static constexpr std::uint32_t kMostSlots = 1'000;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("before_slot", self.beforeSlot);
        visit("limit", self.limit);
        visit("text", self.text);
    }
};

/// What one look into the audit log found. A look is short, whatever the size of the log: to find more, ask again.
struct SlotPage {
    std::vector<QuorumSlotView> slots; ///< oldest first
    /// Every slot from here up to where the query began has been looked at: `beforeSlot` of the next query. 1: all of them.
    std::uint64_t lookedFrom = 0;
    std::uint64_t total = 0; ///< slots in the log, as far as it is known
    double known =
        0; ///< less than 1 while the log is gone through for the first time: nothing was looked at, ask again

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("slots", self.slots);
        visit("looked_from", self.lookedFrom);
        visit("total", self.total);
        visit("known", self.known);
    }
};

using ApprovalAnswer = OperatorDecision;

struct WantedWeight {
    std::string agent;
    double weight = 0;

    bool operator==(const WantedWeight &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("agent", self.agent);
        visit("weight", self.weight);
    }
};

/// What a person wants the quorum to change in the committee: all weights, or the place of one agent.
struct CommitteeWish {
    std::vector<WantedWeight> weights; ///< of every agent that votes, together 1; empty: `agent` is meant
    std::string agent;
    bool benched = false; ///< whether `agent` is to be benched, or brought back
    std::string operatorName;
    std::string reason; ///< goes into the audit log

    bool operator==(const CommitteeWish &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("weights", self.weights);
        visit("agent", self.agent);
        visit("benched", self.benched);
        visit("operator_name", self.operatorName);
        visit("reason", self.reason);
    }
};

/// A proposal that was submitted; the slots say what became of it.
struct SubmittedProposal {
    std::string proposal; ///< its id, hexadecimal

    bool operator==(const SubmittedProposal &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("proposal", self.proposal);
    }
};

/// Whether the engine can be reached. Always connected in process.
struct ConnectionState {
    bool connected = false;
    std::string text; ///< "engine gone since 12:04:31; reconnecting in 3 s"
    std::chrono::milliseconds retryIn{0};
    std::string why = {}; ///< the cause alone, "Connection refused"; empty while connected
};

/// Ends a subscription when it is destroyed. Destroy it in the thread that subscribed.
class Handle
{
public:
    virtual ~Handle();

protected:
    Handle() = default;
    Q_DISABLE_COPY_MOVE(Handle)
};

/// The one door between an engine and whoever supervises it: desktop, command line, network.
///
/// LocalEngine is an engine in this process, RemoteEngine one behind a socket; both pass the same contract tests.
/// Every call returns at once; the answer comes through the future, which is always finished, with an Error if the
/// engine cannot be reached. Nothing here ever blocks on the engine. Callable from the thread that owns the object.
class Engine
{
public:
    virtual ~Engine();

    virtual QFuture<Result<SessionInfo>> sessionInfo() = 0;
    virtual QFuture<Result<SessionStatus>> status() = 0;
    /// Everything there is: the same as the first frame of a subscription.
    virtual QFuture<Result<Frame>> snapshot() = 0;
    virtual QFuture<Result<std::vector<Candle>>> candles(CandleQuery query) = 0;
    /// NotFound if no order has this id.
    virtual QFuture<Result<Explanation>> explain(OrderId order) = 0;
    virtual QFuture<Result<std::vector<PluginInfo>>> plugins() = 0;
    /// Slots of the audit log, read in a thread of its own for a tenth of a second at most; the page says how far that
    /// was. Refused if memory is off.
    virtual QFuture<Result<SlotPage>> quorumSlots(SlotQuery query) = 0;
    /// How the check of the whole audit log stands: answers at once, so ask again while it is running. `begin` starts a
    /// check, in a thread of its own, unless one is running. Refused if memory is off.
    virtual QFuture<Result<AuditCheckView>> verifyAudit(bool begin) = 0;

    /// Signs the wish as this engine's proposal and submits it to the memory managers, who decide. Refused if memory is off or
    /// nothing is wished for.
    virtual QFuture<Result<SubmittedProposal>> proposeCommittee(CommitteeWish wish) = 0;
    /// Gives a change of membership, the text of its file, to the memory managers until they have decided. Refused, with what
    /// is missing, if memory is off, the managers live in the engine, or a quorum of them has not approved it.
    virtual QFuture<Result<SubmittedProposal>> proposeMembership(std::string change) = 0;

    /// The approval as it stands afterwards. Refused, with the reason, if the hash differs, it has expired, has been
    /// decided, or the market has left its band.
    virtual QFuture<Result<Approval>> answerApproval(ApprovalAnswer answer) = 0;
    /// Kill switch. Cancels at once, even if the journal has failed.
    virtual QFuture<Result<HaltReport>> halt(std::string operatorName, std::string reason) = 0;
    /// Re-arms after halt().
    virtual QFuture<Result<SessionStatus>> resume(std::string operatorName) = 0;
    /// Stops or permits new entries; the market goes on.
    virtual QFuture<Result<SessionStatus>> setPaused(bool paused, std::string operatorName) = 0;
    /// Session seconds per wall second, 0 = as fast as possible. Refused by live feeds.
    virtual QFuture<Result<SessionStatus>> setSpeed(double speed) = 0;
    /// Freezes or continues a simulated or recorded market.
    virtual QFuture<Result<SessionStatus>> setFeedPaused(bool paused) = 0;

    /// Plays a simulated or recorded market as fast as possible until `time` and freezes it there; setFeedPaused() ends
    /// it earlier. Agents vote and orders trade on the way. Refused for a time that has been.
    virtual QFuture<Result<SessionStatus>> playUntil(Timestamp time) = 0;

    /// Calls `handler` in `context`'s thread with a full frame and then with what changes, at most twenty times a
    /// second. Frames for a reader that does not keep up are merged, never queued without bound.
    virtual std::unique_ptr<Handle> handleFrames(QObject *context, std::function<void(const Frame &)> handler) = 0;
    /// Calls `handler` in `context`'s thread with the present state and every change.
    virtual std::unique_ptr<Handle> handleConnection(QObject *context,
                                                     std::function<void(const ConnectionState &)> handler) = 0;
};

} // namespace coinswarm::api
