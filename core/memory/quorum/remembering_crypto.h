// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/crypto.h"

#include <set>

namespace coinswarm::quorum {

/// Checks each signature once. A vote is seen alone, in a certificate, in the commit that is read back and in a final; only
/// the first time costs a signature check, the others a hash. Remembers what held, the latest few thousand. One thread.
class RememberingCrypto final : public Crypto
{
public:
    /// `checker` must outlive it.
    explicit RememberingCrypto(const Crypto &checker) : m_checker(checker) {}

    const PublicKey &publicKey() const override { return m_checker.publicKey(); }
    Result<Signature> sign(ByteView message) const override;
    bool holds(const PublicKey &key, ByteView message, const Signature &signature) const override;
    Digest digest(ByteView bytes) const override { return m_checker.digest(bytes); }
    /// How many signatures were really checked.
    std::size_t checks() const { return m_checks; }

private:
    Digest nameOf(const PublicKey &key, ByteView message, const Signature &signature) const;
    void remember(const Digest &name) const;

    const Crypto &m_checker;
    // Two generations: the older one is dropped when the younger is full.
    mutable std::set<Digest> m_young;
    mutable std::set<Digest> m_old;
    mutable std::size_t m_checks = 0;
};

} // namespace coinswarm::quorum
