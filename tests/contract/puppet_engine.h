// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/frame_mailbox.h"

#include <QtCore/QPromise>

#include <vector>

namespace coinswarm::control {

/// An engine that says what a test tells it to. It answers at once, or, while `holds`, when releaseAll() is called.
class PuppetEngine final : public api::Engine
{
public:
    api::SessionInfo info;
    api::SessionStatus present;
    api::Frame whole; ///< what a full frame is made of
    bool holds = false;
    std::vector<std::string> calls; ///< method names with their arguments, in order

    QFuture<Result<api::SessionInfo>> sessionInfo() override { return answer<api::SessionInfo>("session_info", info); }
    QFuture<Result<api::SessionStatus>> status() override { return answer<api::SessionStatus>("status", present); }
    QFuture<Result<api::Frame>> snapshot() override { return answer<api::Frame>("snapshot", fullFrame()); }
    QFuture<Result<std::vector<Candle>>> candles(api::CandleQuery query) override
    {
        return answer<std::vector<Candle>>("candles " + std::to_string(query.count), std::vector<Candle>(query.count));
    }
    QFuture<Result<api::Explanation>> explain(OrderId order) override
    {
        const std::string call = "explain " + std::to_string(order.value);
        if (order.value != 1) {
            return answer<api::Explanation>(call, Error{ErrorKind::NotFound, "there is no such order"});
        }
        api::Explanation explanation;
        explanation.order.id = order;
        return answer<api::Explanation>(call, explanation);
    }
    QFuture<Result<std::vector<api::PluginInfo>>> plugins() override
    {
        return answer<std::vector<api::PluginInfo>>("plugins", std::vector<api::PluginInfo>(2));
    }
    QFuture<Result<api::SlotPage>> quorumSlots(api::SlotQuery query) override
    {
        api::SlotPage page{std::vector<api::QuorumSlotView>(query.limit), query.beforeSlot - query.limit,
                           query.beforeSlot, 1};
        for (std::size_t i = 0; i < page.slots.size(); ++i) {
            page.slots[i].slot = page.lookedFrom + i;
        }
        return answer<api::SlotPage>("quorum_slots " + query.text, page);
    }
    QFuture<Result<api::AuditCheckView>> verifyAudit(bool begin) override
    {
        api::AuditCheckView check;
        check.state = begin ? api::AuditState::Running : api::AuditState::Sound;
        return answer<api::AuditCheckView>(begin ? "verify_audit begin" : "verify_audit", check);
    }
    QFuture<Result<api::SubmittedProposal>> proposeCommittee(api::CommitteeWish wish) override
    {
        return answer<api::SubmittedProposal>("propose_committee " + wish.agent + ' ' + wish.operatorName + ' '
                                                  + std::to_string(wish.weights.size()),
                                              api::SubmittedProposal{"ab12"});
    }
    QFuture<Result<api::SubmittedProposal>> proposeMembership(std::string change) override
    {
        return answer<api::SubmittedProposal>("propose_membership " + change, api::SubmittedProposal{"cd34"});
    }
    QFuture<Result<api::Approval>> answerApproval(api::ApprovalAnswer given) override
    {
        api::Approval approval;
        approval.id = given.approval;
        approval.state = given.approve ? api::ApprovalState::Approved : api::ApprovalState::Rejected;
        return answer<api::Approval>("answer_approval " + given.orderHash + ' ' + given.operatorName, approval);
    }
    QFuture<Result<api::HaltReport>> halt(std::string operatorName, std::string reason) override
    {
        api::HaltReport report;
        report.ordersCancelled = 3;
        return answer<api::HaltReport>("halt " + operatorName + ' ' + reason, report);
    }
    QFuture<Result<api::SessionStatus>> resume(std::string operatorName) override
    {
        return answer<api::SessionStatus>("resume " + operatorName, present);
    }
    QFuture<Result<api::SessionStatus>> setPaused(bool paused, std::string operatorName) override
    {
        return answer<api::SessionStatus>((paused ? "pause " : "unpause ") + operatorName, present);
    }
    QFuture<Result<api::SessionStatus>> setSpeed(double speed) override
    {
        present.speed = speed;
        return answer<api::SessionStatus>("set_speed", present);
    }
    QFuture<Result<api::SessionStatus>> setFeedPaused(bool paused) override
    {
        return answer<api::SessionStatus>(paused ? "feed_paused" : "feed_continued", present);
    }
    QFuture<Result<api::SessionStatus>> playUntil(Timestamp time) override
    {
        return answer<api::SessionStatus>("play_until " + toString(time), present);
    }

    std::unique_ptr<api::Handle> handleFrames(QObject *context,
                                              std::function<void(const api::Frame &)> handler) override
    {
        auto mailbox = std::make_shared<api::FrameMailbox>(context, std::move(handler));
        mailbox->post(fullFrame());
        m_mailboxes.push_back(mailbox);
        return api::handleFor(std::move(mailbox));
    }
    std::unique_ptr<api::Handle> handleConnection(QObject *context,
                                                  std::function<void(const api::ConnectionState &)> handler) override
    {
        QMetaObject::invokeMethod(
            context,
            [handler] {
                handler({true, "in process", {}});
            },
            Qt::QueuedConnection);
        return api::handleFor(std::make_shared<api::FrameMailbox>(context, [](const api::Frame &) {}));
    }

    std::size_t subscribers()
    {
        std::erase_if(m_mailboxes, [](const auto &mailbox) { return mailbox->closed(); });
        return m_mailboxes.size();
    }
    void emitFrame(api::Frame frame)
    {
        frame.number = ++m_frames;
        for (const auto &mailbox : m_mailboxes) {
            mailbox->post(frame);
        }
    }
    void releaseAll()
    {
        for (const auto &release : std::exchange(m_held, {})) {
            release();
        }
    }

private:
    api::Frame fullFrame()
    {
        api::Frame frame = whole;
        frame.full = true;
        frame.number = ++m_frames;
        return frame;
    }

    template <class T>
    QFuture<Result<T>> answer(std::string call, Result<T> result)
    {
        calls.push_back(std::move(call));
        auto promise = std::make_shared<QPromise<Result<T>>>();
        promise->start();
        const auto release = [promise, result = std::move(result)] {
            promise->addResult(result);
            promise->finish();
        };
        if (holds) {
            m_held.push_back(release);
        } else {
            release();
        }
        return promise->future();
    }

    std::vector<std::shared_ptr<api::FrameMailbox>> m_mailboxes;
    std::vector<std::function<void()>> m_held;
    std::uint64_t m_frames = 0;
};

} // namespace coinswarm::control
