// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/ids.h>
#include <coinswarm/timestamp.h>

#include "journal/digest.h"
#include "journal/journal_head.h"

#include <optional>
#include <string>

namespace coinswarm::journal {

/// Follows the hash chain of one segment record by record. One thread.
class ChainWalker
{
public:
    /// Whether heads' signatures are checked; it costs about 0.1 ms for each.
    enum class Heads : unsigned char { Check, Trust };

    ChainWalker(const Digest &seed, const PublicKey &key, Heads heads);

    /// Takes the next record; returns what is wrong with it, if anything. `lastTime` is the time of the last engine
    /// record before it.
    std::optional<std::string> take(const RecordView &record, Timestamp lastTime);

    /// The chain up to the last seal; after the closing record also over that one.
    const Digest &chain() const { return m_chain; }
    /// Bytes of records that no seal covers yet.
    std::size_t openBytes() const { return m_openBytes; }
    /// The hash in progress over the open bytes; the walker must not be used afterwards.
    Hasher takeHasher() { return std::move(m_hasher); }
    bool closed() const { return m_closed; }
    /// The last signed head, the closing one included.
    const std::optional<JournalHead> &lastHead() const { return m_head; }

private:
    std::optional<std::string> takeSeal(const RecordView &record, Timestamp lastTime);
    std::optional<std::string> takeHead(const RecordView &record);

    Digest m_chain;
    PublicKey m_key;
    Heads m_heads;
    Hasher m_hasher;
    std::size_t m_openBytes = 0;
    bool m_openIsCitable = false;
    bool m_closed = false;
    std::optional<JournalHead> m_head;
};

} // namespace coinswarm::journal
