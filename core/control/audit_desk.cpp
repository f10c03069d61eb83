// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "control/audit_desk.h"

#include "control/quorum_slot_view.h"
#include "memory/audit/audit_reader.h"
#include "memory/audit/audit_verifier.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/signed_bytes.h"

#include <QtCore/QString>

#include <algorithm>
#include <mutex>
#include <thread>

namespace coinswarm::control {

namespace {

using Clock = std::chrono::steady_clock;
using Step = quorum::AuditReader::Step;

AuditState stateOf(quorum::AuditStatus status)
{
    switch (status) {
    case quorum::AuditStatus::Sound:
        return AuditState::Sound;
    case quorum::AuditStatus::Bad:
        return AuditState::Bad;
    case quorum::AuditStatus::Torn:
        return AuditState::Torn;
    case quorum::AuditStatus::Unreadable:
        break;
    }
    return AuditState::Unreadable;
}

double secondsSince(Clock::time_point begun)
{
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

bool contains(const std::string &text, const QString &wanted)
{
    return QString::fromStdString(text).contains(wanted, Qt::CaseInsensitive);
}

bool passes(const QuorumSlotView &slot, const QString &wanted)
{
    return wanted.isEmpty() || contains(slot.change, wanted) || contains(slot.commit, wanted)
        || std::any_of(slot.content.begin(), slot.content.end(),
                       [&](const QuorumItemView &item) {
                           return contains(item.summary, wanted) || contains(item.proposal, wanted)
                               || contains(item.engine, wanted);
                       })
        || std::any_of(slot.managers.begin(), slot.managers.end(), [&](const ManagerVoteView &manager) {
               return std::any_of(manager.reasons.begin(), manager.reasons.end(),
                                  [&](const std::string &reason) { return contains(reason, wanted); });
           });
}

} // namespace

/// Where each slot stands in the log. Whose turn a round was follows from all slots before it, so it is kept as well.
struct AuditDesk::Index {
    struct Place {
        std::uint64_t offset = 0;
        quorum::ManagerIndex coordinator = 0;
        std::uint16_t managers = 0;
    };

    quorum::AuditReader reader;
    quorum::ChainTip tip;
    std::uint64_t end = 0; ///< what is behind has not been looked at
    std::vector<Place> places; ///< of slot 1 and so on
};

struct AuditDesk::Check {
    std::mutex mutex;
    AuditCheckView view;
    Clock::time_point begun;
};

AuditDesk::AuditDesk() : m_check(std::make_shared<Check>())
{
    m_reader.setObjectName(QStringLiteral("audit-read"));
    m_reader.setMaxThreadCount(1);
}

AuditDesk::~AuditDesk()
{
    m_stopping = true;
    m_reader.waitForDone();
}

void AuditDesk::readSlots(const std::string &file, const SlotQuery &query, std::function<void(Result<Slots>)> done)
{
    m_reader.start([this, file, query, done = std::move(done)] { done(read(file, query)); });
}

Result<AuditDesk::Slots> AuditDesk::read(const std::string &file, const SlotQuery &query)
{
    if (!m_index) {
        Result<quorum::AuditReader> opened = quorum::AuditReader::open(file);
        if (!opened) {
            return opened.error();
        }
        const quorum::Genesis &genesis = opened->genesis();
        const quorum::ChainTip tip = quorum::ChainTip::genesis(genesis.clusterId(), genesis.epoch);
        const std::uint64_t begin = opened->position();
        m_index = std::make_unique<Index>(Index{std::move(*opened), tip, begin, {}});
    }
    Index &index = *m_index;
    const quorum::Ed25519Crypto crypto;
    index.reader.lookAgain();
    index.reader.seek(index.end);
    while (!m_stopping) {
        const quorum::AuditReader::Piece piece = index.reader.next();
        // Whatever is incomplete now may be what a manager is just appending.
        if (piece.step == Step::End || piece.step == Step::Torn) {
            break;
        }
        if (piece.step != Step::Record) {
            return Error{ErrorKind::Corrupt,
                         "the audit log cannot be read behind slot " + std::to_string(index.places.size()) + ": "
                             + (piece.why.empty() ? "the record is damaged" : piece.why) + "; verify it"};
        }
        const auto *final = std::get_if<quorum::Final>(&piece.record);
        if (final && final->decided.certificate.body.slot == index.tip.next()) {
            const quorum::Certificate &certificate = final->decided.certificate;
            index.places.push_back({piece.offset, index.tip.coordinator(certificate.round),
                                    static_cast<std::uint16_t>(index.tip.epoch.size())});
            index.tip.advance(commitId(crypto, certificate.body), certificate.body, final->decided.batch);
        }
        index.end = piece.end;
    }

    Slots found;
    const QString wanted = QString::fromStdString(query.text);
    const std::size_t most = std::min(query.limit, SlotQuery::kMostSlots);
    std::size_t at = index.places.size();
    if (query.beforeSlot > 0) {
        at = static_cast<std::size_t>(std::min<std::uint64_t>(at, query.beforeSlot - 1));
    }
    while (at > 0 && found.size() < most && !m_stopping) {
        const Index::Place &place = index.places[--at];
        index.reader.seek(place.offset);
        const quorum::AuditReader::Piece piece = index.reader.next();
        const auto *final = piece.step == Step::Record ? std::get_if<quorum::Final>(&piece.record) : nullptr;
        if (!final) {
            return Error{ErrorKind::Corrupt,
                         "the audit log was changed: slot " + std::to_string(at + 1) + " is not where it was"};
        }
        QuorumSlotView slot = slotView(*final, place.managers, place.coordinator);
        if (passes(slot, wanted)) {
            found.push_back(std::move(slot));
        }
    }
    std::reverse(found.begin(), found.end());
    return found;
}

AuditCheckView AuditDesk::check(const std::string &file, bool begin)
{
    const std::lock_guard lock(m_check->mutex);
    AuditCheckView &view = m_check->view;
    if (view.state == AuditState::Running) {
        view.seconds = secondsSince(m_check->begun);
        return view;
    }
    if (!begin) {
        return view;
    }
    view = {};
    view.state = AuditState::Running;
    m_check->begun = Clock::now();
    // Nothing stops a verifier half way, and leaving the program must not wait minutes for one.
    std::thread([check = m_check, file] {
        quorum::AuditOptions options;
        options.progress = [&check](std::uint64_t done, std::uint64_t total) {
            const std::lock_guard inner(check->mutex);
            check->view.progress = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
        };
        const quorum::AuditReport report = quorum::verifyAudit(file, options);
        const std::lock_guard inner(check->mutex);
        check->view = {stateOf(report.status),    1, report.slot, report.sentence(), report.slots,
                       secondsSince(check->begun)};
    }).detach();
    return view;
}

} // namespace coinswarm::control
