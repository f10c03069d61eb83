// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/ids.h>
#include <coinswarm/timestamp.h>

#include "journal/digest.h"

#include <cstdint>

namespace coinswarm::journal {

/// An engine record that is a block of its own (kCitable), so that nothing but the chain hash before it is needed to
/// show that a chain holds it.
struct CitableRecord {
    std::uint16_t type = 0;
    Sequence sequence;
    Timestamp time;
    ByteBuffer payload;
    Digest before{}; ///< the chain hash of the block before, or the segment's seed

    /// The chain hash after it.
    Digest chain() const;
};

} // namespace coinswarm::journal
