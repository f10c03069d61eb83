// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/crypto.h"

#include <memory>
#include <set>

namespace coinswarm::quorum {

/// The names of signatures that held, the latest few thousand. One thread.
class CheckedSignatures
{
public:
    bool contains(const journal::Digest &name) const { return m_young.contains(name) || m_old.contains(name); }
    void insert(const journal::Digest &name);

private:
    // Two generations: the older one is dropped when the younger is full.
    std::set<journal::Digest> m_young;
    std::set<journal::Digest> m_old;
};

/// Checks each signature once. A vote is seen alone, in a certificate, in the commit that is read back and in a final; only
/// the first time costs a signature check, the others a hash. One thread.
class RememberingCrypto final : public Crypto
{
public:
    /// `checker` must outlive it. Managers of one process, which share its fate anyway, may share what was checked.
    explicit RememberingCrypto(const Crypto &checker,
                               std::shared_ptr<CheckedSignatures> checked = std::make_shared<CheckedSignatures>())
        : m_checker(checker), m_checked(std::move(checked))
    {}

    const journal::PublicKey &publicKey() const override { return m_checker.publicKey(); }
    Result<journal::Signature> sign(journal::ByteView message) const override;
    bool holds(const journal::PublicKey &key, journal::ByteView message,
               const journal::Signature &signature) const override;
    journal::Digest digest(journal::ByteView bytes) const override { return m_checker.digest(bytes); }
    /// How many signatures were really checked.
    std::size_t checks() const { return m_checks; }

private:
    journal::Digest nameOf(const journal::PublicKey &key, journal::ByteView message,
                           const journal::Signature &signature) const;

    const Crypto &m_checker;
    std::shared_ptr<CheckedSignatures> m_checked;
    mutable std::size_t m_checks = 0;
};

} // namespace coinswarm::quorum
