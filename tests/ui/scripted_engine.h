// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "control/engine.h"
#include "scripted_market.h"
#include "scripted_swarm.h"

#include <QtCore/QPromise>

#include <map>

namespace coinswarm::ui {

/// An engine that does what the test says: a seeded market with agents, orders, approvals and fills, which moves only
/// when advance() is called, and which can stall, disconnect, halt and hold approvals in any state. GUI thread.
class ScriptedEngine final : public control::Engine
{
public:
    explicit ScriptedEngine(std::uint64_t seed = 7, bool empty = false);
    ~ScriptedEngine() override;

    /// Trades for so long and delivers one frame.
    void advance(std::chrono::seconds time);
    /// Delivers a frame with the present status and whatever was changed through the functions below.
    void deliver();
    /// While stalled nothing is delivered and no future finishes.
    void stall(bool on);
    void setConnection(bool connected, const std::string &text = {}, std::chrono::milliseconds retryIn = {});
    control::SessionStatus &sessionStatus() { return m_status; }
    control::SessionInfo &info() { return m_info; }
    std::vector<PluginInfo> &pluginList() { return m_plugins; }
    /// A BUY of the first instrument that waits for `left` of session time.
    Approval addApproval(std::chrono::seconds left);
    void addAlert(control::Severity severity, const std::string &code, const std::string &text);
    ScriptedSwarm &swarm() { return m_swarm; }
    /// From the next frame on there is memory, with all that the swarm has.
    void turnMemoryOn();
    /// The frame that deliver() will send.
    control::Frame &next() { return m_next; }
    void refuseAnswers(const std::string &why) { m_refusal = why; }
    std::vector<Candle> &history(InstrumentId instrument, Interval interval);

    std::vector<control::ApprovalAnswer> answers;
    int halts = 0;
    int resumes = 0;

    QFuture<Result<control::SessionInfo>> sessionInfo() override;
    QFuture<Result<control::SessionStatus>> status() override;
    QFuture<Result<control::Frame>> snapshot() override;
    QFuture<Result<std::vector<Candle>>> candles(control::CandleQuery query) override;
    QFuture<Result<control::Explanation>> explain(OrderId order) override;
    QFuture<Result<std::vector<PluginInfo>>> plugins() override;
    QFuture<Result<control::SlotPage>> quorumSlots(control::SlotQuery query) override;
    QFuture<Result<control::AuditCheckView>> verifyAudit(bool begin) override;
    QFuture<Result<control::SubmittedProposal>> proposeCommittee(control::CommitteeWish wish) override;
    QFuture<Result<control::SubmittedProposal>> proposeMembership(std::string change) override;
    QFuture<Result<Approval>> answerApproval(control::ApprovalAnswer answer) override;
    QFuture<Result<control::HaltReport>> halt(std::string operatorName, std::string reason) override;
    QFuture<Result<control::SessionStatus>> resume(std::string operatorName) override;
    QFuture<Result<control::SessionStatus>> setPaused(bool paused, std::string operatorName) override;
    QFuture<Result<control::SessionStatus>> setSpeed(double speed) override;
    QFuture<Result<control::SessionStatus>> playUntil(Timestamp time) override;
    QFuture<Result<control::SessionStatus>> setFeedPaused(bool paused) override;
    std::unique_ptr<control::Handle> handleFrames(QObject *context,
                                                  std::function<void(const control::Frame &)> handler) override;
    std::unique_ptr<control::Handle> handleConnection(
        QObject *context, std::function<void(const control::ConnectionState &)> handler) override;

private:
    struct Traded {
        ScriptedMarket market;
        CandleMaker maker;
        std::map<std::int32_t, std::vector<Candle>> history;
        Position position;
        double fast = 0; ///< moving averages the agents look at
        double slow = 0;
        RegimeId regime;
    };
    struct Subscription;

    template <class T>
    QFuture<Result<T>> answer(Result<T> value);
    void makeSession();
    void step(Traded &traded, bool recorded);
    void onClosed(Traded &traded, const Candle &candle, bool recorded);
    void decide(Traded &traded, const Candle &candle);
    Decision vote(const Traded &traded, Action action, double strength);
    Order makeOrder(const Traded &traded, const Decision &decision, Side side, Quantity quantity);
    void ask(const Order &order, std::chrono::seconds left);
    void fill(Traded &traded, Order order);
    void protect(Traded &traded, const Order &entry);
    void cancelProtection(Traded &traded);
    void checkProtection(Traded &traded);
    RiskReport report(const Order &order, const Traded &traded) const;
    void classify(Traded &traded);
    void expireApprovals();
    void updateAccount();
    void put(const Order &order);
    Traded &tradedOf(InstrumentId instrument) { return m_traded[instrument.value - 1]; }
    void send(const control::Frame &frame);

    control::SessionInfo m_info;
    control::SessionStatus m_status;
    std::vector<PluginInfo> m_plugins;
    ScriptedSwarm m_swarm;
    std::vector<Traded> m_traded;
    control::Frame m_all; ///< everything there is
    control::Frame m_next; ///< what has changed since the last frame
    std::uint64_t m_ids = 0;
    std::uint64_t m_decisionIds = 0;
    std::string m_refusal;
    bool m_stalled = false;
    control::ConnectionState m_connection{true, {}, {}};
    std::vector<std::function<void()>> m_held; ///< answers that wait for the end of a stall
    std::shared_ptr<std::vector<Subscription *>> m_subscriptions;
};

template <class T>
QFuture<Result<T>> ScriptedEngine::answer(Result<T> value)
{
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    QFuture<Result<T>> future = promise->future();
    const auto finish = [promise, value = std::move(value)] {
        promise->addResult(value);
        promise->finish();
    };
    if (m_stalled) {
        m_held.push_back(finish);
    } else {
        finish();
    }
    return future;
}

} // namespace coinswarm::ui
