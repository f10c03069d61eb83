// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"
#include "config/configuration.h"

#include <QtCore/QElapsedTimer>

#include <cstdio>
#include <map>

namespace coinswarm::daemon {

/// Tells a person at a terminal, line by line, what a session does: what frames bring, in the words of the control API.
class ConsoleReport
{
public:
    /// With `everything`, as for the demonstration: votes, decisions, orders, fills, equity. Otherwise warnings only.
    /// `commandHint` is appended to the coinswarm-cli commands that it suggests.
    ConsoleReport(api::SessionInfo info, bool everything, config::LogLevel level, std::string commandHint,
                  std::FILE *out);

    void onFrame(const api::Frame &frame);
    /// What came of it, in a few lines.
    std::string summary() const;

private:
    void tellDecision(const Decision &decision);
    void tellOrder(const Order &order);
    void tellFill(const Fill &fill);
    void tellApproval(const api::Approval &approval);
    void tellAlert(const api::AlertView &alert);
    void tellPulse(const api::SessionStatus &status);
    void say(const std::string &text) const;
    const Instrument &instrument(InstrumentId id) const;
    std::string agentName(AgentId id) const;

    api::SessionInfo m_info;
    bool m_everything;
    config::LogLevel m_level;
    std::string m_hint;
    std::FILE *m_out;
    api::SessionStatus m_status;
    std::map<DecisionId, std::string> m_why; ///< of the newest decisions
    std::map<OrderId, Order> m_orders; ///< that are not final, and the newest
    std::map<ApprovalId, api::ApprovalState> m_approvals;
    std::map<InstrumentId, Action> m_actions; ///< last told
    std::uint64_t m_lastAlert = 0;
    std::uint64_t m_decisions = 0;
    std::uint64_t m_holds = 0;
    std::uint64_t m_fills = 0;
    std::uint64_t m_trades = 0;
    FillId m_lastFill;
    DecisionId m_lastDecision;
    RoundTripId m_lastTrade;
    QElapsedTimer m_pulse;
};

} // namespace coinswarm::daemon
