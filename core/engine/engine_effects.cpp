// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/engine_core.h"

// What the trading desk does, as effects.
namespace coinswarm::engine {

void EngineCore::alert(trading::AlertSeverity severity, std::string code, std::string text)
{
    emit(effect::Alert{severity, std::move(code), std::move(text)});
}

void EngineCore::alert(const trading::TradingAlert &alert)
{
    emit(effect::Alert{alert.severity, alert.code, alert.text});
}

void EngineCore::haltChanged(const trading::HaltState &state)
{
    emit(effect::HaltChanged{state});
}

void EngineCore::submit(const ApprovedOrder &order)
{
    emit(effect::Submit{order});
}

void EngineCore::cancel(const Order &order)
{
    emit(effect::Cancel{order.id, order.clientId});
}

void EngineCore::query(const Order &order)
{
    emit(effect::Query{order.id, order.clientId});
}

void EngineCore::orderChanged(const Order &order)
{
    emit(effect::OrderChanged{order});
}

void EngineCore::riskChecked(const Order &, const api::RiskReport &report)
{
    emit(effect::RiskChecked{report});
}

void EngineCore::approvalChanged(const api::Approval &approval)
{
    emit(effect::ApprovalChanged{approval});
}

void EngineCore::fillBooked(const Fill &fill, const Position &position)
{
    emit(effect::FillBooked{fill});
    if (m_config.memory) {
        const Order *order = m_desk->order(fill.order);
        m_episodes.onFill(fill, order == nullptr ? DecisionId() : order->decision, position);
    }
}

void EngineCore::roundTripClosed(const RoundTrip &trade)
{
    effect::RoundTripClosed closed{trade, {}};
    for (std::size_t i = 0; i < m_roster.size(); ++i) {
        closed.voted.push_back(m_advisor.votedAtEntry(trade.decision, AgentId(static_cast<std::uint32_t>(i + 1))));
    }
    m_advisor.onRoundTrip(trade);
    emit(std::move(closed));
    if (m_config.memory) {
        closeEpisode(trade);
    }
}

} // namespace coinswarm::engine
