// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/hot_memory.h>
#include <coinswarm/pattern.h>
#include <coinswarm/recall.h>
#include <coinswarm/timestamp.h>

#include <string>
#include <vector>

/// What the control API says about memory and its quorum. Plain values.
namespace coinswarm::api {

/// What one manager said about a slot.
struct ManagerVoteView {
    std::string manager; ///< "m1"
    bool voted = false; ///< its vote is in the certificate
    bool receipted = false; ///< its receipt is in the final
    std::vector<std::string> reasons; ///< why it refused items, in their order: "wrong_pnl"; see reasonText()

    bool operator==(const ManagerVoteView &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("manager", self.manager);
        visit("voted", self.voted);
        visit("receipted", self.receipted);
        visit("reasons", self.reasons);
    }
};

/// One item of a slot's batch.
struct QuorumItemView {
    std::string kind; ///< "add_episode"; "malformed" if nobody can read it
    std::string proposal; ///< its id, hexadecimal
    std::string engine; ///< that signed it
    std::string summary; ///< in words and numbers
    bool accepted = false;
    EpisodeId episode; ///< that it became, if any

    bool operator==(const QuorumItemView &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("kind", self.kind);
        visit("proposal", self.proposal);
        visit("engine", self.engine);
        visit("summary", self.summary);
        visit("accepted", self.accepted);
        visit("episode", self.episode);
    }
};

/// A slot that is final: what was asked, what every manager said, and how long it took.
struct QuorumSlotView {
    std::uint64_t slot = 0;
    Timestamp time; ///< wall clock of this node when it became final here; zero for slots from before the start
    std::uint64_t epoch = 0;
    std::uint32_t round = 0; ///< 0 unless coordinators let their time pass
    std::string coordinator; ///< of that round: "m3"
    std::string change; ///< "add_episode ×32"
    std::uint32_t items = 0;
    std::uint32_t accepted = 0;
    double latencyMs = 0; ///< from the first submission known here to the final commit; 0 if not known
    std::string commit; ///< its id, hexadecimal
    std::vector<ManagerVoteView> managers; ///< one per manager of the epoch, in order
    std::vector<QuorumItemView> content; ///< the first items of the batch, at most 64

    bool operator==(const QuorumSlotView &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("slot", self.slot);
        visit("time", self.time);
        visit("epoch", self.epoch);
        visit("round", self.round);
        visit("coordinator", self.coordinator);
        visit("change", self.change);
        visit("items", self.items);
        visit("accepted", self.accepted);
        visit("latency_ms", self.latencyMs);
        visit("commit", self.commit);
        visit("managers", self.managers);
        visit("content", self.content);
    }
};

/// A manager that was caught.
struct EvidenceView {
    std::uint64_t slot = 0;
    Timestamp time;
    std::string manager; ///< "m2"
    std::string offence; ///< "double_vote"
    std::string sentence;
    std::string file; ///< what `coinswarm-cli audit convict` checks

    bool operator==(const EvidenceView &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("slot", self.slot);
        visit("time", self.time);
        visit("manager", self.manager);
        visit("offence", self.offence);
        visit("sentence", self.sentence);
        visit("file", self.file);
    }
};

/// A committed episode on the map: likeness of market states drawn as nearness in a plane.
struct EpisodeView {
    EpisodeId id;
    std::uint64_t slot = 0;
    double x = 0; ///< first principal component of the states, −1 … 1
    double y = 0; ///< second
    EpisodeTags tags;

    bool operator==(const EpisodeView &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("id", self.id);
        visit("slot", self.slot);
        visit("x", self.x);
        visit("y", self.y);
        visit("tags", self.tags);
    }
};

/// The present state of an instrument and what it reminds the swarm of.
struct RecallView {
    InstrumentId instrument;
    Timestamp time;
    double x = 0; ///< of the present state on the map
    double y = 0;
    Recall recall;

    bool operator==(const RecallView &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("instrument", self.instrument);
        visit("time", self.time);
        visit("x", self.x);
        visit("y", self.y);
        visit("recall", self.recall);
    }
};

enum class ServiceState : unsigned char { Off, Working, Degraded, Gone };

/// One part of the cluster: a manager, the bus, hot memory, the database.
struct ServiceView {
    std::string name; ///< "m1", "NATS", "Redis", "PostgreSQL", "hot memory"
    std::string kind; ///< "manager", "bus", "memory", "database", "engine"
    ServiceState state = ServiceState::Off;
    std::string detail; ///< "slot 18,234, heard 0.2 s ago"
    std::string ifItDies; ///< what happens then, in a sentence
    double ageSeconds = 0; ///< since it was last heard of

    bool operator==(const ServiceView &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("name", self.name);
        visit("kind", self.kind);
        visit("state", self.state);
        visit("detail", self.detail);
        visit("if_it_dies", self.ifItDies);
        visit("age_seconds", self.ageSeconds);
    }
};

enum class AuditState : unsigned char {
    Unchecked, ///< nobody has asked yet
    Running,
    Sound,
    Bad, ///< `sentence` says what and in which slot
    Unreadable,
    Torn, ///< sound, but the last record is incomplete
};

/// How the check of the audit log stands, or what it found.
struct AuditCheckView {
    AuditState state = AuditState::Unchecked;
    double progress = 0; ///< 0 … 1, while it runs
    std::uint64_t slot = 0; ///< of the finding; 0 if it is about the file
    std::string sentence; ///< what was found
    std::uint64_t slots = 0; ///< final ones that are in the log
    double seconds = 0; ///< so far, or that it took

    bool operator==(const AuditCheckView &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("state", self.state);
        visit("progress", self.progress);
        visit("slot", self.slot);
        visit("sentence", self.sentence);
        visit("slots", self.slots);
        visit("seconds", self.seconds);
    }
};

/// Memory and its quorum in one look.
struct MemoryStatusView {
    bool enabled = false;
    std::string cluster; ///< its name
    bool embedded = true; ///< all managers in this process: one fault domain
    std::uint64_t slot = 0;
    std::uint64_t episodes = 0;
    std::uint64_t patterns = 0;
    std::uint64_t promoted = 0;
    std::uint64_t pending = 0; ///< proposals of this engine that are not decided
    std::uint64_t committed = 0; ///< proposals of this engine since it started
    std::uint64_t refused = 0; ///< the same
    std::uint64_t undecidedRounds = 0; ///< since the start
    std::string halted; ///< why memory stands still; empty if it does not
    std::string trouble; ///< why others cannot be reached; empty if they can
    std::string auditFile;
    std::string state; ///< digest of the folded memory, hexadecimal
    MemoryInfo hot;
    std::vector<ServiceView> services;

    bool operator==(const MemoryStatusView &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("enabled", self.enabled);
        visit("cluster", self.cluster);
        visit("embedded", self.embedded);
        visit("slot", self.slot);
        visit("episodes", self.episodes);
        visit("patterns", self.patterns);
        visit("promoted", self.promoted);
        visit("pending", self.pending);
        visit("committed", self.committed);
        visit("refused", self.refused);
        visit("undecided_rounds", self.undecidedRounds);
        visit("halted", self.halted);
        visit("trouble", self.trouble);
        visit("audit_file", self.auditFile);
        visit("state", self.state);
        visit("hot", self.hot);
        visit("services", self.services);
    }
};

constexpr auto enumNames(ServiceState)
{
    return std::array<std::string_view, 4>{"off", "working", "degraded", "gone"};
}
constexpr auto enumNames(AuditState)
{
    return std::array<std::string_view, 6>{"unchecked", "running", "sound", "bad", "unreadable", "torn"};
}

} // namespace coinswarm::api
