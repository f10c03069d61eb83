// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugin_fixture.h"
#include "plugins/inline_agents.h"
#include "plugins/threaded_agents.h"

#include <QtTest/QtTest>

#include <future>
#include <limits>
#include <stdexcept>

using namespace coinswarm;
using namespace coinswarm::plugins;
using namespace coinswarm::test;
using namespace std::chrono_literals;
using test::Collector;
using test::Market;

namespace {

/// Does what the test tells it.
class ScriptedAgent final : public Agent
{
public:
    std::function<Vote(const MarketState &)> onDecide;
    std::function<AgentSpec()> onSpec;
    std::function<void()> onStart;
    std::function<void()> onEnd;
    std::string learned = "none";

    ~ScriptedAgent() override
    {
        if (onEnd) {
            onEnd();
        }
    }
    AgentSpec spec() const override { return onSpec ? onSpec() : AgentSpec(); }
    void start(const IndicatorSlots &) override
    {
        if (onStart) {
            onStart();
        }
    }
    Vote decide(const MarketState &state) override { return onDecide ? onDecide(state) : Vote(); }
    void learn(const Outcome &outcome) override
    {
        if (outcome.roundTrip.pnl.isNegative()) {
            throw std::runtime_error("no bad news");
        }
        learned += "+" + toString(outcome.roundTrip.pnl);
    }
    std::string saveState() const override { return learned; }
    void restoreState(const std::string &state) override { learned = state; }
};

Vote confident(double confidence)
{
    Vote vote;
    vote.confidence = confidence;
    return vote;
}

std::vector<Seat> seats(std::vector<std::unique_ptr<ScriptedAgent>> agents)
{
    std::vector<Seat> all;
    for (auto &agent : agents) {
        const std::string name = "agent" + std::to_string(all.size() + 1);
        all.push_back({name, name, std::move(agent)});
    }
    return all;
}

template <class... Deciders>
std::vector<Seat> deciders(Deciders... decide)
{
    std::vector<std::unique_ptr<ScriptedAgent>> agents;
    (
        [&] {
            agents.push_back(std::make_unique<ScriptedAgent>());
            agents.back()->onDecide = decide;
        }(),
        ...);
    return seats(std::move(agents));
}

std::vector<AgentId> first(std::uint32_t count)
{
    std::vector<AgentId> ids;
    for (std::uint32_t i = 1; i <= count; ++i) {
        ids.emplace_back(i);
    }
    return ids;
}

std::string failureIn(const AgentAnswer &answer)
{
    const auto *failure = std::get_if<AgentFailure>(&answer.result);
    return failure == nullptr ? "" : std::string(enumName(failure->fault)) + ": " + failure->detail;
}

Outcome earned(int pnl)
{
    Outcome outcome;
    outcome.roundTrip.pnl = Money::fromInteger(pnl);
    return outcome;
}

/// Both pools behind one door, so that the common tests run against both.
struct Pool {
    Collector<AgentAnswer> answers;
    std::unique_ptr<AgentPool> pool;

    Pool(bool threaded, std::vector<Seat> all)
    {
        const AnswerHandler handler = [this](AgentAnswer answer) { answers.add(std::move(answer)); };
        if (threaded) {
            pool = std::make_unique<ThreadedAgents>(std::move(all), handler);
        } else {
            pool = std::make_unique<InlineAgents>(std::move(all), handler);
        }
    }
    ~Pool() { pool->stop(); }
};

} // namespace

class TestPluginAgents : public QObject
{
    Q_OBJECT

    static void bothPools()
    {
        QTest::addColumn<bool>("threaded");
        QTest::newRow("inline") << false;
        QTest::newRow("threaded") << true;
    }

private Q_SLOTS:
    void everyAgentAnswers_data() { bothPools(); }
    void everyAgentAnswers()
    {
        QFETCH(bool, threaded);
        Pool edge(threaded,
                  deciders([](const MarketState &) { return confident(0.1); },
                           [](const MarketState &state) { return confident(state.price() / 200); },
                           [](const MarketState &) { return confident(0.3); }));
        for (const Result<AgentSpec> &spec : edge.pool->specs()) {
            QVERIFY(spec.ok());
        }
        edge.pool->start(IndicatorSlots({}));
        const Market market("100");
        edge.pool->ask(market.state, first(3), 10s);
        std::map<std::uint32_t, double> confidences;
        for (const AgentAnswer &answer : edge.answers.wait(3)) {
            QCOMPARE(answer.ask, AskId(1));
            confidences[answer.agent.value] = std::get<Vote>(answer.result).confidence;
        }
        QCOMPARE(confidences, (std::map<std::uint32_t, double>{{1, 0.1}, {2, 0.5}, {3, 0.3}}));
        QVERIFY(edge.pool->hanging().empty());
    }

    void aFaultIsToldOnceAndTheOthersGoOn_data() { bothPools(); }
    void aFaultIsToldOnceAndTheOthersGoOn()
    {
        QFETCH(bool, threaded);
        Pool edge(threaded,
                  deciders([](const MarketState &) -> Vote { throw std::runtime_error("broken"); },
                           [](const MarketState &) { return confident(std::numeric_limits<double>::quiet_NaN()); },
                           [](const MarketState &) -> Vote { throw 7; },
                           [](const MarketState &) { return confident(0.4); }));
        static_cast<void>(edge.pool->specs());
        edge.pool->start(IndicatorSlots({}));
        Market market;
        edge.pool->ask(market.state, first(4), 10s);
        QCOMPARE(edge.answers.wait(4).size(), std::size_t{4});
        market.state.ask = AskId(2);
        edge.pool->ask(market.state, first(4), 10s);
        const std::vector<AgentAnswer> answers = edge.answers.wait(5);
        QCOMPARE(answers.size(), std::size_t{5});
        QCOMPARE(answers[4].agent, AgentId(4));
        QCOMPARE(answers[4].ask, AskId(2));
        std::map<std::uint32_t, std::string> failures;
        for (std::size_t i = 0; i < 4; ++i) {
            failures[answers[i].agent.value] = failureIn(answers[i]);
        }
        QCOMPARE(failures[1], std::string("threw: decide() threw: broken"));
        QCOMPARE(failures[2], std::string("invalid_vote: voted with confidence nan, which is not within 0 … 1."));
        QCOMPARE(failures[3], std::string("threw: decide() threw something that is not a std::exception."));
        QCOMPARE(failures[4], std::string());
    }

    void faultsOutsideDecideCarryNoQuestion_data() { bothPools(); }
    void faultsOutsideDecideCarryNoQuestion()
    {
        QFETCH(bool, threaded);
        std::vector<std::unique_ptr<ScriptedAgent>> agents;
        agents.push_back(std::make_unique<ScriptedAgent>());
        agents.back()->onStart = [] { throw std::runtime_error("no start"); };
        agents.push_back(std::make_unique<ScriptedAgent>());
        Pool edge(threaded, seats(std::move(agents)));
        static_cast<void>(edge.pool->specs());
        edge.pool->start(IndicatorSlots({}));
        QCOMPARE(failureIn(edge.answers.wait(1).at(0)), std::string("threw: start() threw: no start"));
        edge.pool->learn(AgentId(2), earned(-5));
        const AgentAnswer second = edge.answers.wait(2).at(1);
        QCOMPARE(failureIn(second), std::string("threw: learn() threw: no bad news"));
        QCOMPARE(second.ask, AskId());
    }

    void anAgentWithoutSpecHasNoSeat_data() { bothPools(); }
    void anAgentWithoutSpecHasNoSeat()
    {
        QFETCH(bool, threaded);
        std::vector<std::unique_ptr<ScriptedAgent>> agents;
        agents.push_back(std::make_unique<ScriptedAgent>());
        agents.back()->onSpec = []() -> AgentSpec { throw std::runtime_error("no spec"); };
        agents.push_back(std::make_unique<ScriptedAgent>());
        agents.back()->onSpec = [] {
            AgentSpec spec;
            spec.historyBars = 5'000;
            return spec;
        };
        Pool edge(threaded, seats(std::move(agents)));
        const std::vector<Result<AgentSpec>> specs = edge.pool->specs();
        QCOMPARE(specs[0].error().message, std::string("spec() threw: no spec"));
        QVERIFY(specs[1].error().message.find("5000 bars of history") != std::string::npos);
    }

    void whatWasLearnedIsKept_data() { bothPools(); }
    void whatWasLearnedIsKept()
    {
        QFETCH(bool, threaded);
        Pool edge(threaded, deciders([](const MarketState &) { return confident(1); }));
        static_cast<void>(edge.pool->specs());
        edge.pool->start(IndicatorSlots({}));
        edge.pool->restoreState(AgentId(1), "before");
        edge.pool->learn(AgentId(1), earned(3));
        const Market market;
        edge.pool->ask(market.state, first(1), 10s); // comes after what was learned
        QCOMPARE(edge.answers.wait(1).size(), std::size_t{1});
        QCOMPARE(edge.pool->savedState(AgentId(1)), std::string("before+3"));
    }

    void nothingIsHandledAfterStop_data() { bothPools(); }
    void nothingIsHandledAfterStop()
    {
        QFETCH(bool, threaded);
        Pool edge(threaded, deciders([](const MarketState &) { return confident(1); }));
        static_cast<void>(edge.pool->specs());
        edge.pool->start(IndicatorSlots({}));
        edge.pool->stop();
        const Market market;
        edge.pool->ask(market.state, first(1), 10s);
        QCOMPARE(edge.answers.wait(0).size(), std::size_t{0});
    }

    void aHangingAgentIsAbandonedAndReported()
    {
        std::promise<void> release;
        std::promise<void> ended;
        {
            const std::shared_future<void> released = release.get_future().share();
            std::vector<std::unique_ptr<ScriptedAgent>> agents;
            agents.push_back(std::make_unique<ScriptedAgent>());
            agents.back()->onDecide = [released](const MarketState &) {
                released.wait();
                return confident(1);
            };
            agents.back()->onEnd = [&] { ended.set_value(); };
            agents.push_back(std::make_unique<ScriptedAgent>());
            Collector<AgentAnswer> answers;
            ThreadedAgents pool(seats(std::move(agents)), [&](AgentAnswer answer) { answers.add(std::move(answer)); },
                                {20ms, 0ms, nullptr});
            static_cast<void>(pool.specs());
            pool.start(IndicatorSlots({}));
            const Market market;
            pool.ask(market.state, first(2), 10s);
            const std::vector<AgentAnswer> both = answers.wait(2);
            QCOMPARE(both.size(), std::size_t{2});
            const AgentAnswer &hung = std::holds_alternative<AgentFailure>(both[0].result) ? both[0] : both[1];
            QCOMPARE(hung.agent, AgentId(1));
            QCOMPARE(hung.ask, AskId(1));
            QCOMPARE(failureIn(hung),
                     std::string("hung: decide() does not return; the agent is abandoned until the "
                                 "program is restarted."));
            QCOMPARE(pool.hanging(), std::vector<std::string>{"agent1"});
            pool.stop(); // does not wait for the first, which waits for this test
        }
        release.set_value();
        // When the call returns after all, the agent goes quietly, on its own thread.
        QCOMPARE(ended.get_future().wait_for(30s), std::future_status::ready);
    }

    void anAgentWhoseSpecHangsIsAbandoned()
    {
        std::promise<void> release;
        std::promise<void> ended;
        const std::shared_future<void> released = release.get_future().share();
        std::vector<std::unique_ptr<ScriptedAgent>> agents;
        agents.push_back(std::make_unique<ScriptedAgent>());
        agents.back()->onSpec = [released] {
            released.wait();
            return AgentSpec();
        };
        agents.back()->onEnd = [&] { ended.set_value(); };
        ThreadedAgents pool(seats(std::move(agents)), {}, {20ms, 0ms, nullptr});
        QCOMPARE(pool.specs().front().error().message, std::string("spec() did not return; the agent is abandoned."));
        QCOMPARE(pool.hanging(), std::vector<std::string>{"agent1"});
        release.set_value();
        QCOMPARE(ended.get_future().wait_for(30s), std::future_status::ready);
    }

    void aNewerQuestionReplacesOneThatWaits()
    {
        std::promise<void> entered;
        std::promise<void> release;
        std::vector<std::uint64_t> asked;
        Collector<AgentAnswer> answers;
        ThreadedAgents pool(deciders([&](const MarketState &state) {
                                asked.push_back(state.ask.value);
                                if (asked.size() == 1) {
                                    entered.set_value();
                                    release.get_future().wait();
                                }
                                return confident(1);
                            }),
                            [&](AgentAnswer answer) { answers.add(std::move(answer)); });
        static_cast<void>(pool.specs());
        pool.start(IndicatorSlots({}));
        Market market;
        pool.ask(market.state, first(1), 60s);
        entered.get_future().wait();
        for (const std::uint64_t id : {2, 3, 4}) {
            market.state.ask = AskId(id);
            market.state.instrument = InstrumentId(id == 4 ? 2 : 1);
            pool.ask(market.state, first(1), 60s);
        }
        release.set_value();
        QCOMPARE(answers.wait(3).size(), std::size_t{3});
        pool.stop();
        QCOMPARE(asked, (std::vector<std::uint64_t>{1, 3, 4}));
    }

    void aQuestionPastItsBudgetIsNotBegun()
    {
        std::promise<void> entered;
        std::promise<void> release;
        Collector<AgentAnswer> answers;
        ThreadedAgents pool(deciders([&](const MarketState &state) {
                                if (state.ask == AskId(1)) {
                                    entered.set_value();
                                    release.get_future().wait();
                                }
                                return confident(1);
                            }),
                            [&](AgentAnswer answer) { answers.add(std::move(answer)); });
        static_cast<void>(pool.specs());
        pool.start(IndicatorSlots({}));
        Market market;
        pool.ask(market.state, first(1), 60s);
        entered.get_future().wait();
        market.state.instrument = InstrumentId(2);
        market.state.ask = AskId(2);
        pool.ask(market.state, first(1), -1ns);
        market.state.instrument = InstrumentId(3);
        market.state.ask = AskId(3);
        pool.ask(market.state, first(1), 60s);
        release.set_value();
        const std::vector<AgentAnswer> got = answers.wait(2);
        QCOMPARE(got.size(), std::size_t{2});
        QCOMPARE(got[1].ask, AskId(3));
    }

    void outcomesBeyondTheQueueAreCounted()
    {
        std::promise<void> entered;
        std::promise<void> release;
        Collector<AgentAnswer> answers;
        ThreadedAgents pool(deciders([&](const MarketState &state) {
                                if (state.ask == AskId(1)) {
                                    entered.set_value();
                                    release.get_future().wait();
                                }
                                return confident(1);
                            }),
                            [&](AgentAnswer answer) { answers.add(std::move(answer)); });
        static_cast<void>(pool.specs());
        pool.start(IndicatorSlots({}));
        const Market market;
        pool.ask(market.state, first(1), 60s);
        entered.get_future().wait();
        for (std::size_t i = 0; i < ThreadedAgents::kMaxWaitingOutcomes + 3; ++i) {
            pool.learn(AgentId(1), earned(1));
        }
        QCOMPARE(pool.droppedOutcomes(), std::uint64_t{3});
        release.set_value();
        QCOMPARE(answers.wait(1).size(), std::size_t{1});
    }

    void anInlineHangIsNoticedFromOutside()
    {
        std::promise<void> release;
        Collector<std::string> hung;
        InlineAgents::Options options;
        options.hangLimit = 20ms;
        InlineAgents *watched = nullptr;
        std::vector<std::string> hanging;
        options.onHang = [&](const std::string &agent) {
            hanging = watched->hanging();
            hung.add(agent);
            release.set_value();
        };
        InlineAgents pool(deciders([](const MarketState &) { return confident(1); },
                                   [&](const MarketState &) {
                                       release.get_future().wait();
                                       return confident(1);
                                   }),
                          {}, options);
        watched = &pool;
        const Market market;
        pool.ask(market.state, first(2), {});
        QCOMPARE(hung.wait(1), std::vector<std::string>{"agent2"});
        QCOMPARE(hanging, std::vector<std::string>{"agent2"});
        QVERIFY(pool.hanging().empty());
    }

    void aPluginThatNeverReturnsIsLeftBehind()
    {
        const test::PluginFolders folders;
        QVERIFY(folders.add(QStringLiteral("never_returns")));
        PluginHost host(folders.options());
        QVERIFY(host.scan().ok());
        std::vector<Seat> all;
        all.push_back({"never_returns", "never_returns", host.createAgent("never_returns", {}).value()});
        Collector<AgentAnswer> answers;
        ThreadedAgents pool(std::move(all), [&](AgentAnswer answer) { answers.add(std::move(answer)); },
                            {20ms, 0ms, &host.crashMarker()});
        static_cast<void>(pool.specs());
        pool.start(IndicatorSlots({}));
        const Market market;
        pool.ask(market.state, first(1), 10s);
        QVERIFY(failureIn(answers.wait(1).at(0)).find("hung: decide() does not return") == 0);
        pool.stop();
    }
};

QTEST_GUILESS_MAIN(TestPluginAgents)
#include "tst_plugin_agents.moc"
