// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/memory_evaluator.h"

#include "memory/state/proposal_rules.h"

namespace coinswarm::memory {

MemoryEvaluator::Judged MemoryEvaluator::judged(quorum::Slot slot, const quorum::Batch &batch) const
{
    Judged result{slot, batch, {}, MemoryDraft(m_state, slot)};
    result.reasons.reserve(batch.items.size());
    for (const std::string &item : batch.items) {
        result.reasons.push_back(
            static_cast<quorum::ReasonCode>(admitItem(item, result.reasons.size(), m_crypto, m_cluster, result.draft)));
    }
    return result;
}

std::vector<quorum::ReasonCode> MemoryEvaluator::evaluate(quorum::Slot slot, const quorum::Batch &batch) const
{
    m_latest.emplace(judged(slot, batch));
    return m_latest->reasons;
}

Result<SlotChanges> MemoryEvaluator::apply(const quorum::Final &final)
{
    const quorum::CommitBody &body = final.decided.certificate.body;
    if (final.decided.batch.kind != quorum::BatchKind::Items) {
        return SlotChanges{};
    }
    const bool known = m_latest && m_latest->slot == body.slot && m_latest->batch.items == final.decided.batch.items;
    Judged verdict = known ? std::move(*m_latest) : judged(body.slot, final.decided.batch);
    m_latest.reset();
    if (!(quorum::AcceptedItems::of(verdict.reasons) == body.accepted)) {
        return Error{ErrorKind::Corrupt,
                     "The commit of slot " + std::to_string(body.slot)
                         + " accepts other proposals than this memory finds right. Rebuild the memory "
                           "from the audit log."};
    }
    return m_state.merge(std::move(verdict.draft));
}

} // namespace coinswarm::memory
