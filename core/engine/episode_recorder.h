// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/open_ask.h"

#include <coinswarm/episode.h>
#include <coinswarm/fill.h>
#include <coinswarm/position.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace coinswarm::engine {

/// Keeps what was seen and said at the entry of each trade until the trade is closed, and makes an episode of both. Part of
/// the engine; deterministic. Entries that never became a trade are forgotten, the oldest first.
class EpisodeRecorder
{
public:
    /// A decision has become an order. `agents` are the names in agent order.
    void onEntry(const Decision &decision, const AskedState &seen, const std::vector<std::string> &agents);
    /// A fill was booked; `after` is the position since.
    void onFill(const Fill &fill, DecisionId decision, const Position &after);
    /// The trade that the last fill has closed. Nothing if the state at its entry is not known.
    std::optional<Episode> onRoundTrip(const RoundTrip &trade, const std::string &session, const std::string &symbol);

    template <class Visitor>
    void visitState(Visitor &visit)
    {
        visit("entries", m_entries);
        visit("trades", m_trades);
    }

private:
    /// What was seen when an entry was decided.
    struct Entry {
        Embedding state;
        Regime regime;
        std::vector<EpisodeVote> votes;

        template <class Self, class Visitor>
        static void fields(Self &self, Visitor &&visit)
        {
            visit("state", self.state);
            visit("regime", self.regime);
            visit("votes", self.votes);
        }
    };
    /// A trade that is open.
    struct OpenTrade {
        std::optional<Entry> entry; ///< nothing if its state is not known
        Side side = Side::Buy; ///< of the entry
        Quantity entered; ///< Σ of the fills on that side
        std::vector<std::string> fills; ///< the venue's ids
        bool crossed = false; ///< the last fill closed it and opened the next
        std::optional<Entry> next; ///< of the next, if `crossed`
        Quantity left; ///< what that fill put into the next, if `crossed`

        template <class Self, class Visitor>
        static void fields(Self &self, Visitor &&visit)
        {
            visit("entry", self.entry);
            visit("side", self.side);
            visit("entered", self.entered);
            visit("fills", self.fills);
            visit("crossed", self.crossed);
            visit("next", self.next);
            visit("left", self.left);
        }
    };

    std::optional<Entry> entryOf(DecisionId decision) const;

    std::map<DecisionId, Entry> m_entries;
    std::map<InstrumentId, OpenTrade> m_trades;
};

} // namespace coinswarm::engine
