// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "rpc/rpc_dispatcher.h"

#include "rpc/rpc_parameters.h"

namespace coinswarm::rpc {

namespace {

RpcOutcome engineFault(const Error &error)
{
    return RpcFault{RpcCode::EngineError, error};
}

} // namespace

RpcDispatcher::RpcDispatcher(api::Engine &engine, QObject *parent) : QObject(parent), m_engine(engine)
{
    add<NoParameters>("session_info", [this](const NoParameters &) { return m_engine.sessionInfo(); });
    add<NoParameters>("status", [this](const NoParameters &) { return m_engine.status(); });
    add<NoParameters>("snapshot", [this](const NoParameters &) { return m_engine.snapshot(); });
    add<NoParameters>("plugins", [this](const NoParameters &) { return m_engine.plugins(); });
    add<api::SlotQuery>("quorum_slots", [this](const api::SlotQuery &query) { return m_engine.quorumSlots(query); });
    add<VerifyAuditParameters>("verify_audit",
                               [this](const VerifyAuditParameters &p) { return m_engine.verifyAudit(p.begin); });
    add<api::CandleQuery>("candles", [this](const api::CandleQuery &query) { return m_engine.candles(query); });
    add<ExplainParameters>("explain", [this](const ExplainParameters &p) { return m_engine.explain(p.order); });
    add<api::CommitteeWish>("propose_committee",
                            [this](const api::CommitteeWish &wish) { return m_engine.proposeCommittee(wish); });
    add<MembershipParameters>("propose_membership",
                              [this](const MembershipParameters &p) { return m_engine.proposeMembership(p.change); });
    add<api::ApprovalAnswer>("answer_approval",
                             [this](const api::ApprovalAnswer &a) { return m_engine.answerApproval(a); });
    add<HaltParameters>("halt", [this](const HaltParameters &p) { return m_engine.halt(p.operatorName, p.reason); });
    add<ResumeParameters>("resume", [this](const ResumeParameters &p) { return m_engine.resume(p.operatorName); });
    add<PauseParameters>("set_paused",
                         [this](const PauseParameters &p) { return m_engine.setPaused(p.paused, p.operatorName); });
    add<SpeedParameters>("set_speed", [this](const SpeedParameters &p) { return m_engine.setSpeed(p.speed); });
    add<FeedPauseParameters>("set_feed_paused",
                             [this](const FeedPauseParameters &p) { return m_engine.setFeedPaused(p.paused); });
    add<PlayUntilParameters>("play_until", [this](const PlayUntilParameters &p) { return m_engine.playUntil(p.time); });
}

template <class Parameters, class Invoke>
void RpcDispatcher::add(const char *name, Invoke invoke)
{
    m_methods.emplace(name, [this, invoke](const QJsonObject &params, Answer answer) {
        const Result<Parameters> read = parametersFrom<Parameters>(params);
        if (!read.ok()) {
            answer(RpcFault{RpcCode::InvalidParams, read.error()});
            return;
        }
        whenFinished(invoke(*read), std::move(answer));
    });
}

template <class T>
void RpcDispatcher::whenFinished(QFuture<Result<T>> future, Answer answer)
{
    // A watcher, not a continuation: it dies with the dispatcher, and a continuation would run on a dead context.
    auto *watcher = new QFutureWatcher<Result<T>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [watcher, answer = std::move(answer)] {
        const QFuture<Result<T>> done = watcher->future();
        if (done.resultCount() == 0) {
            answer(engineFault({ErrorKind::Unavailable, "the engine went away before it answered"}));
        } else if (const Result<T> result = done.result(); result.ok()) {
            answer(codec::toJson(*result));
        } else {
            answer(engineFault(result.error()));
        }
        watcher->deleteLater();
    });
    watcher->setFuture(future);
}

void RpcDispatcher::call(const QString &method, const QJsonObject &params, Answer answer)
{
    const auto found = m_methods.find(method.toStdString());
    if (found == m_methods.end()) {
        const std::string near = nearestWord(method.toStdString(), methods());
        answer(RpcFault{RpcCode::MethodNotFound,
                        {ErrorKind::NotFound,
                         "there is no method " + method.toStdString()
                             + (near.empty() ? std::string() : "; did you mean " + near + "?")}});
        return;
    }
    found->second(params, std::move(answer));
}

std::vector<std::string> RpcDispatcher::methods() const
{
    std::vector<std::string> names{"hello", "subscribe_frames", "unsubscribe_frames"};
    for (const auto &[name, method] : m_methods) {
        names.push_back(name);
    }
    return names;
}

} // namespace coinswarm::rpc
