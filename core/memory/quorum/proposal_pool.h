// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/batch.h"

#include <compare>
#include <deque>
#include <optional>
#include <set>

namespace coinswarm::quorum {

inline constexpr std::size_t kPoolItems = 65'536;
inline constexpr std::size_t kPoolBytes = std::size_t{64} << 20; ///< of all items together

/// The items that wait for a decision, oldest first, each once. Lives in memory: who submitted an item submits it again
/// until it is decided. Full, it refuses.
class ProposalPool
{
public:
    /// False if it is full or the item can never be in a batch. True also if it is there already.
    bool add(BatchKind kind, const std::string &item);
    void remove(const Batch &batch);
    /// Once an epoch has begun, no change that was for it can be decided any more.
    void removeMembership();
    /// Behind all others: a batch that was not decided must not keep the rest waiting.
    void moveToEnd(const Batch &batch);
    /// The next batch: the oldest items up to the limits of a batch and `mostItems`. Nothing if the pool is empty.
    std::optional<Batch> next(std::size_t mostItems) const;

    bool empty() const { return m_items.empty(); }
    std::size_t size() const { return m_items.size(); }

    template <class Visitor>
    void visitState(Visitor &&visit)
    {
        visit("items", m_items);
    }

private:
    struct Pending {
        BatchKind kind = BatchKind::Items;
        std::string item;
        auto operator<=>(const Pending &) const = default;

        template <class Self, class Visitor>
        static void fields(Self &self, Visitor &&visit)
        {
            visit("kind", self.kind);
            visit("item", self.item);
        }
    };

    std::deque<Pending> m_items;
    std::set<Pending> m_known;
    std::size_t m_bytes = 0;
};

} // namespace coinswarm::quorum
