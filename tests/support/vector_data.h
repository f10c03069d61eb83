// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/embedding.h>

#include <cstddef>
#include <random>
#include <vector>

/// Vectors with structure, as a market's states have, to search in. On uniformly random ones every graph fails.
namespace coinswarm::test {

class VectorData
{
public:
    enum class Kind {
        Clustered, ///< a thousand Gaussian clouds in all dimensions
        EmbeddingLike, ///< a mixture of clouds in 32 dimensions, laid into the 384 with a little noise in each
        Uniform,
    };

    VectorData(Kind kind, unsigned seed) : m_kind(kind), m_random(seed)
    {
        for (std::size_t i = 0; i < kClusters * (kind == Kind::Clustered ? kEmbeddingSize : kInner); ++i) {
            m_centres.push_back(m_gauss(m_random));
        }
        for (std::size_t i = 0; i < kInner * kEmbeddingSize; ++i) {
            m_layout.push_back(m_gauss(m_random) / 6);
        }
    }

    /// `count` vectors, one after the other.
    std::vector<float> take(std::size_t count)
    {
        std::vector<float> vectors;
        vectors.reserve(count * kEmbeddingSize);
        for (std::size_t i = 0; i < count; ++i) {
            append(vectors);
        }
        return vectors;
    }

private:
    static constexpr std::size_t kClusters = 1'000;
    static constexpr std::size_t kInner = 32;

    void append(std::vector<float> &out)
    {
        const std::size_t cluster = m_random() % kClusters;
        if (m_kind == Kind::Uniform) {
            for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
                out.push_back(static_cast<float>(m_random() % 2'001) / 1'000 - 1);
            }
        } else if (m_kind == Kind::Clustered) {
            for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
                out.push_back(m_centres[cluster * kEmbeddingSize + i] + m_gauss(m_random) / 2);
            }
        } else {
            std::vector<float> inner;
            for (std::size_t i = 0; i < kInner; ++i) {
                inner.push_back(m_centres[cluster * kInner + i] + m_gauss(m_random) / 2);
            }
            for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
                float sum = m_gauss(m_random) / 20;
                for (std::size_t j = 0; j < kInner; ++j) {
                    sum += inner[j] * m_layout[j * kEmbeddingSize + i];
                }
                out.push_back(sum);
            }
        }
    }

    Kind m_kind;
    std::mt19937 m_random;
    std::normal_distribution<float> m_gauss;
    std::vector<float> m_centres;
    std::vector<float> m_layout;
};

} // namespace coinswarm::test
