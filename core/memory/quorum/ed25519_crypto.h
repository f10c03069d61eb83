// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/journal_key.h"
#include "memory/quorum/crypto.h"

#include <optional>

namespace coinswarm::quorum {

/// Ed25519 (RFC 8032) and SHA-256. Without a key of its own it only checks, as a verifier does.
class Ed25519Crypto final : public Crypto
{
public:
    Ed25519Crypto() = default;
    explicit Ed25519Crypto(journal::JournalKey key) : m_key(std::move(key)), m_public(m_key->publicKey()) {}

    const journal::PublicKey &publicKey() const override { return m_public; }
    /// Refused without a key.
    Result<journal::Signature> sign(journal::ByteView message) const override;
    bool holds(const journal::PublicKey &key, journal::ByteView message,
               const journal::Signature &signature) const override;
    journal::Digest digest(journal::ByteView bytes) const override;

private:
    std::optional<journal::JournalKey> m_key;
    journal::PublicKey m_public{};
};

} // namespace coinswarm::quorum
