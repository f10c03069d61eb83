// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "performance/hnsw_baseline.h"

#include <atomic>
#include <thread>

#ifdef COINSWARM_HNSWLIB
#include <hnswlib/hnswlib.h>
#endif

namespace coinswarm::bench {

#ifdef COINSWARM_HNSWLIB

namespace {

class Hnswlib final : public HnswBaseline
{
public:
    Hnswlib(std::span<const float> vectors, std::size_t dimension, std::size_t m, std::size_t efConstruction,
            unsigned threads)
        : m_space(dimension), m_index(&m_space, vectors.size() / dimension, m, efConstruction)
    {
        const std::size_t count = vectors.size() / dimension;
        std::atomic<std::size_t> next{0};
        std::vector<std::jthread> workers;
        for (unsigned i = 0; i < threads; ++i) {
            workers.emplace_back([&] {
                for (std::size_t at = next.fetch_add(1); at < count; at = next.fetch_add(1)) {
                    m_index.addPoint(vectors.data() + at * dimension, at);
                }
            });
        }
    }
    void setEf(std::size_t ef) override { m_index.setEf(ef); }
    void search(const float *query, std::size_t count, std::vector<std::size_t> &out) override
    {
        out.clear();
        for (auto found = m_index.searchKnn(query, count); !found.empty(); found.pop()) {
            out.push_back(found.top().second);
        }
    }

private:
    hnswlib::L2Space m_space;
    hnswlib::HierarchicalNSW<float> m_index;
};

} // namespace

std::unique_ptr<HnswBaseline> buildHnswBaseline(std::span<const float> vectors, std::size_t dimension, std::size_t m,
                                                std::size_t efConstruction, unsigned threads)
{
    return std::make_unique<Hnswlib>(vectors, dimension, m, efConstruction, threads);
}

std::string hnswBaselineName()
{
    return "hnswlib, float32, -O3 -march=native";
}

#else

std::unique_ptr<HnswBaseline> buildHnswBaseline(std::span<const float>, std::size_t, std::size_t, std::size_t, unsigned)
{
    return nullptr;
}

std::string hnswBaselineName()
{
    return "none: built without hnswlib (Debian: libhnswlib-dev)";
}

#endif

} // namespace coinswarm::bench
