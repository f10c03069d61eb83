// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "csv_reader.h"
#include "csv_survey.h"
#include "replay_feed_options.h"
#include "reversed_lines.h"
#include "row_parser.h"
#include "row_sequence.h"

#include <coinswarm/feed.h>

namespace coinswarm::replay {

/// Plays a CSV or CSV.gz file of candles, trades or quotes. Memory does not grow with the file, unless its rows go from
/// new to old: then they are held and played from the last to the first.
///
/// One row is one event. What is wrong with a row becomes a DataDefect with its line; what then happens is the
/// `defects` setting: refuse (read() fails at the first impossible row), drop or repair. Gaps and outliers are
/// reported and played. After a refusal read() repeats the same error.
class ReplayFeed : public Feed
{
public:
    /// defects() keeps this many; health().errors counts them all.
    static constexpr std::size_t kDefectsKept = 10'000;

    explicit ReplayFeed(ReplayFeedOptions options);

    SourceMetadata metadata() const override;
    SourceHealth health() const override;
    Result<void> open() override;
    std::vector<Instrument> instruments() const override { return {m_instrument}; }
    /// Empty: a recording warms up from its own first bars.
    std::vector<Candle> history() override { return {}; }
    Result<std::size_t> read(std::span<MarketEvent> out) override;
    std::optional<double> progress() const override;
    /// Forward by passing over rows, backward by starting the file again.
    Result<void> seek(Timestamp time) override;
    std::vector<DataDefect> defects() const override { return m_defects; }
    double defaultSpeed() const override;

    RowKind kind() const { return m_survey.layout.kind; }
    Interval interval() const { return m_interval; }

private:
    Result<void> restart();
    Result<bool> nextLine(std::string_view &line);
    std::uint64_t lineNumber() const;
    Result<bool> nextEvent(MarketEvent &event);
    Result<bool> judge(bool usable, RowDefects &found);
    bool isWanted(const MarketEvent &event) const;
    Result<bool> finish();
    std::string fileName() const;

    ReplayFeedOptions m_options;
    CsvReader m_reader;
    ReversedLines m_reversed; ///< in place of the reader where the newest row comes first
    CsvSurvey m_survey;
    Instrument m_instrument;
    Interval m_interval;
    std::optional<RowParser> m_parser;
    std::optional<RowSequence> m_sequence;
    std::vector<std::string_view> m_fields;
    RowDefects m_rowDefects;
    std::vector<DataDefect> m_defects;
    std::uint64_t m_defectCount = 0;
    std::uint64_t m_rows = 0;
    std::uint64_t m_judgedRows = 0; ///< a row that is read again after a seek is not reported again
    std::uint64_t m_usable = 0;
    std::uint64_t m_delivered = 0;
    std::optional<Timestamp> m_seekTo;
    Timestamp m_lastVisible; ///< of the last event delivered …
    Timestamp m_lastSeen; ///< … and of the last usable row, which may have been passed over
    Timestamp m_firstTime; ///< of the usable rows, whether wanted or not
    Timestamp m_lastTime;
    std::optional<Error> m_failure;
    bool m_finished = false;
};

} // namespace coinswarm::replay
