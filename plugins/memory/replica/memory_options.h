// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "index/hnsw_graph.h"

#include <coinswarm/settings.h>

namespace coinswarm::replica {

struct MemoryOptions {
    index::GraphShape shape;
    std::uint32_t ef = 48; ///< near episodes that a recall keeps on its way; more finds more, and takes longer
    bool exact = false; ///< no graph: every recall compares with every episode that its filter allows
    unsigned threads = 2; ///< that build the graph when much is to be added
};

/// From the plugin's checked settings.
MemoryOptions memoryOptions(const Settings &settings);

} // namespace coinswarm::replica
