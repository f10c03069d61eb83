// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/audit_slot.h"

#include "api/rejection.h"
#include "memory/projection/proposal_text.h"
#include "memory/quorum/certificate.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/manager_name.h"
#include "memory/quorum/signed_bytes.h"
#include "memory/state/signed_proposal.h"

#include <QtCore/QJsonArray>

#include <algorithm>

namespace coinswarm::cli {

namespace {

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

QJsonValue roundOf(quorum::Round round)
{
    return round == quorum::kNoRound ? QJsonValue() : QJsonValue(static_cast<qint64>(round));
}

} // namespace

bool AuditSlot::receiptOf(quorum::ManagerIndex manager) const
{
    return std::any_of(final.receipts.begin(), final.receipts.end(),
                       [manager](const quorum::Final::Entry &entry) { return entry.manager == manager; });
}

std::optional<std::size_t> AuditSlot::voteOf(quorum::ManagerIndex manager) const
{
    const auto &votes = final.decided.certificate.votes;
    const auto found =
        std::find_if(votes.begin(), votes.end(), [manager](const auto &entry) { return entry.manager == manager; });
    return found == votes.end() ? std::nullopt
                                : std::optional<std::size_t>(static_cast<std::size_t>(found - votes.begin()));
}

QJsonObject AuditSlot::json() const
{
    const quorum::Certificate &certificate = final.decided.certificate;
    const quorum::CommitBody &body = certificate.body;
    QJsonArray itemList;
    for (const Item &item : items) {
        QJsonArray reasons;
        for (const Refusal &refusal : item.refusals) {
            reasons.append(
                QJsonObject{{QStringLiteral("manager"), QString::fromStdString(quorum::managerName(refusal.manager))},
                            {QStringLiteral("code"), refusal.reason},
                            {QStringLiteral("reason"), text(api::reasonName(refusal.reason))},
                            {QStringLiteral("sentence"), text(api::reasonSentence(refusal.reason))}});
        }
        itemList.append(QJsonObject{{QStringLiteral("kind"), text(item.kind)},
                                    {QStringLiteral("submitter"), text(item.submitter)},
                                    {QStringLiteral("id"), text(item.id)},
                                    {QStringLiteral("text"), text(item.text)},
                                    {QStringLiteral("accepted"), item.accepted},
                                    {QStringLiteral("reasons"), reasons}});
    }
    QJsonArray managers;
    for (std::size_t i = 0; i < epoch.size(); ++i) {
        const auto manager = static_cast<quorum::ManagerIndex>(i);
        const std::optional<std::size_t> vote = voteOf(manager);
        managers.append(QJsonObject{
            {QStringLiteral("manager"), QString::fromStdString(quorum::managerName(manager))},
            {QStringLiteral("key"), text(journal::toHex(epoch.managers[i]))},
            {QStringLiteral("voted"), vote.has_value()},
            {QStringLiteral("justified_by"), vote ? roundOf(certificate.votes[*vote].justifiedBy) : QJsonValue()},
            {QStringLiteral("receipt"), receiptOf(manager)}});
    }
    return {{QStringLiteral("slot"), static_cast<qint64>(body.slot)},
            {QStringLiteral("commit"), text(journal::toHex(commit))},
            {QStringLiteral("previous"), text(journal::toHex(body.previous))},
            {QStringLiteral("state_before"), text(journal::toHex(body.stateBefore))},
            {QStringLiteral("epoch"), static_cast<qint64>(body.epoch)},
            {QStringLiteral("round"), static_cast<qint64>(certificate.round)},
            {QStringLiteral("origin_round"), static_cast<qint64>(body.originRound)},
            {QStringLiteral("coordinator"), QString::fromStdString(quorum::managerName(coordinator))},
            {QStringLiteral("items"), itemList},
            {QStringLiteral("managers"), managers}};
}

AuditSlots::AuditSlots(audit::AuditReader reader)
    : m_reader(std::move(reader)),
      m_tip(quorum::ChainTip::genesis(m_reader.genesis().clusterId(), m_reader.genesis().epoch))
{
    for (const quorum::KnownEngine &engine : m_reader.genesis().engines) {
        m_engines[engine.key] = engine.name;
    }
}

Result<std::optional<AuditSlot>> AuditSlots::next()
{
    constexpr unsigned finals = 1;
    for (;;) {
        audit::AuditReader::Piece piece = m_reader.next(finals);
        if (piece.step == audit::AuditReader::Step::End || piece.step == audit::AuditReader::Step::Torn) {
            return std::optional<AuditSlot>();
        }
        auto *final = std::get_if<quorum::Final>(&piece.record);
        const quorum::CommitBody *body = final ? &final->decided.certificate.body : nullptr;
        if (body && body->cluster == m_tip.cluster && body->slot > 0 && body->slot <= m_tip.slot) {
            continue;
        }
        const Result<void> linked = final ? quorum::checkLink(quorum::Ed25519Crypto(), m_tip, final->decided)
                                          : Result<void>(Error{ErrorKind::Corrupt, "the record is damaged"});
        if (!linked) {
            return Error{ErrorKind::Corrupt,
                         "Slot " + std::to_string(m_tip.next()) + ": " + linked.error().message
                             + ". See `coinswarm-cli audit verify`."};
        }
        return std::optional<AuditSlot>(slotOf(std::move(*final)));
    }
}

AuditSlot AuditSlots::slotOf(quorum::Final final)
{
    const quorum::Certificate &certificate = final.decided.certificate;
    AuditSlot slot;
    slot.commit = quorum::commitId(quorum::Ed25519Crypto(), certificate.body);
    slot.epoch = m_tip.epoch;
    slot.coordinator = m_tip.coordinator(certificate.body.originRound);
    std::size_t refused = 0;
    for (std::size_t i = 0; i < final.decided.batch.items.size(); ++i) {
        AuditSlot::Item item = itemOf(final.decided.batch.items[i], final.decided.batch.kind);
        item.accepted = certificate.body.accepted.test(i);
        for (const auto &vote : certificate.votes) {
            if (!item.accepted && refused < vote.reasons.size()) {
                item.refusals.push_back({vote.manager, vote.reasons[refused]});
            }
        }
        refused += item.accepted ? 0 : 1;
        slot.items.push_back(std::move(item));
    }
    // Who may propose is part of what was decided.
    for (std::size_t i = 0; i < slot.items.size(); ++i) {
        const auto opened = memory::openItem(final.decided.batch.items[i]);
        const auto *engine = opened && opened->proposal && slot.items[i].accepted
            ? std::get_if<memory::RegisterEngine>(&opened->proposal->body)
            : nullptr;
        if (engine && !engine->name.empty()) {
            m_engines[engine->key] = engine->name;
        }
    }
    m_tip.advance(slot.commit, certificate.body, final.decided.batch);
    slot.final = std::move(final);
    return slot;
}

AuditSlot::Item AuditSlots::itemOf(const std::string &bytes, quorum::BatchKind kind)
{
    AuditSlot::Item item;
    item.kind = kind == quorum::BatchKind::Membership ? "membership" : "malformed";
    item.id = journal::toHex(journal::sha256(std::as_bytes(std::span(bytes))));
    item.text = std::to_string(bytes.size()) + " bytes that are no proposal";
    if (kind == quorum::BatchKind::Membership) {
        item.text = memory::membershipText(bytes);
        return item;
    }
    if (const auto opened = memory::openItem(bytes)) {
        const auto engine = m_engines.find(opened->item.submitter);
        item.submitter = engine == m_engines.end() ? journal::toHex(opened->item.submitter) : engine->second;
        item.id = journal::toHex(opened->id);
        if (opened->proposal) {
            item.kind = memory::kindName(opened->proposal->body);
            item.text = memory::textOf(opened->proposal->body);
            if (!opened->proposal->justification.empty()) {
                item.text += "; because: " + opened->proposal->justification;
            }
        }
    }
    // Strangers wrote it; a terminal must not take it for commands.
    for (std::string *text : {&item.text, &item.submitter}) {
        std::replace_if(
            text->begin(), text->end(), [](unsigned char c) { return c < ' ' || c == 127; }, ' ');
    }
    return item;
}

} // namespace coinswarm::cli
