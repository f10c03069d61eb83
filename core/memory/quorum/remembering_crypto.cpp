// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/remembering_crypto.h"

#include <utility>

namespace coinswarm::quorum {

namespace {

constexpr std::size_t kGeneration = 2048;

} // namespace

Result<journal::Signature> RememberingCrypto::sign(journal::ByteView message) const
{
    Result<journal::Signature> signature = m_checker.sign(message);
    if (signature) {
        m_checked->insert(nameOf(publicKey(), message, *signature));
    }
    return signature;
}

bool RememberingCrypto::holds(const journal::PublicKey &key, journal::ByteView message,
                              const journal::Signature &signature) const
{
    const journal::Digest name = nameOf(key, message, signature);
    if (m_checked->contains(name)) {
        return true;
    }
    ++m_checks;
    if (!m_checker.holds(key, message, signature)) {
        return false;
    }
    m_checked->insert(name);
    return true;
}

journal::Digest RememberingCrypto::nameOf(const journal::PublicKey &key, journal::ByteView message,
                                          const journal::Signature &signature) const
{
    // Key and signature have fixed sizes, so one input has one reading.
    journal::ByteBuffer bytes(key.begin(), key.end());
    bytes.insert(bytes.end(), signature.begin(), signature.end());
    bytes.insert(bytes.end(), message.begin(), message.end());
    return m_checker.digest(bytes);
}

void CheckedSignatures::insert(const journal::Digest &name)
{
    if (m_young.size() >= kGeneration) {
        m_old = std::exchange(m_young, {});
    }
    m_young.insert(name);
}

} // namespace coinswarm::quorum
