// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/memory_proposal.h"

#include <array>

namespace coinswarm::memory {

std::string_view kindName(const ProposalBody &body)
{
    static constexpr std::array<std::string_view, std::variant_size_v<ProposalBody>> names{
        "add_episode",    "update_pattern", "promote_pattern", "deprecate_pattern",
        "change_weights", "bench_agent",    "register_engine"};
    return names[body.index()];
}

} // namespace coinswarm::memory
