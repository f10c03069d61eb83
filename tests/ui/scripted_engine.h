// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"
#include "scripted_market.h"
#include "scripted_swarm.h"

#include <QtCore/QPromise>

#include <map>

namespace coinswarm::ui {

/// An engine that does what the test says: a seeded market with agents, orders, approvals and fills, which moves only
/// when advance() is called, and which can stall, disconnect, halt and hold approvals in any state. GUI thread.
class ScriptedEngine final : public api::Engine
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
    api::SessionStatus &sessionStatus() { return m_status; }
    api::SessionInfo &info() { return m_info; }
    std::vector<api::PluginInfo> &pluginList() { return m_plugins; }
    /// A BUY of the first instrument that waits for `left` of session time.
    api::Approval addApproval(std::chrono::seconds left);
    void addAlert(api::Severity severity, const std::string &code, const std::string &text);
    ScriptedSwarm &swarm() { return m_swarm; }
    /// From the next frame on there is memory, with all that the swarm has.
    void turnMemoryOn();
    /// The frame that deliver() will send.
    api::Frame &next() { return m_next; }
    void refuseAnswers(const std::string &why) { m_refusal = why; }
    std::vector<Candle> &history(InstrumentId instrument, Interval interval);

    std::vector<api::ApprovalAnswer> answers;
    int halts = 0;
    int resumes = 0;

    QFuture<Result<api::SessionInfo>> sessionInfo() override;
    QFuture<Result<api::SessionStatus>> status() override;
    QFuture<Result<api::Frame>> snapshot() override;
    QFuture<Result<std::vector<Candle>>> candles(api::CandleQuery query) override;
    QFuture<Result<api::Explanation>> explain(OrderId order) override;
    QFuture<Result<std::vector<api::PluginInfo>>> plugins() override;
    QFuture<Result<api::SlotPage>> quorumSlots(api::SlotQuery query) override;
    QFuture<Result<api::AuditCheckView>> verifyAudit(bool begin) override;
    QFuture<Result<api::SubmittedProposal>> proposeCommittee(api::CommitteeWish wish) override;
    QFuture<Result<api::SubmittedProposal>> proposeMembership(std::string change) override;
    QFuture<Result<api::Approval>> answerApproval(api::ApprovalAnswer answer) override;
    QFuture<Result<api::HaltReport>> halt(std::string operatorName, std::string reason) override;
    QFuture<Result<api::SessionStatus>> resume(std::string operatorName) override;
    QFuture<Result<api::SessionStatus>> setPaused(bool paused, std::string operatorName) override;
    QFuture<Result<api::SessionStatus>> setSpeed(double speed) override;
    QFuture<Result<api::SessionStatus>> playUntil(Timestamp time) override;
    QFuture<Result<api::SessionStatus>> setFeedPaused(bool paused) override;
    std::unique_ptr<api::Handle> handleFrames(QObject *context,
                                              std::function<void(const api::Frame &)> handler) override;
    std::unique_ptr<api::Handle> handleConnection(QObject *context,
                                                  std::function<void(const api::ConnectionState &)> handler) override;

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
    api::RiskReport report(const Order &order, const Traded &traded) const;
    void classify(Traded &traded);
    void expireApprovals();
    void updateAccount();
    void put(const Order &order);
    Traded &tradedOf(InstrumentId instrument) { return m_traded[instrument.value - 1]; }
    void send(const api::Frame &frame);

    api::SessionInfo m_info;
    api::SessionStatus m_status;
    std::vector<api::PluginInfo> m_plugins;
    ScriptedSwarm m_swarm;
    std::vector<Traded> m_traded;
    api::Frame m_all; ///< everything there is
    api::Frame m_next; ///< what has changed since the last frame
    std::uint64_t m_ids = 0;
    std::uint64_t m_decisionIds = 0;
    std::string m_refusal;
    bool m_stalled = false;
    api::ConnectionState m_connection{true, {}, {}};
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
