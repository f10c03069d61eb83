// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace coinswarm {

inline constexpr std::size_t kEmbeddingSize = 384;

/// A market state as a point in space: near points are alike states. Each feature is scaled to −127 … 127, so that distances
/// are integers and the same on every machine. What each feature is: docs/embedding.md.
struct Embedding {
    std::array<std::int8_t, kEmbeddingSize> values{};

    bool operator==(const Embedding &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("values", self.values);
    }
};

/// Squared Euclidean distance, 0 … 24,774,144.
inline std::int32_t squaredDistance(const Embedding &a, const Embedding &b)
{
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
        const std::int32_t difference = std::int32_t{a.values[i]} - b.values[i];
        sum += difference * difference;
    }
    return sum;
}

} // namespace coinswarm
