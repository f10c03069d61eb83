// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/public_key.h"

#include <algorithm>

namespace coinswarm::cli {

Result<journal::PublicKey> parseKey(std::string_view text)
{
    const auto bytes = journal::fromHex(text, sizeof(journal::PublicKey));
    if (!bytes) {
        return invalid("\"" + std::string(text)
                       + "\" is no public key; expected 64 hexadecimal digits, as `cluster key` prints them");
    }
    journal::PublicKey key{};
    std::copy(bytes->begin(), bytes->end(), key.begin());
    return key;
}

} // namespace coinswarm::cli
