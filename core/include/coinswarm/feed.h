// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/export.h>
#include <coinswarm/ingestor.h>
#include <coinswarm/market_data.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace coinswarm {

/// A defect in recorded data and what was done about it.
struct DataDefect {
    std::uint64_t line = 0; ///< in the uncompressed file, from 1
    std::string what; ///< "high 10.2 is below low 10.4"
    std::string done; ///< "dropped", "repaired: …", "reported"
    bool impossible = false; ///< cannot be a market (as opposed to a gap or an outlier)

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("line", self.line);
        visit("what", self.what);
        visit("done", self.done);
        visit("impossible", self.impossible);
    }
};

/// A source of market data that is read at the host's pace: simulated and recorded markets, and live ones that keep what
/// has come until it is read.
///
/// Thread: the engine's.
/// Order: events come in order of visibleAt(); those of one moment come in the order the market produced them.
class COINSWARM_SDK_EXPORT Feed : public DataSource
{
public:
    ~Feed() override;

    /// Reads headers and whatever else is needed before instruments() can answer. Called once, first.
    virtual Result<void> open() = 0;
    /// Ids count from 1 in the order of the table; the events use them.
    virtual std::vector<Instrument> instruments() const = 0;
    /// Closed bars from before the first event, oldest first, for warm-up and the chart; empty if there are none.
    virtual std::vector<Candle> history() = 0;
    /// Writes the next events to `out`; returns how many. 0 means the end, or of a live feed that nothing is there now.
    /// Never waits.
    virtual Result<std::size_t> read(std::span<MarketEvent> out) = 0;
    /// Whether events come while they happen: such a feed is played by the wall clock and has no end. The default: no.
    virtual bool isLive() const;
    /// 0 … 1, or nothing for an endless feed.
    virtual std::optional<double> progress() const = 0;
    /// The next event read is the first that is visible at or after `time`. Feeds that cannot, refuse.
    virtual Result<void> seek(Timestamp time) = 0;
    /// What resume() needs to come back quickly to `before` or any later time: a state of the feed from not after it.
    /// Empty where there is none, or where seek() is quick; the default. It goes into every snapshot of a session, so it
    /// should be small.
    virtual std::string checkpoint(Timestamp before) const;
    /// seek(), beginning at a `checkpoint` of a feed with the same settings instead of the first event; what is read
    /// afterwards is the same, bit for bit. Corrupt if it is damaged or from another version of the feed, Refused if it
    /// belongs to other settings or a later time; then the feed stands where it stood. The default takes no notice of it.
    virtual Result<void> resume(std::string_view checkpoint, Timestamp time);
    /// What was wrong with the data so far. The default knows of no defect.
    virtual std::vector<DataDefect> defects() const;
    /// How much faster than the wall clock this feed is meant to be played (1 = as recorded).
    virtual double defaultSpeed() const;
};

} // namespace coinswarm
