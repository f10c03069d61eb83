// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/market_player.h"
#include "unit/engine_bench.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::engine;
using namespace coinswarm::runtime;
using namespace coinswarm::test;

namespace {

struct Stage {
    explicit Stage(EngineConfig config = smallConfig())
        : bench(std::move(config)),
          pool(2),
          kernel({.engine = bench.engine.get(), .agents = &pool, .venue = &venue, .observers = {&log}}),
          player(kernel, *bench.engine, venue)
    {}

    VenueReport report(double seconds) const
    {
        VenueReport made;
        made.clientId = "nobody's";
        made.time = at(seconds);
        return made;
    }

    EngineBench bench;
    ScriptedPool pool;
    ScriptedVenue venue;
    Log log;
    Kernel kernel;
    MarketPlayer player;
};

std::vector<std::string> eventsOf(const Log &log)
{
    std::vector<std::string> events;
    for (const std::string &line : log.lines) {
        if (line[0] != '>') {
            events.push_back(line);
        }
    }
    return events;
}

} // namespace

class TestMarketPlayer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsDueComesBeforeInOrderOfTime()
    {
        Stage stage;
        stage.player.play(trade(10, "100"));
        stage.venue.reports = {stage.report(20), stage.report(60), stage.report(61), stage.report(500)};
        stage.player.play(trade(130, "101"));
        // The second timer is that of the market's silence, two bars long, which the trade then ends.
        QCOMPARE(eventsOf(stage.log),
                 (std::vector<std::string>{"trade", "venue_report", "venue_report", "timer", "venue_report", "timer",
                                           "trade"}));
        QVERIFY((stage.log.times == std::vector<Timestamp>{at(10), at(20), at(60), at(60), at(61), at(130), at(130)}));
        stage.player.advance(at(499));
        QCOMPARE(stage.venue.reports.size(), std::size_t{1});
        stage.player.advance(at(500));
        QCOMPARE(stage.venue.reports.size(), std::size_t{0});
        QVERIFY(stage.player.now() == at(500));
    }

    void timeNeverGoesBack()
    {
        Stage stage;
        stage.player.play(trade(50, "100"));
        stage.player.play(trade(40, "100"));
        stage.player.advance(at(30));
        QVERIFY(stage.player.now() == at(50));
        QVERIFY((stage.log.times == std::vector<Timestamp>{at(50), at(50)}));
    }

    void aBarIsVisibleAtItsClose()
    {
        Stage stage;
        stage.player.play(candle(0, "100"));
        QVERIFY(stage.player.now() == at(60));
        QVERIFY(stage.bench.engine->now() == at(60));
        QCOMPARE(stage.pool.asks.size(), std::size_t{1});
    }

    // What a bar filled happened before the bar closed, so it is booked before the bar is decided on.
    void fillsOfABarAreHeardBeforeTheBar()
    {
        Stage stage;
        stage.venue.onEvent = [&](const MarketEvent &event, Timestamp) {
            if (std::holds_alternative<Candle>(event)) {
                stage.venue.reports.push_back(stage.report(60));
            }
        };
        stage.player.play(candle(0, "100"));
        QCOMPARE(eventsOf(stage.log), (std::vector<std::string>{"venue_report", "candle"}));
    }

    // The last bar of five minutes arrives at the very moment at which the five minutes end.
    void aLargerBarHoldsItsLastPart()
    {
        EngineConfig config = smallConfig();
        config.decisionInterval = Interval{300};
        Stage stage(config);
        for (int minute = 0; minute < 10; ++minute) {
            stage.player.play(candle(minute * 60, std::to_string(100 + minute).c_str()));
        }
        const auto bars = stage.bench.engine->market().candles(InstrumentId(1), Interval{300}, 10);
        QCOMPARE(bars.size(), std::size_t{2});
        QVERIFY(bars[0].close == *Price::parse("104") && bars[1].close == *Price::parse("109"));
        QVERIFY(bars[1].open == *Price::parse("105"));
        QVERIFY(bars[0].volume == Quantity::fromInteger(50));
        QCOMPARE(stage.pool.asks.size(), std::size_t{2});
    }

    void aFailedEngineIsNotWokenForEver()
    {
        Stage stage;
        stage.player.play(trade(1, "100", "92233720368"));
        stage.player.play(trade(2, "100", "92233720368"));
        QVERIFY(!stage.bench.engine->failed().empty());
        stage.player.advance(at(10'000));
        QVERIFY(stage.player.now() == at(10'000));
    }
};

QTEST_GUILESS_MAIN(TestMarketPlayer)
#include "tst_market_player.moc"
