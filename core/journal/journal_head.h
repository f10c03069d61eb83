// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/ids.h>
#include <coinswarm/result.h>
#include <coinswarm/timestamp.h>

#include "journal/digest.h"

#include <optional>
#include <string>
#include <string_view>

namespace coinswarm::journal {

class JournalKey;

/// Where a journal stands: the chain hash after the engine record `sequence`. Kept outside the journal, a head proves
/// later that nothing up to it was changed or cut off.
struct JournalHead {
    /// Who vouches for the head, and when.
    struct Proof {
        Timestamp time;
        PublicKey key{};
        Signature signature{};
        std::uint16_t type = 0; ///< kHeadType or kClosedType
    };

    Sequence sequence;
    Digest chain{};
    std::optional<Proof> proof;

    /// `sequence:chain`, the hash in hexadecimal. Two runs of the same backtest give the same.
    std::string text() const;
    /// `sequence:chain:head|closed:time_ns:key:signature` if there is a proof, else text().
    std::string fullText() const;
};

/// What the signature of a head is over.
ByteBuffer headStatement(std::uint16_t type, Sequence sequence, Timestamp time, const Digest &chain);

/// Signs where the chain stands. `type` is kHeadType or kClosedType.
Result<JournalHead> signHead(const JournalKey &key, std::uint16_t type, Sequence sequence, const Digest &chain,
                             Timestamp time);
/// Whether the proof's signature is its key's for this head. False without a proof.
bool proofHolds(const JournalHead &head);

/// Reads either text form; blanks around it are ignored. Invalid with the expected form if it is neither.
Result<JournalHead> parseHead(std::string_view text);
/// Reads `textOrFile` as a head, or as the name of a small file that contains one.
Result<JournalHead> loadHead(const std::string &textOrFile);

} // namespace coinswarm::journal
