// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/memory_evaluator.h"

#include "memory/state/proposal_rules.h"

namespace coinswarm::memory {

namespace {

std::vector<quorum::ReasonCode> judge(const quorum::Batch &batch, const quorum::Crypto &crypto, const Digest &cluster,
                                      MemoryDraft &draft)
{
    std::vector<quorum::ReasonCode> reasons;
    reasons.reserve(batch.items.size());
    for (const std::string &item : batch.items) {
        reasons.push_back(static_cast<quorum::ReasonCode>(admitItem(item, reasons.size(), crypto, cluster, draft)));
    }
    return reasons;
}

} // namespace

std::vector<quorum::ReasonCode> MemoryEvaluator::evaluate(quorum::Slot slot, const quorum::Batch &batch) const
{
    MemoryDraft draft(m_state, slot);
    return judge(batch, m_crypto, m_cluster, draft);
}

Result<SlotChanges> MemoryEvaluator::apply(const quorum::Final &final)
{
    const quorum::CommitBody &body = final.decided.certificate.body;
    if (final.decided.batch.kind != quorum::BatchKind::Items) {
        return SlotChanges{};
    }
    MemoryDraft draft(m_state, body.slot);
    const auto reasons = judge(final.decided.batch, m_crypto, m_cluster, draft);
    if (!(quorum::AcceptedItems::of(reasons) == body.accepted)) {
        return Error{ErrorKind::Corrupt,
                     "The commit of slot " + std::to_string(body.slot)
                         + " accepts other proposals than this memory finds right. Rebuild the memory "
                           "from the audit log."};
    }
    return m_state.merge(std::move(draft));
}

} // namespace coinswarm::memory
