// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>

namespace coinswarm::quorum {

/// How many of n managers may be faulty in any way, lying included: f.
constexpr std::size_t faultsBorne(std::size_t managers)
{
    return managers == 0 ? 0 : (managers - 1) / 3;
}

/// How many of n managers decide: q. Any two sets of q share at least f + 1 managers, so at least one honest one, and the
/// n - f that may be all the honest ones are enough.
constexpr std::size_t quorumSize(std::size_t managers)
{
    return (managers + faultsBorne(managers)) / 2 + 1;
}

} // namespace coinswarm::quorum
