// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/export.h>
#include <coinswarm/result.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace coinswarm {

/// What the bus is used for. The name on the wire is the first two tokens of the NATS subject.
enum class Subject : std::uint8_t {
    MemPropose, ///< mem.propose: items and proposals of the memory's quorum
    MemVote, ///< mem.vote: votes, receipts and whatever else managers say to each other
    MemCommit, ///< mem.commit: certified and final commits
    MemAudit, ///< mem.audit: questions about what was committed, and evidence
    PlannerPropose, ///< planner.propose
    PlannerVote, ///< planner.vote
    PlannerCommit, ///< planner.commit
    AgentAction, ///< agent.action: what an agent did; tokens: the agent's name
    AgentTrade, ///< agent.trade: what was traded; tokens: the instrument's symbol
};
inline constexpr std::size_t kSubjectCount = 9;

/// "mem.propose" for MemPropose.
COINSWARM_SDK_EXPORT std::string_view subjectText(Subject subject);

/// The full name of a topic: a subject, and tokens below it such as a symbol. A token is any text, also one with dots,
/// stars, spaces or nothing in it; it is escaped where the name leaves the process.
struct TopicName {
    Subject subject = Subject::MemPropose;
    std::vector<std::string> tokens;

    TopicName() = default;
    TopicName(Subject of, std::vector<std::string> below = {}) : subject(of), tokens(std::move(below)) {}
    bool operator==(const TopicName &) const = default;
};

/// A topic whose messages carry one type. Constants of it are what code passes around; nobody spells a subject out.
template <class T>
struct Topic {
    Subject subject;

    TopicName name() const { return {subject}; }
    TopicName at(std::string token) const { return {subject, {std::move(token)}}; }
};

/// The name as a NATS subject: "prefix.mem.propose.BTC%2EUSDT". Letters, digits, '-' and '_' stand for themselves, every
/// other byte of a token is '%' and two hexadecimal digits, an empty token is '%'. The prefix is escaped likewise as one
/// token; an empty one is left out.
COINSWARM_SDK_EXPORT std::string wireSubject(const TopicName &topic, std::string_view prefix = {});

/// The name that wireSubject() made; Invalid if it made no such text.
COINSWARM_SDK_EXPORT Result<TopicName> topicFromWire(std::string_view subject, std::string_view prefix = {});

} // namespace coinswarm
