// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/inline_agents.h"

#include "plugins/crash_marker.h"
#include "plugins/foreign_call.h"
#include "plugins/vote_check.h"

namespace coinswarm::plugins {

InlineAgents::InlineAgents(std::vector<Seat> seats, AnswerHandler handler)
    : InlineAgents(std::move(seats), std::move(handler), Options{})
{}

InlineAgents::InlineAgents(std::vector<Seat> seats, AnswerHandler handler, Options options)
    : m_handler(std::move(handler)), m_options(std::move(options))
{
    for (Seat &seat : seats) {
        const std::size_t slot = m_options.marker != nullptr ? m_options.marker->slotFor(seat.pluginId) : 0;
        m_places.push_back(Place{std::move(seat), {}, {}, slot, false});
    }
    if (m_options.onHang) {
        m_watch = std::make_unique<HangWatch>(m_options.hangLimit,
                                              [this](std::uint32_t who) { m_options.onHang(name(AgentId(who))); });
    }
}

InlineAgents::~InlineAgents() = default;

std::size_t InlineAgents::size() const
{
    return m_places.size();
}

const std::string &InlineAgents::name(AgentId agent) const
{
    return place(agent).seat.name;
}

template <class Call>
void InlineAgents::guarded(AgentId agent, AskId ask, const char *method, Call call)
{
    Place &target = place(agent);
    if (target.failed) {
        return;
    }
    if (m_watch) {
        m_watch->enter(agent.value);
    }
    std::string thrown = foreignCall(m_options.marker, target.markerSlot, method, [&] { call(target); });
    if (m_watch) {
        m_watch->leave();
    }
    if (!thrown.empty()) {
        fail(agent, ask, AgentFault::Threw, std::move(thrown));
    }
}

void InlineAgents::fail(AgentId agent, AskId ask, AgentFault fault, std::string detail)
{
    place(agent).failed = true;
    if (m_handler) {
        m_handler({ask, agent, AgentFailure{fault, std::move(detail)}, {}});
    }
}

std::vector<Result<AgentSpec>> InlineAgents::specs()
{
    std::vector<Result<AgentSpec>> all;
    for (Place &target : m_places) {
        AgentSpec spec;
        const std::string thrown =
            foreignCall(m_options.marker, target.markerSlot, "spec()", [&] { spec = target.seat.agent->spec(); });
        Result<AgentSpec> checked = thrown.empty() ? checkedSpec(std::move(spec)) : Result<AgentSpec>(invalid(thrown));
        target.failed = !checked.ok();
        if (checked.ok()) {
            target.spec = *checked;
        }
        all.push_back(std::move(checked));
    }
    return all;
}

void InlineAgents::start(const IndicatorSlots &slots)
{
    for (std::uint32_t i = 1; i <= m_places.size(); ++i) {
        guarded(AgentId(i), AskId(), "start()", [&](Place &target) { target.seat.agent->start(slots); });
    }
}

void InlineAgents::restoreState(AgentId agent, std::string state)
{
    guarded(agent, AskId(), "restoreState()", [&](Place &target) {
        target.seat.agent->restoreState(state);
        target.saved = target.seat.agent->saveState();
    });
}

void InlineAgents::ask(const MarketState &state, std::span<const AgentId> agents, std::chrono::nanoseconds)
{
    for (const AgentId agent : agents) {
        Vote vote;
        guarded(agent, state.ask, "decide()", [&](Place &target) { vote = target.seat.agent->decide(state); });
        Place &target = place(agent);
        if (target.failed) {
            continue;
        }
        Result<Vote> checked = checkedVote(std::move(vote), target.spec, state.candle.close);
        if (!checked.ok()) {
            fail(agent, state.ask, AgentFault::InvalidVote, checked.error().message);
        } else if (m_handler) {
            m_handler({state.ask, agent, std::move(*checked), {}});
        }
    }
}

void InlineAgents::learn(AgentId agent, const Outcome &outcome)
{
    guarded(agent, AskId(), "learn()", [&](Place &target) {
        target.seat.agent->learn(outcome);
        target.saved = target.seat.agent->saveState();
    });
}

std::string InlineAgents::savedState(AgentId agent) const
{
    return place(agent).saved;
}

std::vector<std::string> InlineAgents::hanging() const
{
    const std::uint32_t who = m_watch ? m_watch->hanging() : 0;
    return who == 0 ? std::vector<std::string>{} : std::vector<std::string>{name(AgentId(who))};
}

void InlineAgents::stop()
{
    m_handler = nullptr;
}

} // namespace coinswarm::plugins
