// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory_bench.h"

#include "codec/binary_writer.h"

#include <QtTest/QtTest>

#include <functional>
#include <limits>

using namespace coinswarm;
using namespace coinswarm::journal;
using namespace coinswarm::memory;
using namespace coinswarm::testing;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

template <class T>
T parsed(const char *text)
{
    return T::parse(text).value();
}

/// An episode that is changed before it is cited and signed.
struct EpisodeRow {
    const char *name;
    api::Rejection verdict;
    std::function<void(Episode &)> change;
};

std::vector<EpisodeVote> votes(std::size_t count, double confidence = 0.5)
{
    std::vector<EpisodeVote> all;
    for (std::size_t i = 0; i < count; ++i) {
        all.push_back({"agent " + std::to_string(i), Action::Buy, confidence});
    }
    return all;
}

std::vector<std::string> fills(std::size_t count)
{
    std::vector<std::string> all;
    for (std::size_t i = 0; i < count; ++i) {
        all.push_back(std::to_string(i));
    }
    return all;
}

const std::vector<EpisodeRow> &episodeRows()
{
    using R = api::Rejection;
    static const std::vector<EpisodeRow> rows{
        {"as it was", R::None, [](Episode &) {}},
        {"entry at exit", R::None, [](Episode &e) { e.entryTime = e.exitTime; }},
        {"entry after exit", R::WrongTime, [](Episode &e) { e.entryTime.ns = e.exitTime.ns + 1; }},
        {"exit when proposed", R::None, [](Episode &e) { e.exitTime = kNoon; }},
        {"exit after the proposal", R::WrongTime, [](Episode &e) { e.exitTime.ns = kNoon.ns + 1; }},
        {"2009", R::None, [](Episode &e) { e.entryTime.ns = 1'230'768'000 * kSecond; }},
        {"before 2009", R::WrongTime, [](Episode &e) { e.entryTime.ns = 1'230'768'000 * kSecond - 1; }},
        {"every kind of character", R::None, [](Episode &e) { e.symbol = "b.T_c-9/U:z"; }},
        {"no symbol", R::WrongSymbol, [](Episode &e) { e.symbol.clear(); }},
        {"symbol of 32", R::None, [](Episode &e) { e.symbol = std::string(32, 'x'); }},
        {"symbol of 33", R::WrongSymbol, [](Episode &e) { e.symbol = std::string(33, 'x'); }},
        {"symbol with a space", R::WrongSymbol, [](Episode &e) { e.symbol = "BTC USD"; }},
        {"session of 128", R::None, [](Episode &e) { e.session = std::string(128, 's'); }},
        {"session of 129", R::WrongTrade, [](Episode &e) { e.session = std::string(129, 's'); }},
        {"no session", R::WrongTrade, [](Episode &e) { e.session.clear(); }},
        {"no number", R::WrongTrade, [](Episode &e) { e.roundTrip = {}; }},
        {"held less than entered", R::None, [](Episode &e) { e.quantity = parsed<Quantity>("0.00000001"); }},
        {"held nothing", R::WrongQuantity, [](Episode &e) { e.quantity = {}; }},
        {"held more than entered", R::WrongQuantity, [](Episode &e) { e.quantity.raw = e.entered.raw + 1; }},
        {"entered nothing", R::WrongQuantity, [](Episode &e) { e.entered = {}; }},
        {"too much to count", R::WrongQuantity,
         [](Episode &e) { e.entered.raw = std::numeric_limits<std::int64_t>::max(); }},
        {"too little to tell", R::WrongQuantity,
         [](Episode &e) {
             e.quantity = e.entered = parsed<Quantity>("0.00000001");
             e.fees = {};
             e.pnl = parsed<Money>("0.00000004"); // four times what was put in, and within rounding
         }},
        {"little, but enough", R::None,
         [](Episode &e) {
             e.quantity = e.entered = parsed<Quantity>("0.0000001");
             e.exitPrice = e.entryPrice;
             e.fees = {};
             e.pnl = {};
         }},
        {"no entry price", R::WrongPrice, [](Episode &e) { e.entryPrice = {}; }},
        {"negative exit price", R::WrongPrice, [](Episode &e) { e.exitPrice = parsed<Price>("-1"); }},
        {"profit within rounding", R::None, [](Episode &e) { e.pnl.raw += 14; }},
        {"profit beyond rounding", R::WrongPnl, [](Episode &e) { e.pnl.raw += 15; }},
        {"loss beyond rounding", R::WrongPnl, [](Episode &e) { e.pnl.raw -= 15; }},
        {"bought, but earns as if sold", R::WrongPnl, [](Episode &e) { e.side = Side::Sell; }},
        {"sold short", R::None,
         [](Episode &e) {
             e.side = Side::Sell;
             e.exitPrice = parsed<Price>("99.7");
         }},
        {"the lowest profit there is", R::WrongQuantity,
         [](Episode &e) { e.pnl.raw = std::numeric_limits<std::int64_t>::min(); }},
        {"fees of all that was traded", R::None,
         [](Episode &e) {
             e.exitPrice = e.entryPrice;
             e.fees = parsed<Money>("2000");
             e.pnl = -e.fees;
         }},
        {"fees of more", R::WrongFees, [](Episode &e) { e.fees = parsed<Money>("2010"); }},
        {"fees paid back", R::None,
         [](Episode &e) {
             e.fees = parsed<Money>("-1");
             e.pnl = parsed<Money>("4");
         }},
        {"slippage of everything", R::None, [](Episode &e) { e.slippageBps = -10'000; }},
        {"slippage of more", R::WrongSlippage, [](Episode &e) { e.slippageBps = 10'000.01; }},
        {"slippage of nothing", R::WrongSlippage, [](Episode &e) { e.slippageBps = kNan; }},
        {"no votes", R::None, [](Episode &e) { e.votes.clear(); }},
        {"64 votes", R::None, [](Episode &e) { e.votes = votes(64); }},
        {"65 votes", R::WrongVotes, [](Episode &e) { e.votes = votes(65); }},
        {"confident", R::None, [](Episode &e) { e.votes = votes(1, 1.0); }},
        {"overconfident", R::WrongVotes, [](Episode &e) { e.votes = votes(1, 1.0000001); }},
        {"negative confidence", R::WrongVotes, [](Episode &e) { e.votes = votes(1, -0.1); }},
        {"confidence not a number", R::WrongVotes, [](Episode &e) { e.votes = votes(1, kNan); }},
        {"nobody's vote", R::WrongVotes, [](Episode &e) { e.votes[0].agent.clear(); }},
        {"agent of 64", R::None, [](Episode &e) { e.votes[0].agent = std::string(64, 'a'); }},
        {"agent of 65", R::WrongVotes, [](Episode &e) { e.votes[0].agent = std::string(65, 'a'); }},
        {"an agent's two votes", R::WrongVotes, [](Episode &e) { e.votes[0].agent = e.votes[1].agent; }},
        {"4,096 fills", R::None, [](Episode &e) { e.fills = fills(4'096); }},
        {"4,097 fills", R::WrongFills, [](Episode &e) { e.fills = fills(4'097); }},
        {"one fill", R::WrongFills, [](Episode &e) { e.fills = fills(1); }},
        {"the same fill twice", R::WrongFills, [](Episode &e) { e.fills[1] = e.fills[0]; }},
        {"a fill without a name", R::WrongFills, [](Episode &e) { e.fills[1].clear(); }},
        {"a fill of 128", R::None, [](Episode &e) { e.fills[1] = std::string(128, 'f'); }},
        {"a feature of -127", R::None, [](Episode &e) { e.state.values[383] = -127; }},
        {"a feature of -128", R::WrongState, [](Episode &e) { e.state.values[383] = -128; }},
        {"a fill of 129", R::WrongFills, [](Episode &e) { e.fills[1] = std::string(129, 'f'); }},
    };
    return rows;
}

using Weights = std::vector<AgentWeight>;

} // namespace

/// Each way in which a proposal can be wrong, and beside it one that is just right.
class TestMemoryProposals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void episodesAreJudged_data()
    {
        QTest::addColumn<std::size_t>("row");
        for (std::size_t i = 0; i < episodeRows().size(); ++i) {
            QTest::newRow(episodeRows()[i].name) << i;
        }
    }

    void episodesAreJudged()
    {
        QFETCH(const std::size_t, row);
        MemoryBench bench;
        Episode episode = bench.episode(1);
        episodeRows()[row].change(episode);
        QCOMPARE(bench.judge(bench.cited(episode)), episodeRows()[row].verdict);
    }

    void aTradeEntersOnce()
    {
        MemoryBench bench;
        bench.commit(bench.cited(bench.episode(1)));
        Episode other = bench.episode(1, "5");
        other.fills = {"a", "b"};
        QCOMPARE(bench.judge(bench.cited(other)), api::Rejection::TripAlreadyKnown);
        other.roundTrip = RoundTripId(2);
        QCOMPARE(bench.judge(bench.cited(other)), api::Rejection::None);
        other.roundTrip = RoundTripId(1);
        other.session = "paper-2";
        QCOMPARE(bench.judge(bench.cited(other)), api::Rejection::None);
    }

    void aFillBelongsToOneTradeUnlessItClosesOneAndOpensTheNext_data()
    {
        QTest::addColumn<QString>("fills");
        QTest::addColumn<api::Rejection>("verdict");
        const auto row = [](const char *name, const QString &fills, api::Rejection verdict) {
            QTest::newRow(name) << fills << verdict;
        };
        row("other fills", QStringLiteral("x y"), api::Rejection::None);
        row("its opening opens", QStringLiteral("a y"), api::Rejection::FillAlreadyCited);
        row("its opening is within", QStringLiteral("x a y"), api::Rejection::FillAlreadyCited);
        row("its opening closes", QStringLiteral("x a"), api::Rejection::None);
        row("its middle opens", QStringLiteral("b y"), api::Rejection::FillAlreadyCited);
        row("its middle closes", QStringLiteral("x b"), api::Rejection::FillAlreadyCited);
        row("its closing closes", QStringLiteral("x c"), api::Rejection::FillAlreadyCited);
        row("its closing is within", QStringLiteral("x c y"), api::Rejection::FillAlreadyCited);
        row("its closing opens", QStringLiteral("c y"), api::Rejection::None);
    }

    void aFillBelongsToOneTradeUnlessItClosesOneAndOpensTheNext()
    {
        QFETCH(const QString, fills);
        QFETCH(const api::Rejection, verdict);
        MemoryBench bench;
        Episode first = bench.episode(1);
        first.fills = {"a", "b", "c"};
        Episode second = bench.episode(2);
        second.fills.clear();
        for (const QString &fill : fills.split(QLatin1Char(' '))) {
            second.fills.push_back(fill.toStdString());
        }
        const auto items = bench.items({bench.cited(first), bench.cited(second)});
        QCOMPARE(bench.judge(items), (std::vector{api::Rejection::None, verdict}));
        bench.commit(std::vector{items.front()});
        QCOMPARE(bench.judge(std::vector{items.back()}).front(), verdict);
        second.symbol = "ETH-USDT"; // A venue numbers each market for itself.
        QCOMPARE(bench.judge(bench.cited(second)), api::Rejection::None);
    }

    void aCitationLeadsThroughTheRecordOfThisTrade()
    {
        MemoryBench bench;
        const AddEpisode good = bench.cited(bench.episode(1));
        const auto verdict = [&](auto change) {
            AddEpisode add = good;
            change(add.journal);
            return bench.judge(add);
        };
        QCOMPARE(verdict([](JournalCitation &) {}), api::Rejection::None);
        QCOMPARE(verdict([](JournalCitation &j) { ++j.record.value; }), api::Rejection::WrongCitation);
        QCOMPARE(verdict([](JournalCitation &j) { ++j.time.ns; }), api::Rejection::WrongCitation);
        QCOMPARE(verdict([](JournalCitation &j) { j.before[0] ^= std::byte{1}; }), api::Rejection::WrongCitation);
        QCOMPARE(verdict([](JournalCitation &j) { j.chain[0] ^= std::byte{1}; }), api::Rejection::WrongCitation);
        AddEpisode another = good;
        another.episode.state.values[0] ^= 1; // Nothing else would show that.
        QCOMPARE(bench.judge(another), api::Rejection::WrongCitation);
        const auto cited = [&](Sequence sequence, Timestamp time) {
            AddEpisode add = good;
            const CitableRecord record{kEpisodeRecordType, sequence, time, codec::encoded(add.episode), {}};
            add.journal = {sequence, time, {}, record.chain()};
            return bench.judge(add);
        };
        const Timestamp exit = good.episode.exitTime;
        QCOMPARE(cited(Sequence(1), exit), api::Rejection::None);
        QCOMPARE(cited(Sequence(1), kNoon), api::Rejection::None); // when it is proposed
        QCOMPARE(cited(Sequence(), exit), api::Rejection::WrongCitation);
        QCOMPARE(cited(Sequence(1), Timestamp{exit.ns - 1}), api::Rejection::WrongCitation);
        QCOMPARE(cited(Sequence(1), Timestamp{kNoon.ns + 1}), api::Rejection::WrongCitation);
    }

    void envelopesAreJudged()
    {
        MemoryBench bench;
        const ProposalBody body = BenchAgent{"trend", true};
        const auto one = [&](const std::string &item) { return bench.judge(std::vector{item}).front(); };
        QCOMPARE(one(bench.item(body)), api::Rejection::None);
        QCOMPARE(one("what"), api::Rejection::Malformed);
        QCOMPARE(one(bench.item(body) + "."), api::Rejection::Malformed);
        SignedProposal item = openItem(bench.item(body))->item;
        item.content += '.';
        QCOMPARE(one(textOf(codec::encoded(item))), api::Rejection::Malformed);

        QCOMPARE(one(withText(bench, std::string(2'000, 'j'))), api::Rejection::None);
        QCOMPARE(one(withText(bench, std::string(2'001, 'j'))), api::Rejection::TextTooLong);

        const MemoryProposal proposal{kNoon, "because", body};
        QCOMPARE(one(signProposals(bench.stranger, bench.cluster, {proposal}).value().front()),
                 api::Rejection::UnknownEngine);
        QCOMPARE(one(signProposals(bench.engine, sha256({}), {proposal}).value().front()),
                 api::Rejection::WrongSignature);
        item = openItem(bench.item(body))->item;
        item.signature[0] ^= std::byte{1};
        QCOMPARE(one(textOf(codec::encoded(item))), api::Rejection::WrongSignature);
        item = openItem(bench.items({body, BenchAgent{"other", true}}).front())->item;
        QCOMPARE(one(textOf(codec::encoded(item))), api::Rejection::None);
        item.index = 1;
        QCOMPARE(one(textOf(codec::encoded(item))), api::Rejection::WrongSignature);
        item.index = 0;
        item.count = kMostBundled + 1;
        QCOMPARE(one(textOf(codec::encoded(item))), api::Rejection::WrongSignature);
        item.count = 0;
        QCOMPARE(one(textOf(codec::encoded(item))), api::Rejection::WrongSignature);
    }

    void aSignatureCoversSixtyFourProposalsAtMost()
    {
        MemoryBench bench;
        std::vector<ProposalBody> bodies;
        for (std::size_t i = 0; i < kMostBundled; ++i) {
            bodies.emplace_back(BenchAgent{"agent " + std::to_string(i), true});
        }
        QCOMPARE(bench.judge(bench.items(bodies)), std::vector<api::Rejection>(kMostBundled, api::Rejection::None));
        const MemoryProposal one{kNoon, "", bodies[0]};
        QVERIFY(!signProposals(bench.engine, bench.cluster, std::vector(kMostBundled + 1, one)).ok());
        QVERIFY(signProposals(bench.engine, bench.cluster, {}).value().empty());
        QVERIFY(!signProposals(bench.noKey, bench.cluster, {one}).ok());
    }

    void theSameProposalCommitsOnce()
    {
        MemoryBench bench;
        const ProposalBody body = BenchAgent{"trend", true};
        const std::string alone = bench.item(body);
        const std::string bundled = bench.items({BenchAgent{"risk", true}, body}).back();
        QVERIFY(alone != bundled);
        const std::vector expected{api::Rejection::None, api::Rejection::Duplicate, api::Rejection::Duplicate};
        QCOMPARE(bench.judge({alone, alone, bundled}), expected);
        bench.commit(std::vector{alone});
        QCOMPARE(bench.judge({alone, bundled}), (std::vector{api::Rejection::Duplicate, api::Rejection::Duplicate}));
        bench.commit(BenchAgent{"trend", false});
        // The wish of before does not come back, though it could be granted now; a new one can.
        QCOMPARE(bench.judge(std::vector{alone}).front(), api::Rejection::Duplicate);
        const MemoryProposal later{Timestamp{kNoon.ns + 1}, "because", body};
        QCOMPARE(bench.judge(signProposals(bench.engine, bench.cluster, {later}).value()).front(),
                 api::Rejection::None);

        const auto episode = bench.items({bench.cited(bench.episode(1)), body}).front();
        const std::string again = bench.item(bench.cited(bench.episode(1)));
        QCOMPARE(bench.judge({episode, again}), (std::vector{api::Rejection::None, api::Rejection::TripAlreadyKnown}));
        bench.commit(std::vector{episode, again});
        QCOMPARE(bench.state().episodeCount(), std::uint64_t(1));
        QCOMPARE(bench.judge({episode, again}),
                 (std::vector{api::Rejection::TripAlreadyKnown, api::Rejection::TripAlreadyKnown}));
    }

    void whatWasRefusedMayBeProposedAgain()
    {
        MemoryBench bench;
        const std::string item = bench.item(BenchAgent{"trend", false});
        bench.commit(std::vector{item});
        QVERIFY(bench.state().benched().empty());
        bench.commit(BenchAgent{"trend", true});
        QCOMPARE(bench.judge(std::vector{item}).front(), api::Rejection::None);
    }

    void aBadItemDoesNotHoldUpTheOthers()
    {
        MemoryBench bench;
        Episode bad = bench.episode(2);
        bad.pnl.raw += 1'000;
        const auto items =
            bench.items({bench.cited(bench.episode(1)), bench.cited(bad), bench.cited(bench.episode(3))});
        const SlotChanges changes = bench.commit(items);
        QCOMPARE(bench.state().episodeCount(), std::uint64_t(2));
        QCOMPARE(changes.added.size(), std::size_t(2));
        QCOMPARE(changes.added[1].first, std::size_t(2));
        QCOMPARE(changes.added[1].second.value, std::uint64_t(2));
    }

    void agentsAndEnginesAreJudged()
    {
        MemoryBench bench;
        const PublicKey other = bench.stranger.publicKey();
        const PublicKey own = bench.engine.publicKey();
        QCOMPARE(bench.judge(BenchAgent{"", true}), api::Rejection::AgentUnnamed);
        QCOMPARE(bench.judge(BenchAgent{std::string(65, 'a'), true}), api::Rejection::AgentUnnamed);
        QCOMPARE(bench.judge(BenchAgent{std::string(64, 'a'), true}), api::Rejection::None);
        QCOMPARE(bench.judge(BenchAgent{"trend", false}), api::Rejection::AgentAlreadySo);
        QCOMPARE(bench.judge(RegisterEngine{own, "again"}), api::Rejection::EngineAlreadySo);
        QCOMPARE(bench.judge(RegisterEngine{other, ""}), api::Rejection::EngineAlreadySo);
        QCOMPARE(bench.judge(RegisterEngine{other, std::string(65, 'n')}), api::Rejection::EngineAlreadySo);
        QCOMPARE(bench.judge(RegisterEngine{other, std::string(64, 'n')}), api::Rejection::None);
        QCOMPARE(bench.judge(RegisterEngine{own, ""}), api::Rejection::LastEngine);
        bench.commit(RegisterEngine{other, "second"});
        const MemoryProposal wish{kNoon, "", BenchAgent{"trend", true}};
        const auto theirs = signProposals(bench.stranger, bench.cluster, {wish}).value();
        QCOMPARE(bench.judge(theirs).front(), api::Rejection::None);
        // Revoked earlier in the same batch.
        auto items = bench.items({RegisterEngine{other, ""}});
        items.push_back(theirs.front());
        QCOMPARE(bench.judge(items), (std::vector{api::Rejection::None, api::Rejection::UnknownEngine}));
        QCOMPARE(bench.judge(bench.items({RegisterEngine{own, ""}, RegisterEngine{other, ""}})),
                 (std::vector{api::Rejection::None, api::Rejection::UnknownEngine}));
    }

    void weightsAreJudged()
    {
        MemoryBench bench;
        // Trend was right each time, mean reversion wrong.
        bench.add(kWeightEpisodes - 1, [](Episode &, std::size_t) {});
        const Weights even{{"mean_reversion", 0.5}, {"trend", 0.5}};
        const Weights better{{"mean_reversion", 0.3}, {"trend", 0.7}};
        const Weights worse{{"mean_reversion", 0.7}, {"trend", 0.3}};
        QCOMPARE(bench.judge(ChangeWeights{even, better}), api::Rejection::WeightsScoreWorse); // too few episodes
        bench.add(1, [](Episode &, std::size_t) {});
        QCOMPARE(bench.judge(ChangeWeights{even, better}), api::Rejection::None);
        QCOMPARE(bench.judge(ChangeWeights{even, worse}), api::Rejection::WeightsScoreWorse);
        QCOMPARE(bench.judge(ChangeWeights{even, even}), api::Rejection::WeightsUnchanged);
        QCOMPARE(bench.judge(ChangeWeights{{}, {}}), api::Rejection::WeightsNotNamed);
        QCOMPARE(bench.judge(ChangeWeights{even, {{"trend", 0.7}, {"mean_reversion", 0.3}}}),
                 api::Rejection::WeightsNotNamed);
        QCOMPARE(bench.judge(ChangeWeights{even, {{"trend", 0.3}, {"trend", 0.7}}}), api::Rejection::WeightsNotNamed);
        QCOMPARE(bench.judge(ChangeWeights{even, {{"mean_reversion", 0.3}, {"other", 0.7}}}),
                 api::Rejection::WeightsNotNamed);
        QCOMPARE(bench.judge(ChangeWeights{even, {{"mean_reversion", 0.2}, {"trend", 0.8}}}), api::Rejection::None);
        QCOMPARE(bench.judge(ChangeWeights{even, {{"mean_reversion", 0.19}, {"trend", 0.81}}}),
                 api::Rejection::WeightOutOfBounds);
        QCOMPARE(bench.judge(ChangeWeights{even, {{"mean_reversion", 0.01}, {"trend", 0.99}}}),
                 api::Rejection::WeightOutOfBounds);
        QCOMPARE(bench.judge(ChangeWeights{even, {{"mean_reversion", kNan}, {"trend", 0.8}}}),
                 api::Rejection::WeightOutOfBounds);
        QCOMPARE(bench.judge(ChangeWeights{{{"mean_reversion", -0.5}, {"trend", 1.5}}, better}),
                 api::Rejection::WeightOutOfBounds);
        QCOMPARE(bench.judge(ChangeWeights{even, {{"mean_reversion", 0.3}, {"trend", 0.6999}}}),
                 api::Rejection::WeightsSum);
        QCOMPARE(bench.judge(ChangeWeights{{{"mean_reversion", 0.5}, {"trend", 0.4}}, better}),
                 api::Rejection::WeightsSum);
        bench.commit(ChangeWeights{even, better});
        QVERIFY(bench.state().weights() == better);
        const Weights best{{"mean_reversion", 0.25}, {"trend", 0.75}};
        QCOMPARE(bench.judge(ChangeWeights{even, best}), api::Rejection::WeightsNotInForce);
        QCOMPARE(bench.judge(ChangeWeights{better, best}), api::Rejection::None);
    }

private:
    static std::string textOf(const ByteBuffer &bytes)
    {
        return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
    }

    static std::string withText(const MemoryBench &bench, const std::string &justification)
    {
        const MemoryProposal proposal{kNoon, justification, BenchAgent{"trend", true}};
        return signProposals(bench.engine, bench.cluster, {proposal}).value().front();
    }
};

QTEST_GUILESS_MAIN(TestMemoryProposals)
#include "tst_memory_proposals.moc"
