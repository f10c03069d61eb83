// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/digest.h"

#include <coinswarm/result.h>

namespace coinswarm::quorum {

/// The cryptography of one manager: its own key, and everybody's signatures. Ed25519 and SHA-256 in the program; in an
/// exhaustive exploration something cheaper that nobody can forge either. Deterministic: one message, one signature.
/// Called in the thread of the machine that owns it.
class Crypto
{
public:
    virtual ~Crypto() = default;

    /// The key that sign() signs with.
    virtual const journal::PublicKey &publicKey() const = 0;
    virtual Result<journal::Signature> sign(journal::ByteView message) const = 0;
    virtual bool holds(const journal::PublicKey &key, journal::ByteView message,
                       const journal::Signature &signature) const = 0;
    virtual journal::Digest digest(journal::ByteView bytes) const = 0;
};

} // namespace coinswarm::quorum
