// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/engine_core.h"

#include <algorithm>

// From a closed bar to a decision: who is asked, what they are shown, and what their answers come to.
namespace coinswarm::engine {

void EngineCore::ask(InstrumentId id)
{
    const auto outstanding =
        std::find_if(m_asks.begin(), m_asks.end(), [&](const OpenAsk &open) { return open.instrument == id; });
    if (outstanding != m_asks.end()) {
        OpenAsk late = std::move(*outstanding);
        m_asks.erase(outstanding);
        // Nobody was asked yet where memory is slower than the bars: there is nothing to decide, and nobody to blame.
        if (!late.recalling()) {
            decide(std::move(late));
        }
    }

    OpenAsk open;
    open.instrument = id;
    open.regime = m_market->regime(id).id;
    open.votes.resize(m_roster.size());
    const std::uint64_t bars = m_market->warmedBars(id);
    for (std::size_t i = 0; i < m_roster.size(); ++i) {
        const AgentId agent(static_cast<std::uint32_t>(i + 1));
        const VoteStatus standing = m_roster.standing(agent, bars);
        open.votes[i].status = standing == VoteStatus::Voted ? VoteStatus::Abstained : standing;
        if (standing == VoteStatus::Voted) {
            ++open.missing;
        }
    }
    if (open.missing == 0) {
        return;
    }
    open.id = m_lastAsk = AskId(m_lastAsk.value + 1);
    open.deadline = m_config.agentDeadline.count() == 0 ? Timestamp{} : m_now + m_config.agentDeadline;
    Recall unavailable;
    m_asks.push_back(std::move(open));
    if (!m_config.memory || !recall(m_asks.back(), unavailable)) {
        askAgents(m_asks.back(), std::move(unavailable));
    }
}

void EngineCore::askAgents(OpenAsk &open, Recall recall)
{
    effect::AskAgents question;
    for (std::size_t i = 0; i < open.votes.size(); ++i) {
        if (open.votes[i].status == VoteStatus::Abstained) {
            question.agents.push_back(AgentId(static_cast<std::uint32_t>(i + 1)));
        }
    }
    question.deadline = open.deadline;
    question.state = stateOf(open.instrument);
    question.state.ask = open.id;
    question.state.recall = std::move(recall);
    emit(std::move(question));
}

MarketState EngineCore::stateOf(InstrumentId id) const
{
    MarketState state;
    state.now = m_now;
    state.instrument = id;
    const std::span<const Candle> last = m_market->recent(id, 1);
    state.candle = last.empty() ? Candle{} : last.back();
    state.bid = m_market->bestBid(id);
    state.bestAsk = m_market->bestAsk(id);
    state.bars = m_market->warmedBars(id);
    state.indicators = m_market->readings(id);
    state.regime = m_market->regime(id);
    state.position = m_desk->portfolio().position(id);
    state.account = m_desk->account();
    state.maximumPosition = maximumPosition(id, state.candle.close);
    return state;
}

Quantity EngineCore::maximumPosition(InstrumentId id, Price price) const
{
    if (!price.isPositive()) {
        return {};
    }
    const trading::RiskLimits &limits = m_desk->limits();
    const Money share = scaled(m_desk->account().equity, limits.maxPositionShare, Rounding::Down);
    const Money most = std::min({limits.maxPositionNotional, limits.maxOrderNotional, share});
    if (!most.isPositive()) {
        return {};
    }
    // Of a coin that costs next to nothing the money would buy more than a quantity can say.
    constexpr Quantity kLargest = Quantity::fromRaw(std::numeric_limits<std::int64_t>::max());
    const auto least =
        Price::fromRaw(detail::multiplyDivide(most.raw, detail::kDecimalScale, kLargest.raw, Rounding::Up));
    return roundedDownTo(price > least ? quantityFor(most, price) : kLargest, instrument(id).lot);
}

void EngineCore::attachHistory(MarketState &state) const
{
    state.rules = &instrument(state.instrument);
    state.recent = m_market->recent(state.instrument, m_historyBars);
}

OpenAsk *EngineCore::findAsk(AskId id)
{
    const auto found = std::find_if(m_asks.begin(), m_asks.end(), [&](const OpenAsk &open) { return open.id == id; });
    return found == m_asks.end() ? nullptr : &*found;
}

void EngineCore::on(const event::AgentVoted &answer)
{
    OpenAsk *open = findAsk(answer.ask);
    if (!m_roster.knows(answer.agent)) {
        return;
    }
    CountedVote *vote = open == nullptr || open->recalling() ? nullptr : &open->votes[answer.agent.value - 1];
    if (vote == nullptr || vote->status != VoteStatus::Abstained) {
        return; // Too late or twice; the abstention stands.
    }
    m_roster.onVote(answer.agent);
    vote->status = VoteStatus::Voted;
    vote->vote = answer.vote;
    if (--open->missing == 0) {
        OpenAsk complete = std::move(*open);
        m_asks.erase(m_asks.begin() + (open - m_asks.data()));
        decide(std::move(complete));
    }
}

void EngineCore::on(const event::AgentFailed &failure)
{
    if (!m_roster.knows(failure.agent)) {
        return;
    }
    bench(failure.agent, failure.hangs, failure.reason);
    // Its other open questions will not be answered either.
    std::vector<OpenAsk> complete;
    for (OpenAsk &open : m_asks) {
        CountedVote &vote = open.votes[failure.agent.value - 1];
        if (vote.status == VoteStatus::Abstained) {
            vote.status = VoteStatus::Failed;
            if (--open.missing == 0) {
                complete.push_back(std::move(open));
            }
        }
    }
    std::erase_if(m_asks, [](const OpenAsk &open) { return open.missing == 0; });
    for (OpenAsk &open : complete) {
        decide(std::move(open));
    }
}

void EngineCore::bench(AgentId agent, bool hangs, const std::string &reason)
{
    if (m_roster.onFailure(agent, hangs, reason)) {
        emit(effect::AgentBenched{agent, hangs, reason});
        const std::string &name = m_roster.entries()[agent.value - 1].name;
        alert(trading::AlertSeverity::Warning, hangs ? "agent_hung" : "agent_benched",
              "Agent " + name + " is benched: " + reason + ". The others go on without it.");
    }
}

void EngineCore::closeOverdueAsks()
{
    const auto overdue = [this](const OpenAsk &open) { return open.due().ns != 0 && open.due() <= m_now; };
    std::vector<OpenAsk> late;
    for (OpenAsk &open : m_asks) {
        if (open.recalling() && overdue(open)) {
            // Memory's delay is not the agents': they get what is their part of the time.
            askWithoutRecall(open, "memory did not answer in time");
        } else if (overdue(open)) {
            late.push_back(std::move(open));
            open.missing = 0;
        }
    }
    std::erase_if(m_asks, [](const OpenAsk &open) { return open.missing == 0; });
    for (OpenAsk &open : late) {
        decide(std::move(open));
    }
}

void EngineCore::decide(OpenAsk open)
{
    for (std::size_t i = 0; i < open.votes.size(); ++i) {
        const AgentId agent(static_cast<std::uint32_t>(i + 1));
        if (open.votes[i].status == VoteStatus::Abstained && m_roster.onMissed(agent, m_now)) {
            emit(effect::AgentBenched{agent, false, m_roster.record(agent).reason});
            alert(trading::AlertSeverity::Warning, "agent_benched",
                  "Agent " + m_roster.entries()[i].name + " is benched: it " + m_roster.record(agent).reason + ".");
        }
    }
    Decision decision = m_committee.decide(m_roster.members(), std::move(open.votes), instrument(open.instrument),
                                           m_desk->portfolio().position(open.instrument).quantity);
    decision.id = m_lastDecision = DecisionId(m_lastDecision.value + 1);
    decision.ask = open.id;
    decision.time = m_now;
    emit(effect::DecisionMade{decision});
    if (decision.action != Action::Hold) {
        // Only what became an order can become a trade; a committee that repeats itself must not push out its entry.
        if (m_desk->propose(decision, factsOf(open.instrument), open.regime, m_now)) {
            m_advisor.onEntry(decision);
            if (open.seen) {
                m_episodes.onEntry(decision, *open.seen, m_roster.names());
            }
        }
    }
}

trading::MarketFacts EngineCore::factsOf(InstrumentId id) const
{
    // The desk knows the last price, and when that was traded, from onMarket().
    return {.bid = m_market->bestBid(id), .ask = m_market->bestAsk(id)};
}

} // namespace coinswarm::engine
