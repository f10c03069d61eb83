// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "soundness/regime_world.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::memory;
using namespace coinswarm::testing;

namespace {

/// A memory that commits episodes and nothing else unless it is told to.
struct Desk {
    explicit Desk(LearnerTuning tuning = {}) : learner(tuning) {}

    std::vector<ProposalBody> slot(std::size_t episodes, const std::vector<ProposalBody> &granted = {})
    {
        MemoryDraft draft(state, ++slots);
        const Submission by{crypto, {}, Timestamp{1}, 0};
        for (const ProposalBody &body : granted) {
            accepted = std::visit([&](const auto &it) { return admit(it, by, draft); }, body) == api::Rejection::None;
        }
        for (std::size_t i = 0; i < episodes; ++i) {
            draft.addEpisode(i, world.episode(0, Timestamp{static_cast<std::int64_t>(slots) * 1'000'000}, 0.001));
        }
        state.merge(std::move(draft));
        return learner.propose(state, slots);
    }

    quorum::Ed25519Crypto crypto;
    RegimeWorld world{11, 1, 40, 12};
    MemoryState state;
    PatternLearner learner;
    std::uint64_t slots = 0;
    bool accepted = false;
};

const UpdatePattern &update(const std::vector<ProposalBody> &bodies)
{
    return std::get<UpdatePattern>(bodies.at(0));
}

} // namespace

class TestPatternLearner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fiveThatLieTogetherFoundAPattern()
    {
        Desk desk;
        QVERIFY(desk.slot(4).empty());
        const auto asked = desk.slot(1);
        QCOMPARE(asked.size(), std::size_t(1));
        QCOMPARE(update(asked).pattern, PatternId());
        QCOMPARE(update(asked).episodes.size(), std::size_t(5));
    }

    void nothingIsAskedForTwiceWhileItIsPending()
    {
        Desk desk;
        const auto asked = desk.slot(5);
        QCOMPARE(asked.size(), std::size_t(1));
        for (int i = 0; i < 20; ++i) {
            QVERIFY(desk.slot(1).empty()); // Others of the same side wait for the founding.
        }
        QCOMPARE(desk.learner.pending(), std::size_t(1));
        const auto next = desk.slot(0, asked);
        QVERIFY(desk.accepted);
        QCOMPARE(next.size(), std::size_t(1));
        QCOMPARE(update(next).pattern, PatternId(1));
        QCOMPARE(update(next).episodes.size(), std::size_t(20)); // in one proposal
        QVERIFY(desk.slot(0).empty());
        QVERIFY(desk.slot(3).empty()); // One proposal per pattern.
        QCOMPARE(update(desk.slot(0, next)).episodes.size(), std::size_t(3));
    }

    void whatNobodyDecidedIsAskedForAgain()
    {
        LearnerTuning tuning;
        tuning.patience = 4;
        Desk desk(tuning);
        const auto asked = desk.slot(5);
        QCOMPARE(asked.size(), std::size_t(1));
        for (int i = 0; i < 3; ++i) {
            QVERIFY(desk.slot(0).empty());
        }
        QVERIFY(desk.slot(0) == asked);
    }

    void anotherEnginesPatternIsTaken()
    {
        Desk desk;
        const auto asked = desk.slot(8);
        QCOMPARE(update(asked).episodes.size(), std::size_t(8));
        // Somebody else was first, with three of them.
        const std::vector three(update(asked).episodes.begin(), update(asked).episodes.begin() + 3);
        const auto next = desk.slot(0, {UpdatePattern{PatternId(), three}});
        QVERIFY(desk.accepted);
        QCOMPARE(update(next).pattern, PatternId(1));
        QCOMPARE(update(next).episodes.size(), std::size_t(5));
    }

    void proposalsHoldSoManyEpisodesAndNoMore()
    {
        LearnerTuning tuning;
        tuning.mostEpisodes = 10;
        tuning.mostCompared = 30;
        Desk desk(tuning);
        auto asked = desk.slot(95);
        for (int i = 0; i < 12 && !asked.empty(); ++i) {
            QVERIFY(update(asked).episodes.size() <= 10);
            asked = desk.slot(0, asked);
            QVERIFY(desk.accepted);
        }
        QVERIFY(asked.empty());
        QCOMPARE(desk.state.pattern(PatternId(1))->members.size(), std::size_t(95));
        QCOMPARE(desk.state.patterns().size(), std::size_t(1));
    }

    void theSameMemoryGivesTheSameProposals()
    {
        Desk one;
        Desk other;
        auto asked = one.slot(7);
        QVERIFY(other.slot(7) == asked);
        for (int i = 0; i < 10; ++i) {
            const auto next = one.slot(3, asked);
            QVERIFY(other.slot(3, asked) == next);
            asked = next;
        }
    }
};

QTEST_GUILESS_MAIN(TestPatternLearner)
#include "tst_pattern_learner.moc"
