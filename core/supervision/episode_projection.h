// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/embedding.h>

#include <array>
#include <utility>
#include <vector>

namespace coinswarm::supervision {

/// Draws states in a plane so that likeness stays nearness as far as a plane can show it: their first two principal
/// components, found from a sample. The same states give the same map. One thread.
class EpisodeProjection
{
public:
    /// Takes a state into account. True if the axes were chosen anew, and every state has another place now.
    bool add(const Embedding &state);
    /// −1 … 1 each, roughly; beyond for states unlike the sample.
    std::pair<double, double> place(const Embedding &state) const;

private:
    using Axis = std::array<double, kEmbeddingSize>;
    void chooseAxes();
    double along(const Embedding &state, const Axis &axis) const;

    std::vector<Embedding> m_sample; ///< the first ones, at most kSample
    std::uint64_t m_seen = 0;
    std::uint64_t m_chosenAt = 0;
    Axis m_mean{};
    Axis m_first{};
    Axis m_second{};
    double m_firstScale = 1;
    double m_secondScale = 1;
};

} // namespace coinswarm::supervision
