// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/chain_tip.h"

#include <coinswarm/result.h>

namespace coinswarm::quorum {

class Crypto;

/// Whether a vote is in itself complete: bits and reasons agree, rounds are in order. Says nothing of its signature.
bool wellFormed(const QuorumVote &vote);

/// Checks q or more different votes of the epoch, each well formed and signed. The error says which is wrong and why.
Result<void> checkCertificate(const Crypto &crypto, const Epoch &epoch, const Certificate &certificate);
/// Checks what needs no signature: that it belongs to the slot after the tip, links to it, and that the batch is the one that
/// was voted on. Does not compare the state: only who holds it can.
Result<void> checkLink(const Crypto &crypto, const ChainTip &tip, const CertifiedBatch &decided);
/// checkLink() and checkCertificate().
Result<void> checkDecided(const Crypto &crypto, const ChainTip &tip, const CertifiedBatch &decided);
/// Checks q or more different receipts of the certificate's round, and nothing else.
Result<void> checkReceipts(const Crypto &crypto, const Epoch &epoch, const Final &final);
/// checkDecided() and checkReceipts().
Result<void> checkFinal(const Crypto &crypto, const ChainTip &tip, const Final &final);

/// The receipt that an entry of a Final stands for.
Receipt receiptOf(const Crypto &crypto, const Final &final, std::size_t index);

} // namespace coinswarm::quorum
