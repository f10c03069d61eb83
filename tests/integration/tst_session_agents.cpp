// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/paper_session.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QtTest>

namespace coinswarm::test {

/// Agents that go wrong in a running session.
class TestSessionAgents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aBadAgentIsBenchedWithItsReasonAndTheSwarmGoesOn_data()
    {
        QTest::addColumn<QString>("plugin");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<bool>("hangs");
        QTest::newRow("throws") << "throws_in_decide"
                                << "decide is broken" << false;
        QTest::newRow("NaN") << "nan_confidence"
                             << "confidence" << false;
        QTest::newRow("confidence 2") << "confidence_two"
                                      << "confidence" << false;
        QTest::newRow("never returns") << "never_returns"
                                       << "does not return" << true;
    }

    void aBadAgentIsBenchedWithItsReasonAndTheSwarmGoesOn()
    {
        QFETCH(QString, plugin);
        QFETCH(QString, reason);
        QFETCH(bool, hangs);
        const std::string name = plugin.toStdString();
        QTemporaryDir folder;
        std::vector<std::string> settings{"feed.speed=600", "agents." + name + ".weight=0.1"};
        if (hangs) {
            settings.emplace_back("engine.agent_deadline=250ms");
        }
        PaperSession session(folder.path().toStdString(), settings, {testPlugin(name)});
        take(session.start());
        const auto state = [&] {
            for (const api::AgentView &agent : session.seen.agents) {
                if (agent.name == name) {
                    return agent;
                }
            }
            return api::AgentView();
        };
        const api::AgentState expected = hangs ? api::AgentState::Hung : api::AgentState::Benched;
        QVERIFY(waitFor([&] { return state().state == expected; }, std::chrono::seconds(30)));
        QVERIFY2(state().stateReason.find(reason.toStdString()) != std::string::npos, state().stateReason.c_str());
        const api::SessionStatus status = session.status();
        QVERIFY(status.degraded);
        QVERIFY2(status.degradedReason.find(name) != std::string::npos, status.degradedReason.c_str());
        QVERIFY(status.state == api::RunState::Running);
        const std::size_t decisions = session.seen.decisions.size();
        QVERIFY(waitFor([&] { return session.seen.decisions.size() > decisions + 3; }, std::chrono::seconds(30)));
        const Decision &last = session.seen.decisions.back();
        QVERIFY(last.votes.front().status == VoteStatus::Voted);
        QElapsedTimer clock;
        clock.start();
        session.stop();
        QVERIFY2(clock.elapsed() < 3'000, std::to_string(clock.elapsed()).c_str());
    }
};

} // namespace coinswarm::test

QTEST_GUILESS_MAIN(coinswarm::test::TestSessionAgents)
#include "tst_session_agents.moc"
