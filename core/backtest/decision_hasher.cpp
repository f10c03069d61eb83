// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "backtest/decision_hasher.h"

#include "engine/record_codec.h"

namespace coinswarm::backtest {

void DecisionHasher::onEffect(const engine::Effect &effect)
{
    const bool decided = std::holds_alternative<engine::effect::DecisionMade>(effect);
    const bool counts = decided || std::holds_alternative<engine::effect::Submit>(effect)
        || std::holds_alternative<engine::effect::FillBooked>(effect)
        || std::holds_alternative<engine::effect::RoundTripClosed>(effect);
    if (!counts) {
        return;
    }
    m_decisions += decided ? 1 : 0;
    m_buffer.clear();
    engine::encodeRecord(effect, m_buffer);
    m_hasher.add(m_buffer);
}

} // namespace coinswarm::backtest
