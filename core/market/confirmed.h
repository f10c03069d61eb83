// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

namespace coinswarm::market {

/// A classification that changes only after the same other class was proposed `bars` times in a row. The first known
/// class (value 0 means unknown) is taken at once.
template <class Class>
class Confirmed
{
public:
    explicit Confirmed(std::uint32_t bars) : m_bars(bars) {}

    Class value() const { return m_value; }

    void propose(Class proposed)
    {
        if (proposed == m_value) {
            m_seen = 0;
            return;
        }
        m_seen = proposed == m_candidate ? m_seen + 1 : 1;
        m_candidate = proposed;
        if (m_seen >= m_bars || m_value == Class::Unknown) {
            m_value = proposed;
            m_seen = 0;
        }
    }

    template <class V>
    void visitState(V &visit)
    {
        visit("value", m_value);
        visit("candidate", m_candidate);
        visit("seen", m_seen);
    }

private:
    std::uint32_t m_bars;
    Class m_value = Class::Unknown;
    Class m_candidate = Class::Unknown;
    std::uint32_t m_seen = 0; ///< how often in a row m_candidate was proposed
};

} // namespace coinswarm::market
