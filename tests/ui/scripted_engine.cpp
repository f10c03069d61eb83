// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "scripted_engine.h"

#include <QtCore/QPointer>

#include <cmath>

namespace coinswarm::ui {

using namespace coinswarm::api;

struct ScriptedEngine::Subscription final : Handle {
    std::shared_ptr<std::vector<Subscription *>> all;
    QPointer<QObject> context;
    std::function<void(const Frame &)> frames;
    std::function<void(const ConnectionState &)> connections;

    ~Subscription() override { std::erase(*all, this); }
};

ScriptedEngine::ScriptedEngine(std::uint64_t seed, bool empty)
    : m_subscriptions(std::make_shared<std::vector<Subscription *>>())
{
    makeSession();
    const double prices[]{61'824, 3'412, 148.2};
    for (const Instrument &instrument : m_info.instruments) {
        m_traded.push_back({ScriptedMarket(instrument, prices[instrument.id.value - 1], seed + instrument.id.value),
                            CandleMaker(instrument.id, m_info.intervals),
                            {},
                            {},
                            0,
                            0,
                            {}});
        m_traded.back().position.instrument = instrument.id;
    }
    if (empty) {
        m_status.now = {};
        m_all.status = m_status;
        return;
    }
    // Half a day of history, in steps of ten seconds for speed.
    for (int i = 0; i < 6 * 60 * 42; ++i) {
        m_status.now = m_status.now + std::chrono::seconds(10);
        for (Traded &traded : m_traded) {
            for (int k = 0; k < 9; ++k) {
                traded.market.step(m_status.now);
            }
            step(traded, false);
        }
    }
    m_status.state = RunState::Running;
    m_status.started = m_status.now;
    updateAccount();
}

ScriptedEngine::~ScriptedEngine()
{
    stall(false);
}

void ScriptedEngine::makeSession()
{
    const auto instrument = [](std::uint32_t id, const char *base, std::int64_t tick, std::int64_t lot) {
        Instrument made;
        made.id = InstrumentId(id);
        made.base = base;
        made.quote = "USDT";
        made.symbol = made.base + "-USDT";
        made.tick = Price::fromRaw(tick);
        made.lot = Quantity::fromRaw(lot);
        return made;
    };
    m_info.session = "paper-20260112-093000";
    m_info.version = "0.1.0";
    m_info.instruments = {instrument(1, "BTC", 1'000'000, 10'000), instrument(2, "ETH", 1'000'000, 100'000),
                          instrument(3, "SOL", 100'000, 1'000'000)};
    m_info.intervals = {{60}, {300}, {900}, {3600}};
    m_info.decisionInterval = {300};
    m_info.indicators = {{"sma:10", ""}, {"adx:14", "adx"}, {"adx:14", "plus_di"}, {"rsi:14", ""}, {"atr:14", ""}};
    m_info.agents = {"trend", "mean_reversion", "risk"};
    m_status.now = Timestamp{1'768'150'000'000'000'000};
    m_status.state = RunState::Running;
    m_status.account.startingCash = m_status.account.cash = m_status.account.equity = m_status.account.peakEquity =
        Money::fromInteger(10'000);
    m_status.account.dayStartEquity = m_status.account.equity;
    m_status.speed = 60;
    m_status.killSwitchTested = true;
    m_status.feed = {"simulated", "Simulated market, seed 7", "built in", "", {"BTC-USDT", "ETH-USDT", "SOL-USDT"}};
    m_status.feedHealth.state = SourceState::Healthy;
    const auto agent = [](std::uint32_t id, const char *name, double weight, double suggested, double hits, double us) {
        AgentView view;
        view.id = AgentId(id);
        view.name = name;
        view.plugin = std::string("org.coinswarm.agents.") + name;
        view.state = AgentState::Active;
        view.weight = weight;
        view.suggestedWeight = suggested;
        view.hitRate = hits;
        view.scoredTrades = 23;
        view.votes = 1'208;
        view.medianMicroseconds = us;
        view.worstMicroseconds = us * 9;
        return view;
    };
    m_all.agents = {agent(1, "trend", 0.4, 0.46, 0.57, 11.2), agent(2, "mean_reversion", 0.35, 0.31, 0.48, 9.4),
                    agent(3, "risk", 0.25, 0.25, 0.61, 7.9)};
    m_all.agents[2].mayVeto = true;
    const auto plugin = [](const char *id, const char *name, const char *kind, PluginState state) {
        PluginInfo made;
        made.id = id;
        made.name = name;
        made.version = "0.1.0";
        made.kind = kind;
        made.state = state;
        made.file = std::string("lib") + id + ".so";
        return made;
    };
    m_plugins = {plugin("trend", "Trend following", "agent", PluginState::Started),
                 plugin("mean_reversion", "Mean reversion", "agent", PluginState::Started),
                 plugin("risk", "Risk officer", "agent", PluginState::Started),
                 plugin("simulated_market", "Simulated market", "feed", PluginState::Started),
                 plugin("replay", "Replay of recorded data", "feed", PluginState::Resolved),
                 plugin("simulated", "Simulated venue", "venue", PluginState::Started),
                 plugin("news_agent", "News agent", "agent", PluginState::Invalid)};
    m_plugins.back().reasons = {
        "built against plugin interface 0, this program has 1: build it again with the installed SDK",
        "needs plugin \"news_feed\" 1.2, which is not installed"};
}

void ScriptedEngine::advance(std::chrono::seconds time)
{
    for (std::int64_t i = 0; i < time.count(); ++i) {
        m_status.now = m_status.now + std::chrono::seconds(1);
        ++m_status.events;
        for (Traded &traded : m_traded) {
            traded.market.step(m_status.now);
            step(traded, true);
        }
        expireApprovals();
    }
    m_status.eventsPerSecond = static_cast<double>(time.count()) * 20;
    for (Traded &traded : m_traded) {
        for (const Candle &candle : traded.maker.open()) {
            m_next.openCandles.push_back(candle);
        }
        const Price half = Price::fromRaw(traded.market.instrument.tick.raw * 3);
        const Price last = traded.market.rounded(traded.market.price());
        m_next.quotes.push_back({traded.market.instrument.id, last - half, last + half, Quantity::fromInteger(1),
                                 Quantity::fromInteger(2), m_status.now});
    }
    deliver();
}

void ScriptedEngine::step(Traded &traded, bool recorded)
{
    const double volume = (recorded ? 1 : 10) * (0.02 + traded.market.uniform() * 0.14 * traded.market.volatility());
    const Price price = traded.market.rounded(traded.market.price());
    for (const Candle &closed : traded.maker.trade(m_status.now, price, Quantity::fromRaw(std::llround(volume * 1e8))))
    {
        traded.history[closed.interval.seconds].push_back(closed);
        if (recorded) {
            m_next.closedCandles.push_back(closed);
        }
        if (closed.interval == m_info.decisionInterval) {
            onClosed(traded, closed, recorded);
        }
    }
    if (recorded) {
        checkProtection(traded);
    }
}

void ScriptedEngine::onClosed(Traded &traded, const Candle &candle, bool recorded)
{
    const double close = candle.close.toDouble();
    traded.fast += (close - traded.fast) * (traded.fast == 0 ? 1 : 0.15);
    traded.slow += (close - traded.slow) * (traded.slow == 0 ? 1 : 0.04);
    classify(traded);
    if (recorded) {
        decide(traded, candle);
    }
}

void ScriptedEngine::classify(Traded &traded)
{
    const auto trend = traded.market.drift() > 0 ? TrendRegime::Up
        : traded.market.drift() < 0              ? TrendRegime::Down
                                                 : TrendRegime::Range;
    const auto volatility = traded.market.volatility() > 1.5 ? VolatilityRegime::High
        : traded.market.volatility() < 0.8                   ? VolatilityRegime::Low
                                                             : VolatilityRegime::Normal;
    for (Regime &regime : m_all.regimes) {
        if (regime.id == traded.regime) {
            if (regime.trend == trend && regime.volatility == volatility) {
                return;
            }
            regime.end = m_status.now;
            m_next.regimes.push_back(regime);
        }
    }
    Regime regime;
    regime.id = RegimeId(m_all.regimes.size() + 1);
    regime.instrument = traded.market.instrument.id;
    regime.trend = trend;
    regime.volatility = volatility;
    regime.spread = SpreadRegime::Tight;
    regime.session = SessionRegime::Europe;
    regime.start = m_status.now;
    traded.regime = regime.id;
    m_all.regimes.push_back(regime);
    m_next.regimes.push_back(regime);
}

void ScriptedEngine::deliver()
{
    updateAccount();
    m_next.number = m_all.number = m_all.number + 1;
    m_next.status = m_all.status = m_status;
    for (const Traded &traded : m_traded) {
        m_next.positions.push_back(traded.position);
    }
    m_all.positions = m_next.positions;
    if (!m_stalled && m_connection.connected) {
        send(m_next);
        m_next = {};
    }
}

void ScriptedEngine::send(const Frame &frame)
{
    const std::vector<Subscription *> all = *m_subscriptions;
    for (Subscription *subscription : all) {
        if (subscription->frames && subscription->context) {
            subscription->frames(frame);
        }
    }
}

void ScriptedEngine::stall(bool on)
{
    m_stalled = on;
    if (!on) {
        for (const auto &finish : std::exchange(m_held, {})) {
            finish();
        }
    }
}

void ScriptedEngine::setConnection(bool connected, const std::string &text, std::chrono::milliseconds retryIn)
{
    m_connection = {connected, text, retryIn, text};
    const std::vector<Subscription *> all = *m_subscriptions;
    for (Subscription *subscription : all) {
        if (subscription->connections && subscription->context) {
            subscription->connections(m_connection);
        }
    }
    if (connected) {
        Frame full = m_all;
        full.full = true;
        send(full);
    }
}

void ScriptedEngine::addAlert(Severity severity, const std::string &code, const std::string &text)
{
    const AlertView alert{m_all.alerts.size() + 1, m_status.now, severity, code, text};
    m_all.alerts.push_back(alert);
    m_next.alerts.push_back(alert);
}

std::vector<Candle> &ScriptedEngine::history(InstrumentId instrument, Interval interval)
{
    return tradedOf(instrument).history[interval.seconds];
}

QFuture<Result<SessionInfo>> ScriptedEngine::sessionInfo()
{
    return answer<SessionInfo>(m_info);
}

QFuture<Result<SessionStatus>> ScriptedEngine::status()
{
    return answer<SessionStatus>(m_status);
}

QFuture<Result<Frame>> ScriptedEngine::snapshot()
{
    return answer<Frame>(m_all);
}

QFuture<Result<std::vector<Candle>>> ScriptedEngine::candles(CandleQuery query)
{
    const std::vector<Candle> &all = history(query.instrument, query.interval);
    const std::size_t skip = all.size() > query.count ? all.size() - query.count : 0;
    return answer<std::vector<Candle>>(std::vector<Candle>(all.begin() + static_cast<std::ptrdiff_t>(skip), all.end()));
}

QFuture<Result<std::vector<PluginInfo>>> ScriptedEngine::plugins()
{
    return answer<std::vector<PluginInfo>>(m_plugins);
}

void ScriptedEngine::turnMemoryOn()
{
    m_swarm.enabled = true;
    m_swarm.fill(m_all, m_status.now);
    Frame full = m_all;
    full.full = true;
    full.status = m_status;
    send(full);
}

QFuture<Result<SlotPage>> ScriptedEngine::quorumSlots(SlotQuery query)
{
    return answer<SlotPage>(m_swarm.page(query));
}

QFuture<Result<AuditCheckView>> ScriptedEngine::verifyAudit(bool begin)
{
    if (begin) {
        m_swarm.check.state = AuditState::Running;
        m_swarm.check.progress = 0.25;
    }
    return answer<AuditCheckView>(m_swarm.check);
}

QFuture<Result<SubmittedProposal>> ScriptedEngine::proposeCommittee(CommitteeWish)
{
    return answer<SubmittedProposal>(Error{ErrorKind::Refused, "this swarm takes no proposals from people"});
}

QFuture<Result<SubmittedProposal>> ScriptedEngine::proposeMembership(std::string)
{
    return answer<SubmittedProposal>(Error{ErrorKind::Refused, "this swarm's managers are fixed"});
}

QFuture<Result<SessionStatus>> ScriptedEngine::resume(std::string)
{
    ++resumes;
    m_status.state = RunState::Running;
    m_status.stateReason.clear();
    return answer<SessionStatus>(m_status);
}

QFuture<Result<SessionStatus>> ScriptedEngine::setPaused(bool paused, std::string)
{
    m_status.state = paused ? RunState::Paused : RunState::Running;
    return answer<SessionStatus>(m_status);
}

QFuture<Result<SessionStatus>> ScriptedEngine::setSpeed(double speed)
{
    m_status.speed = speed;
    return answer<SessionStatus>(m_status);
}

QFuture<Result<SessionStatus>> ScriptedEngine::playUntil(Timestamp time)
{
    m_status.playingUntil = time;
    return answer<SessionStatus>(m_status);
}

QFuture<Result<SessionStatus>> ScriptedEngine::setFeedPaused(bool)
{
    return answer<SessionStatus>(m_status);
}

std::unique_ptr<Handle> ScriptedEngine::handleFrames(QObject *context, std::function<void(const Frame &)> handler)
{
    auto subscription = std::make_unique<Subscription>();
    subscription->all = m_subscriptions;
    subscription->context = context;
    subscription->frames = std::move(handler);
    m_subscriptions->push_back(subscription.get());
    if (!m_stalled && m_connection.connected) {
        Frame full = m_all;
        full.full = true;
        full.status = m_status;
        // Through the event loop, as an engine in another thread would.
        QMetaObject::invokeMethod(
            context, [handler = subscription->frames, full] { handler(full); }, Qt::QueuedConnection);
    }
    return subscription;
}

std::unique_ptr<Handle> ScriptedEngine::handleConnection(QObject *context,
                                                         std::function<void(const ConnectionState &)> handler)
{
    auto subscription = std::make_unique<Subscription>();
    subscription->all = m_subscriptions;
    subscription->context = context;
    subscription->connections = std::move(handler);
    subscription->connections(m_connection);
    m_subscriptions->push_back(subscription.get());
    return subscription;
}

} // namespace coinswarm::ui
