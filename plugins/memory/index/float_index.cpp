// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/float_index.h"

#include "index/graph_batch.h"

#include <algorithm>
#include <cmath>

namespace coinswarm::index {

namespace {

/// Rounding may swap those that are nearly equally near, so twice as many as asked for are compared again.
std::size_t comparedAgain(std::size_t count)
{
    return 2 * count;
}

float scaleOf(std::span<const float> vectors)
{
    float largest = 0;
    for (const float value : vectors) {
        largest = std::max(largest, std::abs(value));
    }
    return largest > 0 ? 127 / largest : 1;
}

std::vector<FloatNeighbour> nearest(std::vector<FloatNeighbour> all, std::size_t count)
{
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(count, all.size()));
    std::partial_sort(all.begin(), end, all.end(), [](const FloatNeighbour &a, const FloatNeighbour &b) {
        return a.distance < b.distance || (a.distance == b.distance && a.id < b.id);
    });
    all.erase(end, all.end());
    return all;
}

} // namespace

FloatIndex::FloatIndex(std::span<const float> vectors, GraphShape shape, unsigned threads, const RowKernels &kernels)
    : m_kernels(kernels),
      m_floats(vectors.begin(), vectors.end()),
      m_scale(scaleOf(vectors)),
      m_graph(m_rows, shape, kernels)
{
    std::vector<std::uint64_t> ids;
    for (std::size_t at = 0; at < m_floats.size(); at += kDimension) {
        m_rows.append(rounded(m_floats.data() + at).data());
        ids.push_back(ids.size() + 1);
    }
    const std::span<const std::uint64_t> all(ids);
    for (std::size_t at = 0; at < ids.size(); at += kBatchRows) {
        m_graph.commit(planBatch(m_graph, all.subspan(at, std::min(kBatchRows, ids.size() - at)), threads));
    }
}

std::vector<std::int8_t> FloatIndex::rounded(const float *vector) const
{
    std::vector<std::int8_t> bytes(kDimension);
    for (std::size_t i = 0; i < kDimension; ++i) {
        bytes[i] = static_cast<std::int8_t>(std::clamp(std::nearbyint(vector[i] * m_scale), -127.0F, 127.0F));
    }
    return bytes;
}

std::vector<FloatNeighbour> FloatIndex::search(const float *query, std::size_t count, std::size_t ef,
                                               SearchSpace &space) const
{
    m_graph.search(QueryVector(rounded(query).data()), ef, space);
    const std::size_t again = std::min(comparedAgain(count), space.pool.size());
    for (std::size_t i = 0; i < again; ++i) {
        const float *vector = m_floats.data() + space.pool.row(i) * kDimension;
        for (std::size_t part = 0; part < kDimension; part += 16) {
            __builtin_prefetch(vector + part);
        }
    }
    std::vector<FloatNeighbour> found;
    found.reserve(again);
    for (std::size_t i = 0; i < again; ++i) {
        const Row row = space.pool.row(i);
        found.push_back({m_kernels.squaredFloats(query, m_floats.data() + row * kDimension), std::uint64_t{row} + 1});
    }
    return nearest(std::move(found), count);
}

std::vector<FloatNeighbour> FloatIndex::searchExactly(const float *query, std::size_t count) const
{
    std::vector<FloatNeighbour> all;
    all.reserve(m_rows.size());
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        all.push_back({m_kernels.squaredFloats(query, m_floats.data() + row * kDimension), row + 1});
    }
    return nearest(std::move(all), count);
}

} // namespace coinswarm::index
