// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/swarm_memory.h"

#include "codec/binary_reader.h"
#include "memory/audit/membership_file.h"
#include "runtime/wall_clock.h"
#include "supervision/quorum_slot_view.h"

#include <algorithm>
#include <iterator>
#include <tuple>

// What memory does for the session. How it comes to be: swarm_memory_opening.cpp. What it tells people:
// swarm_memory_views.cpp.

namespace coinswarm::supervision {

namespace {

constexpr const char *kBenched = "benched by the quorum";

/// What the engine did, as it can be proposed.
std::vector<memory::AddEpisode> closedTrades(const std::vector<journal::CitableRecord> &records)
{
    std::vector<memory::AddEpisode> closed;
    for (const journal::CitableRecord &record : records) {
        Result<Episode> episode = codec::decoded<Episode>(record.payload);
        if (record.type == memory::kEpisodeRecordType && episode.ok()) {
            closed.push_back({std::move(*episode), {record.sequence, record.time, record.before, record.chain()}});
        }
    }
    return closed;
}

std::string commitText(const memory::FinalReport &report)
{
    return slotView(report).commit;
}

} // namespace

SwarmMemory::~SwarmMemory()
{
    detach();
    m_host.reset();
    if (m_hot != nullptr) {
        // If it cannot be written, the next start fills it from the commits.
        (void)m_hot->save();
    }
}

void SwarmMemory::attach(runtime::Session &session, storage::Storage &database)
{
    {
        const std::lock_guard lock(m_mutex);
        m_session = &session;
        m_database = &database;
    }
    m_databaseFeed->attach(database);
    std::vector<memory::AddEpisode> closed = closedTrades(session.takeCitable());
    // What the session remembers of its agents: their weights, and whom the quorum benched, not they themselves.
    struct Known {
        double weight = 0;
        bool benched = false;
    };
    std::map<std::string, Known> agents;
    const engine::AgentRoster &roster = session.engine().roster();
    for (std::size_t i = 0; i < roster.members().size(); ++i) {
        const engine::MemberRecord &record = roster.record(AgentId(static_cast<std::uint32_t>(i + 1)));
        agents[roster.members()[i].name] = {roster.members()[i].weight,
                                            record.state == engine::MemberState::Benched && record.reason == kBenched};
    }
    m_host->inspect([this, agents = std::move(agents), closed = std::move(closed)](const memory::MemoryState &state) {
        // What was closed before the session stopped, and never reached the quorum.
        std::vector<memory::AddEpisode> unknown;
        for (const memory::AddEpisode &one : closed) {
            const journal::Digest trip =
                memory::tripKey(m_engineKey->publicKey(), one.episode.session, one.episode.roundTrip);
            if (!state.knowsTrip(trip) && !m_host->isSubmitted(trip)) {
                unknown.push_back(one);
            }
        }
        {
            const std::lock_guard lock(m_mutex);
            m_missed.insert(m_missed.end(), unknown.begin(), unknown.end());
        }
        // What was decided while no session ran.
        engine::event::WeightsCommitted weights;
        bool changed = false;
        for (const memory::AgentWeight &weight : state.weights()) {
            weights.weights.push_back({weight.agent, weight.weight});
            const auto member = agents.find(weight.agent);
            changed = changed || member == agents.end() || member->second.weight != weight.weight;
        }
        const quorum::Slot slot = m_host->status().slot;
        if (changed) {
            weights.slot = slot;
            weights.commit = "restored";
            post(std::move(weights));
        }
        for (const auto &[agent, known] : agents) {
            const bool should = state.benched().contains(agent);
            if (should != known.benched) {
                post(engine::event::AgentBenchCommitted{slot, "restored", agent, should,
                                                        should ? kBenched : "brought back by the quorum"});
            }
        }
        learn(state, slot);
    });
}

void SwarmMemory::detach()
{
    // What is being decided is decided first, so that the database has it too.
    if (m_host != nullptr) {
        m_host->stop();
    }
    if (m_databaseFeed != nullptr) {
        m_databaseFeed->detach();
    }
    const std::lock_guard lock(m_mutex);
    m_session = nullptr;
    m_database = nullptr;
}

Recall SwarmMemory::recall(const engine::effect::RecallEpisodes &question)
{
    RecallQuery query;
    query.embedding = question.embedding;
    query.filter.symbol = question.symbol;
    Result<Recall> answer = m_hot->recall(query);
    if (!answer) {
        Recall none;
        none.unavailable = answer.error().message;
        return none;
    }
    const std::lock_guard lock(m_mutex);
    api::RecallView &view = m_recalls[question.instrument];
    view.instrument = question.instrument;
    view.time = runtime::wallNow();
    std::tie(view.x, view.y) = m_map.place(question.embedding);
    view.recall = *answer;
    // Other instruments were asked about since the last frame, too.
    std::erase_if(m_changes.recalls, [&](const api::RecallView &each) { return each.instrument == view.instrument; });
    m_changes.recalls.push_back(view);
    return std::move(*answer);
}

void SwarmMemory::onTick(runtime::Session &session)
{
    std::vector<memory::AddEpisode> missed;
    {
        const std::lock_guard lock(m_mutex);
        missed.swap(m_missed);
    }
    proposeEpisodes(std::move(missed));
    proposeEpisodes(closedTrades(session.takeCitable()));
}

void SwarmMemory::proposeEpisodes(std::vector<memory::AddEpisode> closed)
{
    for (auto next = closed.begin(); next != closed.end();) {
        std::vector<memory::MemoryProposal> bundle;
        for (; next != closed.end() && bundle.size() < memory::kMostBundled; ++next) {
            const Timestamp time = next->journal.time;
            bundle.push_back({time, {}, std::move(*next)});
        }
        if (Result<std::vector<std::string>> items = memory::signProposals(*m_engineKey, m_host->cluster(), bundle)) {
            m_host->submit(std::move(*items));
        }
    }
}

Result<api::SubmittedProposal> SwarmMemory::propose(const api::CommitteeWish &wish, const engine::EngineCore &engine)
{
    if (wish.weights.empty() == wish.agent.empty()) {
        return invalid("expected either weights or an agent");
    }
    memory::ProposalBody body = memory::BenchAgent{wish.agent, wish.benched};
    if (!wish.weights.empty()) {
        memory::ChangeWeights change;
        for (const decision::CommitteeMember &member : engine.roster().members()) {
            change.from.push_back({member.name, member.weight});
        }
        for (const api::WantedWeight &wanted : wish.weights) {
            change.to.push_back({wanted.agent, wanted.weight});
        }
        for (std::vector<memory::AgentWeight> *weights : {&change.from, &change.to}) {
            std::sort(weights->begin(), weights->end(),
                      [](const memory::AgentWeight &a, const memory::AgentWeight &b) { return a.agent < b.agent; });
        }
        body = std::move(change);
    }
    const Result<std::vector<journal::Digest>> ids =
        propose({std::move(body)}, engine.now(),
                wish.operatorName + (wish.reason.empty() ? std::string() : ": " + wish.reason));
    return ids ? Result<api::SubmittedProposal>(api::SubmittedProposal{journal::toHex(ids->front())}) : ids.error();
}

Result<std::vector<journal::Digest>> SwarmMemory::propose(std::vector<memory::ProposalBody> bodies, Timestamp time,
                                                          const std::string &justification)
{
    std::vector<memory::MemoryProposal> proposals;
    for (memory::ProposalBody &body : bodies) {
        proposals.push_back({time, justification, std::move(body)});
    }
    Result<std::vector<std::string>> items = memory::signProposals(*m_engineKey, m_genesis.clusterId(), proposals);
    if (!items) {
        return items.error();
    }
    std::vector<journal::Digest> ids;
    for (const std::string &item : *items) {
        ids.push_back(memory::openItem(item)->id);
    }
    m_opened.load()->submit(std::move(*items));
    return ids;
}

Result<api::SubmittedProposal> SwarmMemory::proposeMembership(const std::string &text)
{
    if (m_embedded) {
        return Error{ErrorKind::Refused,
                     "this memory's managers live in the engine, with one disk: there is nobody to exchange"};
    }
    Result<audit::MembershipFile> file = audit::parseMembership(text);
    if (!file) {
        return file.error();
    }
    if (file->cluster != m_genesis.clusterId()) {
        return invalid("The membership change is for the cluster " + journal::toHex(file->cluster) + "; this one is "
                       + journal::toHex(m_genesis.clusterId()) + ".");
    }
    const Result<std::string> item = m_opened.load()->submitMembership(std::move(file->change));
    return item ? Result<api::SubmittedProposal>(
               api::SubmittedProposal{journal::toHex(journal::sha256(std::as_bytes(std::span(*item))))})
                : item.error();
}

void SwarmMemory::learn(const memory::MemoryState &state, quorum::Slot slot)
{
    if (m_opened == nullptr) {
        return; // It finds the same behind the next slot.
    }
    std::vector<memory::ProposalBody> found = m_learner.propose(state, slot);
    if (found.empty()) {
        return;
    }
    // The time of what was learnt from, so that a replay of the market is not dated by the wall clock.
    const Timestamp time = state.fact(EpisodeId(state.episodeCount())).exitTime;
    // What cannot be signed now is found again behind a later slot.
    (void)propose(std::move(found), time, "found by the learner of patterns");
}

void SwarmMemory::post(engine::EventBody body)
{
    const std::lock_guard lock(m_mutex);
    if (m_session != nullptr) {
        (void)m_session->post([body = std::move(body)](runtime::Session &session) { session.command(body); });
    }
}

void SwarmMemory::tellEngine(const memory::FinalReport &report)
{
    const quorum::Slot slot = report.final.decided.certificate.body.slot;
    if (report.changes.weights) {
        engine::event::WeightsCommitted weights{slot, commitText(report), {}};
        for (const memory::AgentWeight &weight : report.state.weights()) {
            weights.weights.push_back({weight.agent, weight.weight});
        }
        post(std::move(weights));
    }
    for (const std::string &agent : report.changes.benched) {
        const bool benched = report.state.benched().contains(agent);
        post(engine::event::AgentBenchCommitted{slot, commitText(report), agent, benched,
                                                benched ? kBenched : "brought back by the quorum"});
    }
}

} // namespace coinswarm::supervision
