// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/digest.h"

#include <string_view>

namespace coinswarm::journal {

/// Whether `signature` is the one that the owner of `key` gives `message`: Ed25519 as in RFC 8032, compared without the
/// cofactor, S below the order of the group. Neither the key nor the signature's R may be one of the points of small order,
/// which sign everything, and the key must be encoded canonically. The same answer with either library. Any thread.
bool signatureHolds(const PublicKey &key, ByteView message, ByteView signature);

/// The two libraries that can answer. The first is there if the program was built with it.
#ifdef COINSWARM_SODIUM
bool signatureHoldsBySodium(const PublicKey &key, ByteView message, ByteView signature);
#endif
bool signatureHoldsByOpenSsl(const PublicKey &key, ByteView message, ByteView signature);

/// "libsodium" or "OpenSSL": which one signatureHolds() asks.
std::string_view signatureLibrary();

} // namespace coinswarm::journal
