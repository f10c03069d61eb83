// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/record.h"

#include <cstdint>

namespace coinswarm::journal {

/// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78, as in RFC 3720) of `bytes`, continuing from `previous`, the
/// value an earlier call returned; 0 starts afresh. Any thread. Uses the SSE4.2 instruction where the machine has it.
std::uint32_t crc32c(ByteView bytes, std::uint32_t previous = 0);

/// The same value from tables, on every machine; it is what crc32c() falls back on and what tests compare it with.
std::uint32_t crc32cPortable(ByteView bytes, std::uint32_t previous = 0);

} // namespace coinswarm::journal
