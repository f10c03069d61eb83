// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/replay.h"
#include "soundness/backtest_fixture.h"
#include "unit/scripted_memory.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::backtest;
using namespace coinswarm::runtime;
using namespace coinswarm::test;

namespace {

std::vector<Bar> market()
{
    return BarSeries(11).walk(700, 400, 1'000).range(300, 1'200).walk(600, -300, 1'500).walk(500, 600, 2'000).bars();
}

/// Looks like a memory that learns: what it answers depends on what it is asked.
class AnswersByState final : public EpisodicMemory
{
public:
    Recall recall(const engine::effect::RecallEpisodes &question) override
    {
        Recall recall = recallOf(question.embedding.values[100] / 4'000.0, ++m_slot);
        recall.neighbours.resize(static_cast<std::size_t>(m_slot % 11));
        return recall;
    }

private:
    std::uint64_t m_slot = 0;
};

} // namespace

/// What was recalled is part of what happened: it changes votes, and a journal gives it back without any memory.
class TestRecallReplay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { m_rig.memory = nullptr; }

    void theSameMemoryGivesTheSameBytes()
    {
        AnswersByState first;
        m_rig.memory = &first;
        const Run one = m_rig.run(market(), {}, false);
        AnswersByState second;
        m_rig.memory = &second;
        const Run two = m_rig.run(market(), {}, false);
        QVERIFY(one.result.performance.trades > 5);
        QCOMPARE(two.result.decisionsSha256, one.result.decisionsSha256);
        QVERIFY(two.equity == one.equity);
    }

    void anotherMemoryGivesOtherVotes()
    {
        const std::string without = m_rig.run(market(), {}, false).result.decisionsSha256;
        ScriptedMemory good(0.004);
        m_rig.memory = &good;
        const std::string earned = m_rig.run(market(), {}, false).result.decisionsSha256;
        QVERIFY(good.questions > 1'000);
        ScriptedMemory bad(-0.004);
        m_rig.memory = &bad;
        const std::string lost = m_rig.run(market(), {}, false).result.decisionsSha256;
        QVERIFY(earned != without);
        QVERIFY(lost != without);
        QVERIFY(earned != lost);
    }

    void journalsAreReplayedAndVotesRecomputedWithoutMemory()
    {
        AnswersByState memory;
        m_rig.memory = &memory;
        const Run run = m_rig.run(market());
        ReplayOptions options;
        options.recompute = true;
        options.plugins = &m_rig.plugins();
        const ReplayReport report = take(replayJournal(run.journal, options));
        QVERIFY2(report.identical, (report.difference + "\n" + report.recorded + "\n" + report.replayed).c_str());
        QVERIFY(report.votes > 1'000);
        QCOMPARE(report.decisionsSha256, run.result.decisionsSha256);
    }

    void theRecordsAreAllThere()
    {
        AnswersByState memory;
        m_rig.memory = &memory;
        const Run run = m_rig.run(market());
        std::map<AskId, Recall> recalled;
        std::size_t adjusted = 0;
        std::size_t trades = 0;
        std::vector<Episode> episodes;
        for (const Recorded &record : recordsOf(run)) {
            if (const auto *answer = record.as<engine::event::EpisodesRecalled>()) {
                recalled[answer->ask] = answer->recall;
            } else if (const auto *ask = record.as<engine::effect::AskAgents>()) {
                if (const auto found = recalled.find(ask->state.ask); found != recalled.end()) {
                    QVERIFY(ask->state.recall == found->second);
                }
            } else if (const auto *voted = record.as<engine::event::AgentVoted>()) {
                adjusted += std::any_of(voted->vote.reasons.begin(), voted->vote.reasons.end(),
                                        [](const std::string &reason) {
                                            return reason.find("similar episodes") != std::string::npos;
                                        })
                    ? 1
                    : 0;
            } else if (const auto *closed = record.as<engine::effect::EpisodeClosed>()) {
                episodes.push_back(closed->episode);
            } else if (record.as<engine::effect::RoundTripClosed>() != nullptr) {
                ++trades;
            }
        }
        QVERIFY(recalled.size() > 1'000);
        QVERIFY(adjusted > 20);
        QVERIFY(trades > 5);
        QCOMPARE(episodes.size(), trades);
        for (const Episode &episode : episodes) {
            QVERIFY(!episode.votes.empty());
            QVERIFY(episode.fills.size() >= 2);
            QVERIFY(episode.state != Embedding{});
        }
    }

private:
    BacktestRig m_rig;
};

QTEST_GUILESS_MAIN(TestRecallReplay)
#include "tst_recall_replay.moc"
