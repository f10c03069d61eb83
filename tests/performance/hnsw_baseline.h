// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace coinswarm::bench {

/// The library that a vector search is measured against, in a file of its own that is compiled for this very machine.
class HnswBaseline
{
public:
    virtual ~HnswBaseline() = default;
    virtual void setEf(std::size_t ef) = 0;
    /// Numbers of the `count` nearest vectors, from 0, in any order.
    virtual void search(const float *query, std::size_t count, std::vector<std::size_t> &out) = 0;
};

/// Null if the benchmark was built without hnswlib.
std::unique_ptr<HnswBaseline> buildHnswBaseline(std::span<const float> vectors, std::size_t dimension, std::size_t m,
                                                std::size_t efConstruction, unsigned threads);
/// What it is, or why there is none.
std::string hnswBaselineName();

} // namespace coinswarm::bench
