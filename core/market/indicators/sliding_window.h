// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "market/state_check.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace coinswarm::market {

struct Sum {
    static double fold(double a, double b) { return a + b; }
};
struct Maximum {
    static double fold(double a, double b) { return a < b ? b : a; }
};
struct Minimum {
    static double fold(double a, double b) { return b < a ? b : a; }
};

/// Folds the last `size` values (sum, maximum, minimum). Constant time per value on average, no allocation after
/// construction.
///
/// Nothing is ever subtracted: values come in blocks of `size`; a finished block is folded from its end, so that the
/// window is always the remaining end of one block joined with the beginning of the next. A value that has left the
/// window leaves no rounding error behind, however many bars follow.
template <class Operation>
class SlidingWindow
{
public:
    explicit SlidingWindow(std::size_t size) : m_values(size), m_ends(size) {}

    void push(double value)
    {
        m_beginning = m_position == 0 ? value : Operation::fold(m_beginning, value);
        m_values[m_position] = value;
        if (++m_position < m_values.size()) {
            return;
        }
        double end = value;
        m_ends.back() = end;
        for (std::size_t i = m_values.size() - 1; i-- > 0;) {
            end = Operation::fold(m_values[i], end);
            m_ends[i] = end;
        }
        m_position = 0;
        m_full = true;
    }

    std::size_t size() const { return m_values.size(); }
    /// As many values were pushed as the window holds.
    bool full() const { return m_full; }
    /// The fold of the window's values. Only if full().
    double result() const
    {
        return m_position == 0 ? m_ends.front() : Operation::fold(m_ends[m_position], m_beginning);
    }
    /// The window's values in no particular, but always the same, order. Only if full().
    const std::vector<double> &values() const { return m_values; }

    template <class V>
    void visitState(V &visit)
    {
        const std::size_t size = m_values.size();
        visit("values", m_values);
        visit("ends", m_ends);
        visit("beginning", m_beginning);
        visit("position", m_position);
        visit("full", m_full);
        requireState(m_values.size() == size && m_ends.size() == size && m_position < size,
                     "an indicator's window has another length than configured");
    }

private:
    std::vector<double> m_values; ///< the block that is being filled; behind m_position still the one before
    std::vector<double> m_ends; ///< m_ends[i] folds elements i and later of the finished block
    double m_beginning = 0; ///< fold of the m_position values of the block that is being filled
    std::size_t m_position = 0;
    bool m_full = false;
};

} // namespace coinswarm::market
