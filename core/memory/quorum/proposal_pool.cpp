// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/proposal_pool.h"

#include <algorithm>

namespace coinswarm::quorum {

bool ProposalPool::add(BatchKind kind, const std::string &item)
{
    Pending pending{kind, item};
    if (m_known.contains(pending)) {
        return true;
    }
    if (m_items.size() >= kPoolItems || m_bytes + item.size() > kPoolBytes || item.empty()
        || item.size() > kMostItemBytes) {
        return false;
    }
    m_bytes += item.size();
    m_known.insert(pending);
    m_items.push_back(std::move(pending));
    return true;
}

void ProposalPool::remove(const Batch &batch)
{
    std::set<Pending> gone;
    for (const std::string &item : batch.items) {
        if (m_known.erase({batch.kind, item}) > 0) {
            m_bytes -= item.size();
            gone.insert({batch.kind, item});
        }
    }
    if (!gone.empty()) {
        std::erase_if(m_items, [&gone](const Pending &pending) { return gone.contains(pending); });
    }
}

void ProposalPool::removeMembership()
{
    std::erase_if(m_items, [this](const Pending &pending) {
        const bool gone = pending.kind == BatchKind::Membership;
        if (gone) {
            m_bytes -= pending.item.size();
            m_known.erase(pending);
        }
        return gone;
    });
}

void ProposalPool::moveToEnd(const Batch &batch)
{
    const std::set<std::string> items(batch.items.begin(), batch.items.end());
    std::stable_partition(m_items.begin(), m_items.end(), [&](const Pending &pending) {
        return pending.kind != batch.kind || !items.contains(pending.item);
    });
}

std::optional<Batch> ProposalPool::next(std::size_t mostItems) const
{
    if (m_items.empty()) {
        return std::nullopt;
    }
    Batch batch{m_items.front().kind, {}};
    const std::size_t most = batch.kind == BatchKind::Membership ? 1 : std::min(mostItems, kMostItems);
    std::size_t bytes = 0;
    for (const Pending &pending : m_items) {
        bytes += pending.item.size();
        if (pending.kind != batch.kind || batch.items.size() == most || bytes > kMostItemBytes) {
            break;
        }
        batch.items.push_back(pending.item);
    }
    return batch;
}

} // namespace coinswarm::quorum
