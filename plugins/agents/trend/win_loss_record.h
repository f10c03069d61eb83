// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/position.h>

#include <cstdint>
#include <string>

namespace coinswarm::trend {

/// What an agent's own trades earned, in shares of the money at stake, so that sizes do not matter.
class WinLossRecord
{
public:
    void add(const RoundTrip &trade);

    std::uint64_t trades() const { return m_wins + m_losses; }
    /// Average win over average loss; `otherwise` until there are `enough` trades with both wins and losses among them.
    double ratio(std::uint64_t enough, double otherwise) const;

    /// As text; every bit of it comes back with restore().
    std::string save() const;
    /// Throws std::invalid_argument for a text that save() did not write.
    void restore(const std::string &state);

private:
    std::uint64_t m_wins = 0;
    std::uint64_t m_losses = 0;
    double m_won = 0;
    double m_lost = 0;
};

} // namespace coinswarm::trend
