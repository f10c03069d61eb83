// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory_bench.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::journal;
using namespace coinswarm::memory;
using namespace coinswarm::testing;

namespace {

/// A memory with a little of everything in it, made by commits.
void fill(MemoryBench &bench)
{
    bench.add(kWeightEpisodes, [](Episode &, std::size_t) {});
    bench.commit(UpdatePattern{PatternId(), episodes(1, 5)});
    bench.commit(UpdatePattern{PatternId(), episodes(6, 9)});
    bench.commit(UpdatePattern{PatternId(1), episodes(10, 11)});
    bench.commit(BenchAgent{"risk", true});
    bench.commit(RegisterEngine{bench.stranger.publicKey(), "second"});
    bench.commit(ChangeWeights{{{"mean_reversion", 0.5}, {"trend", 0.5}}, {{"mean_reversion", 0.3}, {"trend", 0.7}}});
}

/// What a snapshot holds, open to changes.
struct Parts {
    std::vector<EpisodeFact> facts;
    std::map<PatternId, PatternEntry> patterns;
    std::vector<Digest> proposals;
    std::vector<AgentWeight> weights;
    std::set<std::string> benched;
    std::map<PublicKey, std::string> engines;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("facts", self.facts);
        visit("patterns", self.patterns);
        visit("proposals", self.proposals);
        visit("weights", self.weights);
        visit("benched", self.benched);
        visit("engines", self.engines);
    }
};

/// Nothing if the snapshot was refused.
std::optional<Digest> digestOf(const Parts &parts)
{
    Result<MemoryState> state = codec::decoded<MemoryState>(codec::encoded(parts));
    if (!state.ok() || !state->restored().ok()) {
        return std::nullopt;
    }
    return state->digest();
}

} // namespace

class TestMemoryState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalCommitsGiveEqualDigests()
    {
        MemoryBench one;
        MemoryEvaluator other(one.noKey, one.cluster, MemoryState({{one.engine.publicKey(), "desk"}}));
        std::vector<std::vector<std::string>> batches;
        batches.push_back(one.items({one.cited(one.episode(1)), one.cited(one.episode(2))}));
        batches.push_back(one.items({UpdatePattern{PatternId(), episodes(1, 2)}, BenchAgent{"trend", true}}));
        std::set<Digest> seen{one.state().digest()};
        QVERIFY(other.state().digest() == one.state().digest());
        for (const auto &items : batches) {
            one.commit(items);
            quorum::Final decided;
            decided.decided.batch = {quorum::BatchKind::Items, items};
            decided.decided.certificate.body.slot = one.slot;
            decided.decided.certificate.body.accepted = quorum::AcceptedItems::of({0, 0});
            QVERIFY(other.apply(decided).ok());
            QVERIFY(other.state().digest() == one.state().digest());
            QVERIFY(codec::encoded(other.state()) == codec::encoded(one.state()));
            QVERIFY(seen.insert(one.state().digest()).second);
        }
    }

    void everyKindOfCommitChangesTheDigest()
    {
        MemoryBench bench;
        std::set<Digest> seen{bench.state().digest()};
        const auto changes = [&](const ProposalBody &body) {
            bench.commit(body);
            return seen.insert(bench.state().digest()).second;
        };
        QVERIFY(changes(bench.cited(bench.episode(1))));
        QVERIFY(changes(UpdatePattern{PatternId(), episodes(1, 1)}));
        QVERIFY(changes(BenchAgent{"trend", true}));
        QVERIFY(changes(BenchAgent{"trend", false})); // back, but the proposals were committed
        QVERIFY(changes(RegisterEngine{bench.stranger.publicKey(), "second"}));
        bench.add(kWeightEpisodes, [](Episode &, std::size_t) {});
        QVERIFY(changes(
            ChangeWeights{{{"mean_reversion", 0.5}, {"trend", 0.5}}, {{"mean_reversion", 0.3}, {"trend", 0.7}}}));
        QVERIFY(!changes(BenchAgent{"trend", false})); // refused: nothing was committed
    }

    void judgingChangesNothing()
    {
        MemoryBench bench;
        fill(bench);
        const ByteBuffer before = codec::encoded(bench.state());
        const Digest digest = bench.state().digest();
        bench.judge(bench.items({bench.cited(bench.episode(1)), UpdatePattern{PatternId(1), episodes(12, 13)},
                                 UpdatePattern{PatternId(), episodes(14, 15)}, BenchAgent{"trend", true},
                                 RegisterEngine{bench.stranger.publicKey(), ""}}));
        QVERIFY(codec::encoded(bench.state()) == before);
        QVERIFY(bench.state().digest() == digest);
    }

    void aCommitThatThisMemoryWouldNotMakeIsCorrupt()
    {
        MemoryBench bench;
        const Digest before = bench.state().digest();
        quorum::Final decided;
        decided.decided.batch = {quorum::BatchKind::Items, {bench.item(BenchAgent{"trend", false})}};
        decided.decided.certificate.body.slot = 1;
        decided.decided.certificate.body.accepted = quorum::AcceptedItems::of({quorum::kAccepted});
        const Result<SlotChanges> applied = bench.evaluator.apply(decided);
        QVERIFY(!applied.ok());
        QVERIFY(applied.error().kind == ErrorKind::Corrupt);
        QVERIFY(bench.state().digest() == before);
        decided.decided.batch.kind = quorum::BatchKind::Membership;
        QVERIFY(bench.evaluator.apply(decided).ok()); // Not the memory's business.
        QVERIFY(bench.state().digest() == before);
    }

    void changesNameWhatASlotChanged()
    {
        MemoryBench bench;
        bench.add(7, [](Episode &, std::size_t) {});
        const auto ids = [](const SlotChanges &changes) {
            std::vector<std::uint64_t> all;
            for (const MemoryChange &change : changes.episodes) {
                all.push_back(std::get<PutEpisode>(change).item.id.value);
            }
            return all;
        };
        SlotChanges changes = bench.commit(UpdatePattern{PatternId(), episodes(2, 4)});
        QCOMPARE(ids(changes), (std::vector<std::uint64_t>{2, 3, 4}));
        QCOMPARE(changes.patterns, std::vector{PatternId(1)});
        QCOMPARE(std::get<PutEpisode>(changes.episodes[0]).item.tags.pattern, PatternId(1));
        changes = bench.commit(UpdatePattern{PatternId(1), episodes(6, 6)});
        QCOMPARE(ids(changes), (std::vector<std::uint64_t>{6}));
        changes = bench.commit(std::vector{bench.item(bench.cited(bench.episode(1))),
                                           bench.item(UpdatePattern{PatternId(1), {EpisodeId(8), EpisodeId(1)}}),
                                           bench.item(BenchAgent{"trend", true})});
        QCOMPARE(ids(changes), (std::vector<std::uint64_t>{1, 8}));
        QCOMPARE(changes.added, (std::vector<std::pair<std::size_t, EpisodeId>>{{0, EpisodeId(8)}}));
        QCOMPARE(changes.benched, std::vector<std::string>{"trend"});
        QVERIFY(!changes.weights);
        QCOMPARE(bench.state().patternOf(EpisodeId(8)), PatternId(1));
        QCOMPARE(bench.state().patternOf(EpisodeId(5)), PatternId());
        QVERIFY(std::get<PutEpisode>(changes.episodes[1]).item == bench.state().item(EpisodeId(8)));
    }

    void aSnapshotRestoresEverything()
    {
        MemoryBench bench;
        fill(bench);
        const ByteBuffer bytes = codec::encoded(bench.state());
        Result<MemoryState> copy = codec::decoded<MemoryState>(bytes);
        QVERIFY(copy.ok() && copy->restored().ok());
        QVERIFY(copy->digest() == bench.state().digest());
        QVERIFY(codec::encoded(*copy) == bytes);
        // What is only derived is there too: the same items are judged the same.
        MemoryEvaluator restored(bench.noKey, bench.cluster, std::move(*copy));
        std::vector<std::string> items =
            bench.items({bench.cited(bench.episode(1'000)), bench.cited(bench.episode(1)), BenchAgent{"risk", true},
                         UpdatePattern{PatternId(), episodes(4, 4)}, UpdatePattern{PatternId(2), episodes(15, 15)}});
        items.push_back(bench.item(BenchAgent{"risk", true}));
        const quorum::Batch batch{quorum::BatchKind::Items, items};
        QVERIFY(restored.evaluate(bench.slot + 1, batch) == bench.evaluator.evaluate(bench.slot + 1, batch));
        QCOMPARE(bench.judge(items),
                 (std::vector{api::Rejection::TripAlreadyKnown, api::Rejection::None, api::Rejection::Duplicate,
                              api::Rejection::EpisodeTaken, api::Rejection::None, api::Rejection::Duplicate}));
    }

    void aChangedSnapshotHasAnotherDigestOrIsCorrupt()
    {
        MemoryBench bench;
        fill(bench);
        const Parts parts = codec::decoded<Parts>(codec::encoded(bench.state())).value();
        const Digest digest = bench.state().digest();
        QVERIFY(digestOf(parts) == digest);
        const auto noticed = [&](auto change) {
            Parts changed = parts;
            change(changed);
            return digestOf(changed) != digest;
        };
        QVERIFY(noticed([](Parts &p) { p.facts[3].reward += 1e-12; }));
        QVERIFY(noticed([](Parts &p) { p.facts[3].trip[31] ^= std::byte{1}; }));
        QVERIFY(noticed([](Parts &p) { p.facts[3].fills[1][0] ^= std::byte{1}; }));
        QVERIFY(noticed([](Parts &p) { p.facts[3].votes[0].confidence = 0.41; }));
        QVERIFY(noticed([](Parts &p) { p.facts[3].state.values[300] = 1; }));
        QVERIFY(noticed([](Parts &p) { ++p.facts[3].slot; }));
        QVERIFY(noticed([](Parts &p) { p.facts[3].hours = SessionRegime::Late; }));
        QVERIFY(noticed([](Parts &p) { std::swap(p.facts[3], p.facts[4]); }));
        QVERIFY(noticed([](Parts &p) { p.facts.pop_back(); }));
        QVERIFY(noticed([](Parts &p) { p.proposals.pop_back(); }));
        QVERIFY(noticed([](Parts &p) { std::swap(p.proposals[0], p.proposals[1]); }));
        QVERIFY(noticed([](Parts &p) { p.patterns.begin()->second.pattern.status = PatternStatus::Promoted; }));
        QVERIFY(noticed([](Parts &p) { p.patterns.begin()->second.pattern.statistics.sharpe += 1; }));
        QVERIFY(noticed([](Parts &p) { p.patterns.begin()->second.pattern.name += '!'; }));
        QVERIFY(noticed([](Parts &p) { ++p.patterns.begin()->second.sums[383]; }));
        QVERIFY(noticed([](Parts &p) { p.patterns.begin()->second.members.pop_back(); }));
        QVERIFY(noticed([](Parts &p) { p.weights[0].weight = 0.31; }));
        QVERIFY(noticed([](Parts &p) { p.benched.clear(); }));
        QVERIFY(noticed([](Parts &p) { p.engines.begin()->second += 'x'; }));
        QVERIFY(noticed([](Parts &p) { p.engines.erase(p.engines.begin()); }));
    }

    void aSnapshotThatContradictsItselfIsCorrupt()
    {
        MemoryBench bench;
        fill(bench);
        const Parts parts = codec::decoded<Parts>(codec::encoded(bench.state())).value();
        const auto refused = [&](auto change) {
            Parts changed = parts;
            change(changed, changed.patterns.begin()->second);
            return !digestOf(changed);
        };
        QVERIFY(refused([](Parts &, PatternEntry &r) { r.members.push_back(EpisodeId(kWeightEpisodes + 1)); }));
        QVERIFY(refused([](Parts &, PatternEntry &r) { r.members.push_back(EpisodeId()); }));
        QVERIFY(refused([](Parts &, PatternEntry &r) { r.members.push_back(r.members[0]); }));
        QVERIFY(refused([](Parts &, PatternEntry &r) { r.members.push_back(EpisodeId(6)); })); // of the other
        QVERIFY(refused([](Parts &, PatternEntry &r) { r.members.clear(); }));
        QVERIFY(refused([](Parts &, PatternEntry &r) { r.sums.pop_back(); }));
        QVERIFY(refused([](Parts &, PatternEntry &r) { r.pattern.id = PatternId(9); }));
        QVERIFY(refused([](Parts &p, PatternEntry &) { p.facts.clear(); }));
    }

    /// Slots of many items, of which some depend on others in the same slot.
    void aBatchIsJudgedAsIfItsItemsHadBeenAppliedOneByOne()
    {
        MemoryBench together;
        std::vector<ProposalBody> bodies;
        for (std::uint64_t i = 1; i <= 6; ++i) {
            bodies.emplace_back(together.cited(together.episode(i)));
        }
        bodies.insert(bodies.end(),
                      {UpdatePattern{PatternId(), episodes(1, 3)}, UpdatePattern{PatternId(1), episodes(4, 5)},
                       UpdatePattern{PatternId(1), episodes(5, 6)}, UpdatePattern{PatternId(), episodes(6, 6)},
                       BenchAgent{"trend", true}, BenchAgent{"trend", true}, BenchAgent{"trend", false}});
        const auto items = together.items(bodies);
        const std::vector<api::Rejection> verdicts = together.judge(items);
        QCOMPARE(std::count(verdicts.begin(), verdicts.end(), api::Rejection::None), std::ptrdiff_t(11));
        QCOMPARE(verdicts[8], api::Rejection::EpisodeTaken);
        QCOMPARE(verdicts[11], api::Rejection::Duplicate);
        together.commit(items);
        QCOMPARE(together.state().patternOf(EpisodeId(5)), PatternId(1));
        QCOMPARE(together.state().patternOf(EpisodeId(6)), PatternId(2));
        QVERIFY(together.state().benched().empty());

        MemoryEvaluator single(together.noKey, together.cluster, MemoryState({{together.engine.publicKey(), "desk"}}));
        for (std::size_t i = 0; i < items.size(); ++i) {
            quorum::Final decided;
            decided.decided.batch = {quorum::BatchKind::Items, {items[i]}};
            decided.decided.certificate.body.slot = together.slot;
            const auto reasons = single.evaluate(together.slot, decided.decided.batch);
            QCOMPARE(static_cast<api::Rejection>(reasons[0]), verdicts[i]);
            decided.decided.certificate.body.accepted = quorum::AcceptedItems::of(reasons);
            QVERIFY(single.apply(decided).ok());
        }
        QVERIFY(single.state().digest() == together.state().digest());
    }
};

QTEST_GUILESS_MAIN(TestMemoryState)
#include "tst_memory_state.moc"
