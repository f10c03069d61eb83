// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/agent.h>

namespace coinswarm {

IndicatorSlots::IndicatorSlots(std::vector<IndicatorName> names) : m_names(std::move(names)) {}

std::size_t IndicatorSlots::slot(std::string_view spec, std::string_view series) const
{
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        if (m_names[i].spec == spec && m_names[i].series == series) {
            return i;
        }
    }
    return kMaxIndicatorSlots;
}

// The key function: type information and v-table live in the SDK library alone.
Agent::~Agent() = default;

void Agent::learn(const Outcome &) {}

std::string Agent::saveState() const
{
    return {};
}

void Agent::restoreState(const std::string &) {}

} // namespace coinswarm
