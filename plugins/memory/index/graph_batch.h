// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "index/hnsw_graph.h"

#include <span>

namespace coinswarm::index {

/// Rows that join the graph together. They see the graph as it was before the batch, and one another by comparing all, so
/// that threads can share the work and the result does not depend on how many there are.
inline constexpr std::size_t kBatchRows = 256;

/// Works out what the rows behind the graph's last one, one for each of `ids`, change in the graph. Changes nothing itself:
/// searches may go on meanwhile. At most kBatchRows.
GraphBatch planBatch(const HnswGraph &graph, std::span<const std::uint64_t> ids, unsigned threads);

} // namespace coinswarm::index
