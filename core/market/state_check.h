// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "codec/binary_reader.h"

namespace coinswarm::market {

/// For visitState(): a snapshot that does not fit the configured object throws codec::BinaryReader::DecodeError
/// instead of leaving an object that would read outside its memory.
inline void requireState(bool fits, const char *what)
{
    if (!fits) {
        throw codec::BinaryReader::DecodeError(what);
    }
}

} // namespace coinswarm::market
