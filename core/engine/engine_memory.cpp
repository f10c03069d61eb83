// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/engine_core.h"

#include <coinswarm/text.h>

#include <algorithm>
#include <cmath>

// What the engine has to do with memory: recalling before a vote, episodes after a trade, and what the quorum has decided.
namespace coinswarm::engine {

namespace {

/// Memory may use up this part of the agents' deadline; it takes microseconds when it works.
constexpr int kRecallPart = 4;

/// Null if the answer can be used as it is, else what is wrong with it.
const char *faultOf(const Recall &recall)
{
    if (recall.neighbours.size() > kRecalledEpisodes) {
        return "memory answered more episodes than were asked for";
    }
    for (const Neighbour &neighbour : recall.neighbours) {
        if (!std::isfinite(neighbour.tags.reward) || neighbour.distance < 0) {
            return "memory answered an episode whose reward or distance is not a number";
        }
    }
    return nullptr;
}

} // namespace

/// Asks memory. False if there is nothing to ask it with yet; `unavailable` says so then.
bool EngineCore::recall(OpenAsk &open, Recall &unavailable)
{
    const market::StateEmbedding *state = m_market->embedding(open.instrument);
    if (!state->ready()) {
        unavailable.unavailable = "the market has not been seen for "
            + std::to_string(market::StateEmbedding::kWarmupBars) + " bars yet, which is what a state is compared by";
        return false;
    }
    AskedState &seen = open.seen.emplace();
    seen.embedding = state->value();
    seen.regime = m_market->regime(open.instrument);
    seen.recalling = true;
    seen.recallDeadline = open.deadline.ns == 0 ? Timestamp{} : m_now + m_config.agentDeadline / kRecallPart;
    emit(effect::RecallEpisodes{open.id, open.instrument, instrument(open.instrument).symbol, seen.embedding});
    return true;
}

void EngineCore::on(const event::EpisodesRecalled &answer)
{
    OpenAsk *open = findAsk(answer.ask);
    if (open == nullptr || !open->recalling()) {
        return; // Too late or twice; the agents were asked without it.
    }
    if (const char *fault = faultOf(answer.recall)) {
        askWithoutRecall(*open, fault);
        return;
    }
    open->seen->recalling = false;
    watchMemory(answer.recall);
    askAgents(*open, answer.recall);
}

void EngineCore::askWithoutRecall(OpenAsk &open, const std::string &reason)
{
    open.seen->recalling = false;
    Recall recall;
    recall.unavailable = reason;
    watchMemory(recall);
    if (open.deadline.ns != 0) {
        open.deadline = std::max(open.deadline, m_now + m_config.agentDeadline - m_config.agentDeadline / kRecallPart);
    }
    askAgents(open, std::move(recall));
}

void EngineCore::watchMemory(const Recall &recall)
{
    const bool away = !recall.unavailable.empty();
    if (away && m_memoryAway.empty()) {
        alert(trading::AlertSeverity::Warning, "memory_away",
              "Agents vote without memory: " + recall.unavailable + ". Their confidence is not adjusted meanwhile.");
    } else if (!away && !m_memoryAway.empty()) {
        alert(trading::AlertSeverity::Info, "memory_back", "Memory answers again.");
    }
    m_memoryAway = recall.unavailable;
}

void EngineCore::closeEpisode(const RoundTrip &trade)
{
    if (std::optional<Episode> episode =
            m_episodes.onRoundTrip(trade, m_config.desk.orders.session, instrument(trade.instrument).symbol))
    {
        emit(effect::EpisodeClosed{std::move(*episode)});
    }
}

void EngineCore::on(const event::WeightsCommitted &committed)
{
    std::vector<double> before;
    for (const decision::CommitteeMember &member : m_roster.members()) {
        before.push_back(member.weight);
    }
    const std::string slot = "slot " + std::to_string(committed.slot);
    const Result<bool> taken = m_roster.onWeights(committed);
    if (!taken.ok()) {
        alert(trading::AlertSeverity::Warning, "weights_refused",
              "The committee weights that the quorum committed in " + slot + " cannot be used: " + taken.error().message
                  + ". Those in force stay.");
        return;
    }
    if (!*taken) {
        return;
    }
    effect::WeightsChanged changed{committed.slot, committed.commit, {}};
    std::string text;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const decision::CommitteeMember &member = m_roster.members()[i];
        changed.weights.push_back(member.weight);
        text += sentence({i == 0 ? "" : ", ", member.name, " ", number(before[i], 3), " → ", number(member.weight, 3)});
    }
    emit(std::move(changed));
    alert(trading::AlertSeverity::Info, "weights_changed",
          "The quorum has committed other committee weights in " + slot + ": " + text
              + ". They are in force from the next decision on.");
}

void EngineCore::on(const event::AgentBenchCommitted &committed)
{
    const Result<bool> done = m_roster.onBench(committed);
    const std::string slot = "slot " + std::to_string(committed.slot);
    if (!done.ok()) {
        alert(trading::AlertSeverity::Warning, "bench_refused",
              "What the quorum committed in " + slot + " cannot be done: " + done.error().message + ".");
        return;
    }
    if (!*done) {
        return;
    }
    const AgentId agent = m_roster.find(committed.agent);
    if (committed.benched) {
        const std::string &reason = m_roster.record(agent).reason;
        emit(effect::AgentBenched{agent, false, reason});
        alert(trading::AlertSeverity::Warning, "agent_benched",
              "Agent " + committed.agent + " is benched " + reason + ". The others go on without it.");
        return;
    }
    emit(effect::AgentReturned{agent, committed.slot, committed.reason});
    alert(trading::AlertSeverity::Info, "agent_returned",
          "Agent " + committed.agent + " votes again: the quorum has let it back in " + slot
              + (committed.reason.empty() ? "." : ": " + committed.reason + "."));
}

} // namespace coinswarm::engine
