// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "control/frame_mailbox.h"

#include <QtCore/QPromise>

#include <vector>

namespace coinswarm::control {

/// An engine that says what a test tells it to. It answers at once, or, while `holds`, when releaseAll() is called.
class PuppetEngine final : public Engine
{
public:
    SessionInfo info;
    SessionStatus present;
    Frame whole; ///< what a full frame is made of
    bool holds = false;
    std::vector<std::string> calls; ///< method names with their arguments, in order

    QFuture<Result<SessionInfo>> sessionInfo() override { return answer<SessionInfo>("session_info", info); }
    QFuture<Result<SessionStatus>> status() override { return answer<SessionStatus>("status", present); }
    QFuture<Result<Frame>> snapshot() override { return answer<Frame>("snapshot", fullFrame()); }
    QFuture<Result<std::vector<Candle>>> candles(CandleQuery query) override
    {
        return answer<std::vector<Candle>>("candles " + std::to_string(query.count), std::vector<Candle>(query.count));
    }
    QFuture<Result<Explanation>> explain(OrderId order) override
    {
        const std::string call = "explain " + std::to_string(order.value);
        if (order.value != 1) {
            return answer<Explanation>(call, Error{ErrorKind::NotFound, "there is no such order"});
        }
        Explanation explanation;
        explanation.order.id = order;
        return answer<Explanation>(call, explanation);
    }
    QFuture<Result<std::vector<PluginInfo>>> plugins() override
    {
        return answer<std::vector<PluginInfo>>("plugins", std::vector<PluginInfo>(2));
    }
    QFuture<Result<SlotPage>> quorumSlots(SlotQuery query) override
    {
        SlotPage page{std::vector<QuorumSlotView>(query.limit), query.beforeSlot - query.limit, query.beforeSlot, 1};
        for (std::size_t i = 0; i < page.slots.size(); ++i) {
            page.slots[i].slot = page.lookedFrom + i;
        }
        return answer<SlotPage>("quorum_slots " + query.text, page);
    }
    QFuture<Result<AuditCheckView>> verifyAudit(bool begin) override
    {
        AuditCheckView check;
        check.state = begin ? AuditState::Running : AuditState::Sound;
        return answer<AuditCheckView>(begin ? "verify_audit begin" : "verify_audit", check);
    }
    QFuture<Result<SubmittedProposal>> proposeCommittee(CommitteeWish wish) override
    {
        return answer<SubmittedProposal>("propose_committee " + wish.agent + ' ' + wish.operatorName + ' '
                                             + std::to_string(wish.weights.size()),
                                         SubmittedProposal{"ab12"});
    }
    QFuture<Result<SubmittedProposal>> proposeMembership(std::string change) override
    {
        return answer<SubmittedProposal>("propose_membership " + change, SubmittedProposal{"cd34"});
    }
    QFuture<Result<Approval>> answerApproval(ApprovalAnswer given) override
    {
        Approval approval;
        approval.id = given.approval;
        approval.state = given.approve ? ApprovalState::Approved : ApprovalState::Rejected;
        return answer<Approval>("answer_approval " + given.orderHash + ' ' + given.operatorName, approval);
    }
    QFuture<Result<HaltReport>> halt(std::string operatorName, std::string reason) override
    {
        HaltReport report;
        report.ordersCancelled = 3;
        return answer<HaltReport>("halt " + operatorName + ' ' + reason, report);
    }
    QFuture<Result<SessionStatus>> resume(std::string operatorName) override
    {
        return answer<SessionStatus>("resume " + operatorName, present);
    }
    QFuture<Result<SessionStatus>> setPaused(bool paused, std::string operatorName) override
    {
        return answer<SessionStatus>((paused ? "pause " : "unpause ") + operatorName, present);
    }
    QFuture<Result<SessionStatus>> setSpeed(double speed) override
    {
        present.speed = speed;
        return answer<SessionStatus>("set_speed", present);
    }
    QFuture<Result<SessionStatus>> setFeedPaused(bool paused) override
    {
        return answer<SessionStatus>(paused ? "feed_paused" : "feed_continued", present);
    }
    QFuture<Result<SessionStatus>> playUntil(Timestamp time) override
    {
        return answer<SessionStatus>("play_until " + toString(time), present);
    }

    std::unique_ptr<Handle> handleFrames(QObject *context, std::function<void(const Frame &)> handler) override
    {
        auto mailbox = std::make_shared<FrameMailbox>(context, std::move(handler));
        mailbox->post(fullFrame());
        m_mailboxes.push_back(mailbox);
        return handleFor(std::move(mailbox));
    }
    std::unique_ptr<Handle> handleConnection(QObject *context,
                                             std::function<void(const ConnectionState &)> handler) override
    {
        QMetaObject::invokeMethod(
            context,
            [handler] {
                handler({true, "in process", {}});
            },
            Qt::QueuedConnection);
        return handleFor(std::make_shared<FrameMailbox>(context, [](const Frame &) {}));
    }

    std::size_t subscribers()
    {
        std::erase_if(m_mailboxes, [](const auto &mailbox) { return mailbox->closed(); });
        return m_mailboxes.size();
    }
    void emitFrame(Frame frame)
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
    Frame fullFrame()
    {
        Frame frame = whole;
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

    std::vector<std::shared_ptr<FrameMailbox>> m_mailboxes;
    std::vector<std::function<void()>> m_held;
    std::uint64_t m_frames = 0;
};

} // namespace coinswarm::control
