// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/ed25519_crypto.h"

#include "journal/signature_check.h"

namespace coinswarm::quorum {

Result<journal::Signature> Ed25519Crypto::sign(journal::ByteView message) const
{
    if (!m_key) {
        return Error{ErrorKind::Refused, "This program holds no manager key and can only verify."};
    }
    return m_key->sign(message);
}

bool Ed25519Crypto::holds(const journal::PublicKey &key, journal::ByteView message,
                          const journal::Signature &signature) const
{
    return journal::signatureHolds(key, message, signature);
}

journal::Digest Ed25519Crypto::digest(journal::ByteView bytes) const
{
    return journal::sha256(bytes);
}

} // namespace coinswarm::quorum
