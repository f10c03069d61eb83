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
    explicit Ed25519Crypto(JournalKey key) : m_key(std::move(key)), m_public(m_key->publicKey()) {}

    const PublicKey &publicKey() const override { return m_public; }
    /// Refused without a key.
    Result<Signature> sign(ByteView message) const override;
    bool holds(const PublicKey &key, ByteView message, const Signature &signature) const override;
    Digest digest(ByteView bytes) const override;

private:
    std::optional<JournalKey> m_key;
    PublicKey m_public{};
};

} // namespace coinswarm::quorum
