// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory_bench.h"

#include <QtTest/QtTest>

#include <cmath>

using namespace coinswarm;
using namespace coinswarm::memory;
using namespace coinswarm::testing;

namespace {

constexpr std::int64_t kDay = 86'400 * kSecond;

/// Facts of which only exits, rewards and slippage matter.
std::vector<EpisodeFact> facts(std::size_t count, std::uint32_t seed)
{
    std::mt19937 random(seed);
    std::vector<EpisodeFact> all(count);
    for (EpisodeFact &fact : all) {
        fact.reward = (static_cast<double>(random() % 2'001) - 950) / 50'000;
        fact.slippageBps = static_cast<double>(random() % 100) / 10;
        fact.exitTime.ns = kNoon.ns + static_cast<std::int64_t>(random() % 4'000) * kDay / 50;
    }
    return all;
}

std::vector<const EpisodeFact *> pointers(const std::vector<EpisodeFact> &facts)
{
    std::vector<const EpisodeFact *> all;
    for (const EpisodeFact &fact : facts) {
        all.push_back(&fact);
    }
    return all;
}

/// By the words of pattern.h, the slow way and in another order.
PatternStatistics byDefinition(const std::vector<EpisodeFact> &facts)
{
    PatternStatistics s;
    s.episodes = facts.size();
    const auto n = static_cast<double>(facts.size());
    std::multimap<std::int64_t, double> byTime;
    std::vector<double> rewards;
    for (const EpisodeFact &fact : facts) {
        byTime.emplace(fact.exitTime.ns, fact.reward);
        rewards.push_back(fact.reward);
        s.meanReward += fact.reward / n;
        s.meanSlippageBps += fact.slippageBps / n;
        s.winRate += fact.reward > 0 ? 1 / n : 0;
    }
    for (const double reward : rewards) {
        s.deviation += (reward - s.meanReward) * (reward - s.meanReward) / (n - 1);
    }
    s.deviation = std::sqrt(s.deviation);
    const auto tail = [&](double share) {
        double best = 1e9;
        for (const double candidate : rewards) {
            const auto below = std::count_if(rewards.begin(), rewards.end(), [&](double r) { return r <= candidate; });
            if (static_cast<double>(below) >= share * n - 1e-9) {
                best = std::min(best, candidate);
            }
        }
        return best;
    };
    s.tail5 = tail(0.05);
    s.tail95 = tail(0.95);
    std::vector<double> curve{1};
    for (const auto &[time, reward] : byTime) {
        curve.push_back(curve.back() + reward);
    }
    for (std::size_t i = 0; i < curve.size(); ++i) {
        for (std::size_t j = i; j < curve.size(); ++j) {
            s.drawdown = std::max(s.drawdown, (curve[i] - curve[j]) / curve[i]);
        }
    }
    std::map<std::int64_t, double> days;
    for (std::int64_t day = byTime.begin()->first / kDay; day <= byTime.rbegin()->first / kDay; ++day) {
        days[day] = 0;
    }
    for (const auto &[time, reward] : byTime) {
        days[time / kDay] += reward;
    }
    s.days = static_cast<std::uint32_t>(days.size());
    double mean = 0;
    for (const auto &[day, sum] : days) {
        mean += sum / s.days;
    }
    double variance = 0;
    for (const auto &[day, sum] : days) {
        variance += (sum - mean) * (sum - mean) / (s.days - 1);
    }
    s.sharpe = s.days < 20 ? 0 : mean / std::sqrt(variance) * std::sqrt(365);
    return s;
}

/// Within what another order of additions can do.
bool near(double a, double b)
{
    return std::abs(a - b) <= 1e-9 * std::max({std::abs(a), std::abs(b), 1.0});
}

/// A bench with a pattern of `count` episodes, eight of them a day, that earn as `profit` says.
template <class Profit>
void makePattern(MemoryBench &bench, std::size_t count, std::size_t perDay, Profit profit)
{
    const std::uint64_t first = bench.state().episodeCount() + 1;
    bench.add(count, [&](Episode &episode, std::size_t i) {
        episode.exitTime.ns = kNoon.ns - (400 - static_cast<std::int64_t>(i / perDay)) * kDay;
        episode.entryTime = episode.exitTime;
        earn(episode, profit(i));
    });
    bench.commit(UpdatePattern{PatternId(), episodes(first, bench.state().episodeCount())});
}

Money money(const char *text)
{
    return Money::parse(text).value();
}

/// Up three, down one: good, and steady enough.
Money good(std::size_t i)
{
    return money(i % 4 == 3 ? "-3" : i % 5 == 0 ? "5" : "3");
}

} // namespace

class TestMemoryPatterns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statisticsAreThoseOfTheDefinition()
    {
        for (const std::size_t count : {2, 3, 19, 20, 21, 59, 60, 61, 100, 399, 400}) {
            const std::vector<EpisodeFact> some = facts(count, static_cast<std::uint32_t>(count));
            const PatternStatistics is = statisticsOf(pointers(some));
            const PatternStatistics should = byDefinition(some);
            QCOMPARE(is.episodes, should.episodes);
            QCOMPARE(is.days, should.days);
            QVERIFY(near(is.meanReward, should.meanReward));
            QVERIFY(near(is.deviation, should.deviation));
            QVERIFY(near(is.sharpe, should.sharpe));
            QVERIFY(near(is.winRate, should.winRate));
            QCOMPARE(is.tail5, should.tail5);
            QCOMPARE(is.tail95, should.tail95);
            QVERIFY(near(is.drawdown, should.drawdown));
            QVERIFY(near(is.meanSlippageBps, should.meanSlippageBps));
        }
    }

    void statisticsOfAlmostNothing()
    {
        QVERIFY(statisticsOf({}) == PatternStatistics());
        const std::vector<EpisodeFact> one = facts(1, 7);
        const PatternStatistics s = statisticsOf(pointers(one));
        QCOMPARE(s.episodes, std::uint64_t(1));
        QCOMPARE(s.meanReward, one[0].reward);
        QCOMPARE(s.tail5, one[0].reward);
        QCOMPARE(s.tail95, one[0].reward);
        QCOMPARE(s.deviation, 0.0);
        QCOMPARE(s.sharpe, 0.0);
        QCOMPARE(s.days, 1U);
    }

    void sharpeNeedsTwentyDays()
    {
        std::vector<EpisodeFact> some(20);
        for (std::size_t i = 0; i < some.size(); ++i) {
            some[i].exitTime.ns = kNoon.ns + static_cast<std::int64_t>(i) * kDay;
            some[i].reward = i % 2 == 0 ? 0.02 : -0.01;
        }
        QVERIFY(statisticsOf(pointers(some)).sharpe > 0);
        some.pop_back();
        QCOMPARE(statisticsOf(pointers(some)).days, 19U);
        QCOMPARE(statisticsOf(pointers(some)).sharpe, 0.0);
    }

    void onlyAlikeEpisodesJoin()
    {
        MemoryBench bench;
        const auto at = [](Episode &episode, std::int32_t squared) {
            episode.state = {};
            for (std::size_t i = 0; squared > 0; ++i) {
                const auto step = static_cast<std::int32_t>(std::min(127.0, std::floor(std::sqrt(squared))));
                episode.state.values[i] = static_cast<std::int8_t>(step);
                squared -= step * step;
            }
        };
        bench.add(6, [&](Episode &episode, std::size_t i) {
            at(episode, i == 3 ? kPatternRadius : i == 4 ? kPatternRadius + 1 : 0);
            if (i == 5) {
                episode.side = Side::Sell;
                earn(episode, {});
                episode.exitPrice = episode.entryPrice;
                episode.pnl = -episode.fees;
            }
        });
        QCOMPARE(bench.judge(UpdatePattern{PatternId(), {EpisodeId(1), EpisodeId(6)}}), api::Rejection::EpisodeUnlike);
        QCOMPARE(bench.judge(UpdatePattern{PatternId(), {EpisodeId(6)}}), api::Rejection::None);
        bench.commit(UpdatePattern{PatternId(), {EpisodeId(1), EpisodeId(2)}});
        QCOMPARE(bench.judge(UpdatePattern{PatternId(1), {EpisodeId(3)}}), api::Rejection::None);
        QCOMPARE(bench.judge(UpdatePattern{PatternId(1), {EpisodeId(6)}}), api::Rejection::EpisodeUnlike);
        QCOMPARE(bench.judge(UpdatePattern{PatternId(1), {EpisodeId(5)}}), api::Rejection::EpisodeUnlike);
        QCOMPARE(bench.judge(UpdatePattern{PatternId(1), {EpisodeId(4)}}), api::Rejection::None);
        QCOMPARE(bench.judge(UpdatePattern{PatternId(1), {}}), api::Rejection::NoEpisodes);
        QCOMPARE(bench.judge(UpdatePattern{PatternId(2), {EpisodeId(3)}}), api::Rejection::UnknownPattern);
        QCOMPARE(bench.judge(UpdatePattern{PatternId(1), {EpisodeId(7)}}), api::Rejection::UnknownEpisode);
        QCOMPARE(bench.judge(UpdatePattern{PatternId(1), {EpisodeId(0)}}), api::Rejection::UnknownEpisode);
        QCOMPARE(bench.judge(UpdatePattern{PatternId(1), {EpisodeId(2)}}), api::Rejection::EpisodeTaken);
        QCOMPARE(bench.judge(UpdatePattern{PatternId(1), {EpisodeId(3), EpisodeId(3)}}), api::Rejection::EpisodeTaken);
        const Pattern &pattern = bench.state().pattern(PatternId(1))->pattern;
        QCOMPARE(pattern.name, std::string("buy in high volatility, up trend #1"));
        QCOMPARE(pattern.slot, bench.slot);
        QVERIFY(pattern.updated == kNoon);
    }

    void theCentreStaysNearWhereItWasFounded()
    {
        MemoryBench bench;
        // Each step is within the radius of the centre, and all go the same way.
        const auto states = static_cast<std::size_t>(60);
        bench.add(states, [](Episode &episode, std::size_t i) {
            episode.state = {};
            for (std::size_t f = 0; f < 40; ++f) {
                episode.state.values[f] = static_cast<std::int8_t>(i < 2 ? 0 : 40);
            }
        });
        bench.commit(UpdatePattern{PatternId(), episodes(1, 2)});
        api::Rejection verdict = api::Rejection::None;
        std::uint64_t next = 3;
        for (; next <= states && verdict == api::Rejection::None; ++next) {
            verdict = bench.judge(UpdatePattern{PatternId(1), {EpisodeId(next)}});
            if (verdict == api::Rejection::None) {
                bench.commit(UpdatePattern{PatternId(1), {EpisodeId(next)}});
            }
        }
        QCOMPARE(verdict, api::Rejection::PatternDrifts);
        const Pattern &pattern = bench.state().pattern(PatternId(1))->pattern;
        QVERIFY(next > 4);
        QVERIFY(squaredDistance(pattern.centre, pattern.founding) <= kPatternDrift);
        QVERIFY(pattern.founding == Embedding());
    }

    void theCentreIsTheMeanRoundedAwayFromZero()
    {
        QCOMPARE(int(meanOf(std::vector<std::int64_t>(kEmbeddingSize, 5), 2).values[0]), 3);
        QCOMPARE(int(meanOf(std::vector<std::int64_t>(kEmbeddingSize, -5), 2).values[9]), -3);
        QCOMPARE(int(meanOf(std::vector<std::int64_t>(kEmbeddingSize, 4), 3).values[9]), 1);
        QCOMPARE(int(meanOf(std::vector<std::int64_t>(kEmbeddingSize, -127'000), 1'000).values[383]), -127);
    }

    void promotionAsksForMuchAndLong_data()
    {
        QTest::addColumn<int>("episodes");
        QTest::addColumn<int>("perDay");
        QTest::addColumn<int>("loss"); // of one trade in the middle, on 1,000
        QTest::addColumn<api::Rejection>("verdict");
        QTest::newRow("enough") << 100 << 4 << 0 << api::Rejection::None;
        QTest::newRow("an episode too few") << 99 << 4 << 0 << api::Rejection::TooFewEpisodes;
        QTest::newRow("twenty days") << 100 << 5 << 0 << api::Rejection::None;
        QTest::newRow("nineteen days") << 114 << 6 << 0 << api::Rejection::TooFewEpisodes;
        QTest::newRow("one large loss") << 200 << 4 << 100 << api::Rejection::None;
        QTest::newRow("one larger loss") << 200 << 1 << 140 << api::Rejection::DrawdownTooDeep;
        QTest::newRow("hardly more than nothing") << 200 << 4 << 300 << api::Rejection::SharpeTooLow;
    }

    void promotionAsksForMuchAndLong()
    {
        QFETCH(const int, episodes);
        QFETCH(const int, perDay);
        QFETCH(const int, loss);
        QFETCH(const api::Rejection, verdict);
        MemoryBench bench;
        makePattern(bench, static_cast<std::size_t>(episodes), static_cast<std::size_t>(perDay),
                    [&](std::size_t i) { return i == 90 && loss > 0 ? Money::fromInteger(-loss) : good(i); });
        const PatternStatistics &s = bench.state().pattern(PatternId(1))->pattern.statistics;
        qInfo("%u days, Sharpe %.2f, drawdown %.3f", s.days, s.sharpe, s.drawdown);
        QCOMPARE(bench.judge(PromotePattern{PatternId(1)}), verdict);
        QCOMPARE(bench.judge(PromotePattern{PatternId(2)}), api::Rejection::UnknownPattern);
        if (verdict == api::Rejection::None) {
            const SlotChanges changes = bench.commit(PromotePattern{PatternId(1)});
            QCOMPARE(changes.episodes.size(), std::size_t(episodes)); // all are recalled otherwise now
            QVERIFY(bench.state().item(EpisodeId(1)).tags.promoted);
            const MemoryProposal again{Timestamp{kNoon.ns + 1}, "", PromotePattern{PatternId(1)}};
            QCOMPARE(bench.judge(signProposals(bench.engine, bench.cluster, {again}).value()).front(),
                     api::Rejection::PatternPromoted);
        }
    }

    void aPatternThatLosesIsDeprecated()
    {
        MemoryBench bench;
        makePattern(bench, 49, 4, [](std::size_t i) { return money(i % 3 == 0 ? "1" : "-3"); });
        QCOMPARE(bench.judge(DeprecatePattern{PatternId(1)}), api::Rejection::PatternSound); // too few
        QCOMPARE(bench.judge(DeprecatePattern{PatternId(2)}), api::Rejection::UnknownPattern);
        bench.add(2, [](Episode &episode, std::size_t) { earn(episode, money("-3")); });
        bench.commit(UpdatePattern{PatternId(1), episodes(50, 50)});
        const SlotChanges changes = bench.commit(DeprecatePattern{PatternId(1)});
        QCOMPARE(changes.patterns.size(), std::size_t(1));
        QVERIFY(bench.state().item(EpisodeId(1)).tags.deprecated);
        QCOMPARE(bench.judge(UpdatePattern{PatternId(1), episodes(51, 51)}), api::Rejection::PatternDeprecated);
        QCOMPARE(bench.judge(PromotePattern{PatternId(1)}), api::Rejection::PatternDeprecated);
        const MemoryProposal again{Timestamp{kNoon.ns + 1}, "", DeprecatePattern{PatternId(1)}};
        QCOMPARE(bench.judge(signProposals(bench.engine, bench.cluster, {again}).value()).front(),
                 api::Rejection::PatternDeprecated);
    }

    void badLuckIsNoDecay()
    {
        MemoryBench bench;
        // Fifty that lost a little on average, by far less than they scatter.
        makePattern(bench, 50, 4, [](std::size_t i) { return money(i % 2 == 0 ? "5" : "-5.5"); });
        QVERIFY(bench.state().pattern(PatternId(1))->pattern.statistics.meanReward < 0);
        QCOMPARE(bench.judge(DeprecatePattern{PatternId(1)}), api::Rejection::PatternSound);
    }

    void aPromotedPatternThatFallsIsDeprecated()
    {
        MemoryBench bench;
        makePattern(bench, 120, 4, good);
        bench.commit(PromotePattern{PatternId(1)});
        QCOMPARE(bench.judge(DeprecatePattern{PatternId(1)}), api::Rejection::PatternSound);
        std::uint64_t added = 0;
        while (bench.judge(DeprecatePattern{PatternId(1)}) == api::Rejection::PatternSound && added < 200) {
            bench.add(10, [&](Episode &episode, std::size_t i) {
                episode.exitTime.ns = kNoon.ns - (300 - static_cast<std::int64_t>(added + i) / 4) * kDay;
                episode.entryTime = episode.exitTime;
                earn(episode, money("-4"));
            });
            bench.commit(UpdatePattern{PatternId(1), episodes(121 + added, 130 + added)});
            added += 10;
        }
        qInfo("deprecated after %llu losses", static_cast<unsigned long long>(added));
        QVERIFY(added >= 20 && added <= 100);
        QCOMPARE(bench.judge(DeprecatePattern{PatternId(1)}), api::Rejection::None);
    }
};

QTEST_GUILESS_MAIN(TestMemoryPatterns)
#include "tst_memory_patterns.moc"
