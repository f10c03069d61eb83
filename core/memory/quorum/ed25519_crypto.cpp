// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/ed25519_crypto.h"

#include "journal/signature_check.h"

namespace coinswarm::quorum {

Result<Signature> Ed25519Crypto::sign(ByteView message) const
{
    if (!m_key) {
        return Error{ErrorKind::Refused, "This program holds no manager key and can only verify."};
    }
    return m_key->sign(message);
}

bool Ed25519Crypto::holds(const PublicKey &key, ByteView message, const Signature &signature) const
{
    return signatureHolds(key, message, signature);
}

Digest Ed25519Crypto::digest(ByteView bytes) const
{
    return sha256(bytes);
}

} // namespace coinswarm::quorum
