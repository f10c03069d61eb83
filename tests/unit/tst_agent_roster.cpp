// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "engine/agent_roster.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::engine;

namespace {

const AgentId kFirst(1);
const AgentId kSecond(2);

AgentRoster twoAgents()
{
    RosterEntry first;
    first.name = "trend";
    first.weight = 0.6;
    first.warmupBars = 20;
    RosterEntry second;
    second.name = "risk";
    second.weight = 0.4;
    second.mayVeto = true;
    return AgentRoster({first, second});
}

} // namespace

class TestAgentRoster : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsItsAgents()
    {
        const AgentRoster roster = twoAgents();
        QVERIFY(roster.knows(kFirst) && roster.knows(kSecond));
        QVERIFY(!roster.knows(AgentId()) && !roster.knows(AgentId(3)));
        QCOMPARE(roster.members()[1].name, std::string("risk"));
        QVERIFY(roster.members()[1].mayVeto && !roster.members()[0].mayVeto);
    }

    void warmsUp()
    {
        const AgentRoster roster = twoAgents();
        QVERIFY(roster.standing(kFirst, 19) == VoteStatus::WarmingUp);
        QVERIFY(roster.standing(kFirst, 20) == VoteStatus::Voted);
        QVERIFY(roster.standing(kSecond, 0) == VoteStatus::Voted);
    }

    void aFailureBenchesOnce()
    {
        AgentRoster roster = twoAgents();
        QVERIFY(roster.onFailure(kFirst, false, "it threw"));
        QVERIFY(!roster.onFailure(kFirst, false, "it threw again"));
        QVERIFY(roster.record(kFirst).state == MemberState::Benched);
        QCOMPARE(roster.record(kFirst).reason, std::string("it threw"));
        QCOMPARE(roster.record(kFirst).failures, std::uint64_t{2});
        QVERIFY(roster.standing(kFirst, 100) == VoteStatus::Benched);
        QVERIFY(roster.standing(kSecond, 100) == VoteStatus::Voted);
    }

    void hangingIsWorseThanBenched()
    {
        AgentRoster roster = twoAgents();
        QVERIFY(roster.onFailure(kFirst, false, "it threw"));
        QVERIFY(roster.onFailure(kFirst, true, "it hangs"));
        QVERIFY(roster.record(kFirst).state == MemberState::Hung);
        QVERIFY(!roster.onFailure(kFirst, false, "it threw"));
        QVERIFY(roster.record(kFirst).state == MemberState::Hung);
        QVERIFY(roster.standing(kFirst, 100) == VoteStatus::Benched);
    }

    void threeMissedDeadlinesInARowBench()
    {
        AgentRoster roster = twoAgents();
        QVERIFY(!roster.onMissed(kFirst, {}));
        QVERIFY(!roster.onMissed(kFirst, {}));
        roster.onVote(kFirst); // begins afresh
        QVERIFY(!roster.onMissed(kFirst, {}));
        QVERIFY(!roster.onMissed(kFirst, {}));
        QVERIFY(roster.onMissed(kFirst, Timestamp{1'704'067'200'000'000'000}));
        QCOMPARE(roster.record(kFirst).reason,
                 std::string("missed 3 deadlines in a row, the last at 2024-01-01T00:00:00.000Z"));
        QVERIFY(!roster.onMissed(kFirst, {})); // benched already
        QCOMPARE(roster.record(kFirst).votes, std::uint64_t{1});
    }

    void stateRoundTrips()
    {
        AgentRoster roster = twoAgents();
        (void)roster.onMissed(kSecond, {});
        (void)roster.onFailure(kFirst, true, "it hangs");
        AgentRoster restored = twoAgents();
        const std::vector<std::byte> saved = codec::encoded(roster);
        codec::BinaryReader reader(saved);
        restored.visitState(reader);
        QVERIFY(codec::encoded(restored) == saved);
        QVERIFY(restored.record(kFirst).state == MemberState::Hung);
        QCOMPARE(restored.record(kSecond).missedInARow, 1U);
    }
};

QTEST_GUILESS_MAIN(TestAgentRoster)
#include "tst_agent_roster.moc"
