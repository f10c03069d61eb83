// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/episode_projection.h"

#include <algorithm>
#include <cmath>

namespace coinswarm::supervision {

namespace {

constexpr std::size_t kSample = 512;
constexpr int kIterations = 24;

} // namespace

bool EpisodeProjection::add(const Embedding &state)
{
    ++m_seen;
    if (m_sample.size() < kSample) {
        m_sample.push_back(state);
    }
    // At 2, 4, 8, … states, until the sample is full.
    if (m_sample.size() >= 2 && m_sample.size() >= 2 * m_chosenAt) {
        m_chosenAt = m_sample.size();
        chooseAxes();
        return true;
    }
    return false;
}

double EpisodeProjection::along(const Embedding &state, const Axis &axis) const
{
    double sum = 0;
    for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
        sum += (state.values[i] - m_mean[i]) * axis[i];
    }
    return sum;
}

void EpisodeProjection::chooseAxes()
{
    m_mean = {};
    for (const Embedding &state : m_sample) {
        for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
            m_mean[i] += state.values[i] / static_cast<double>(m_sample.size());
        }
    }
    // Power iteration; the second axis is kept at right angles to the first.
    const auto iterate = [this](Axis axis, const Axis *other) {
        for (int round = 0; round < kIterations; ++round) {
            Axis next{};
            for (const Embedding &state : m_sample) {
                const double weight = along(state, axis);
                for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
                    next[i] += weight * (state.values[i] - m_mean[i]);
                }
            }
            double overlap = 0;
            for (std::size_t i = 0; other != nullptr && i < kEmbeddingSize; ++i) {
                overlap += next[i] * (*other)[i];
            }
            double length = 0;
            for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
                next[i] -= other != nullptr ? overlap * (*other)[i] : 0;
                length += next[i] * next[i];
            }
            if (length <= 0) {
                return axis;
            }
            for (double &value : next) {
                value /= std::sqrt(length);
            }
            axis = next;
        }
        return axis;
    };
    Axis start{};
    for (std::size_t i = 0; i < kEmbeddingSize; ++i) {
        start[i] = 1.0 / (1.0 + static_cast<double>(i));
    }
    m_first = iterate(start, nullptr);
    std::reverse(start.begin(), start.end());
    m_second = iterate(start, &m_first);
    const auto reach = [this](const Axis &axis) {
        double furthest = 1;
        for (const Embedding &state : m_sample) {
            furthest = std::max(furthest, std::abs(along(state, axis)));
        }
        return furthest;
    };
    m_firstScale = reach(m_first);
    m_secondScale = reach(m_second);
}

std::pair<double, double> EpisodeProjection::place(const Embedding &state) const
{
    return {along(state, m_first) / m_firstScale, along(state, m_second) / m_secondScale};
}

} // namespace coinswarm::supervision
