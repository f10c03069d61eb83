// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "replay_feed.h"

#include <algorithm>

namespace coinswarm::replay {

namespace {

/// The time a row is about: a candle's open, otherwise the event's own.
Timestamp timeOf(const MarketEvent &event)
{
    const auto *candle = std::get_if<Candle>(&event);
    return candle != nullptr ? candle->openTime : visibleAt(event);
}

const char *nameOf(RowKind kind)
{
    switch (kind) {
    case RowKind::Candles:
        return "bars";
    case RowKind::QuoteBars:
        return "bars of the middle between bid and ask";
    case RowKind::Trades:
        return "trades";
    case RowKind::Quotes:
        return "quotes";
    }
    return "";
}

} // namespace

ReplayFeed::ReplayFeed(ReplayFeedOptions options) : m_options(std::move(options)) {}

std::string ReplayFeed::fileName() const
{
    const std::size_t slash = m_options.file.find_last_of("/\\");
    return slash == std::string::npos ? m_options.file : m_options.file.substr(slash + 1);
}

Result<void> ReplayFeed::open()
{
    if (Result<void> opened = m_reader.open(m_options.file); !opened.ok()) {
        return opened;
    }
    Result<CsvSurvey> surveyed = survey(m_reader, m_options.kind);
    if (!surveyed.ok()) {
        return Error{surveyed.error().kind, fileName() + ": " + surveyed.error().message};
    }
    m_survey = *surveyed;
    m_interval = m_options.interval.seconds > 0 ? m_options.interval : m_survey.interval;
    const bool bars = kind() == RowKind::Candles || kind() == RowKind::QuoteBars;
    if (bars && m_interval.seconds == 0) {
        return invalid(fileName()
                       + ": the length of a bar cannot be told from the first rows; set \"interval\", "
                         "for example to 5m");
    }
    m_instrument = instrumentFor(m_options.symbol.empty() ? symbolFromFileName(m_options.file) : m_options.symbol);
    m_instrument.tick = m_options.tick.isZero() ? m_survey.tick : m_options.tick;
    const Quantity lot = m_options.lot.isZero() ? m_survey.lot : m_options.lot;
    if (!lot.isZero()) {
        m_instrument.lot = lot;
        m_instrument.minimumQuantity = lot;
    }
    m_instrument.shortAllowed = m_options.shortAllowed;
    if (m_survey.newestFirst) {
        ++m_defectCount;
        m_defects.push_back(
            {m_survey.headerLine + 1, "the rows go from new to old", "played from the last to the first", false});
    }
    return restart();
}

Result<void> ReplayFeed::restart()
{
    if (Result<void> opened = m_reader.open(m_options.file); !opened.ok()) {
        return opened;
    }
    const bool repairs = m_options.defects == DefectPolicy::Repair;
    m_parser.emplace(m_survey.layout, m_instrument.id, m_interval, repairs);
    m_sequence.emplace(m_interval, repairs);
    m_rows = 0;
    m_usable = 0;
    m_delivered = 0;
    m_finished = false;
    std::string_view line;
    while (m_reader.lineNumber() < m_survey.headerLine) {
        const Result<bool> more = m_reader.next(line);
        if (!more.ok()) {
            return more.error();
        }
    }
    return m_survey.newestFirst ? m_reversed.read(m_reader) : Result<void>();
}

Result<bool> ReplayFeed::nextLine(std::string_view &line)
{
    return m_survey.newestFirst ? Result<bool>(m_reversed.next(line)) : m_reader.next(line);
}

std::uint64_t ReplayFeed::lineNumber() const
{
    return m_survey.newestFirst ? m_reversed.lineNumber() : m_reader.lineNumber();
}

Result<std::size_t> ReplayFeed::read(std::span<MarketEvent> out)
{
    if (m_failure) {
        return *m_failure;
    }
    std::size_t count = 0;
    while (count < out.size() && !m_finished) {
        const Result<bool> more = nextEvent(out[count]);
        if (!more.ok()) {
            m_failure = more.error();
            // The events before the defect are good and are delivered; the next call reports it.
            return count > 0 ? Result<std::size_t>(count) : Result<std::size_t>(*m_failure);
        }
        count += *more ? 1 : 0;
    }
    return count;
}

Result<bool> ReplayFeed::nextEvent(MarketEvent &event)
{
    for (;;) {
        std::string_view line;
        const Result<bool> more = nextLine(line);
        if (!more.ok()) {
            return more.error();
        }
        if (!*more) {
            return finish();
        }
        ++m_rows;
        splitFields(line, m_survey.separator, m_fields);
        m_rowDefects.clear();
        const bool usable = m_parser->parse(m_fields, event, m_rowDefects) && m_sequence->accept(event, m_rowDefects);
        if (!m_rowDefects.empty()) [[unlikely]] {
            const Result<bool> verdict = judge(usable, m_rowDefects);
            if (!verdict.ok()) {
                return verdict.error();
            }
            if (!*verdict) {
                continue;
            }
        }
        const Timestamp time = timeOf(event);
        if (m_usable++ == 0) {
            m_firstTime = time;
        }
        m_lastTime = time;
        m_lastSeen = visibleAt(event);
        if (m_options.to && time >= *m_options.to) {
            return finish();
        }
        if (isWanted(event)) {
            ++m_delivered;
            m_lastVisible = m_lastSeen;
            return true;
        }
    }
}

bool ReplayFeed::isWanted(const MarketEvent &event) const
{
    return (!m_options.from || timeOf(event) >= *m_options.from) && (!m_seekTo || visibleAt(event) >= *m_seekTo);
}

/// True if the row can be played after all; an error if it is to be refused.
Result<bool> ReplayFeed::judge(bool usable, RowDefects &found)
{
    const std::uint64_t line = lineNumber();
    for (const RowDefect &defect : found) {
        const bool refused = defect.impossible && m_options.defects == DefectPolicy::Refuse;
        if (m_rows > m_judgedRows) {
            ++m_defectCount;
            if (m_defects.size() < kDefectsKept) {
                m_defects.push_back({line, defect.what,
                                     refused                                ? "refused"
                                         : usable && !defect.repair.empty() ? "repaired: " + defect.repair
                                         : !defect.impossible               ? "reported"
                                                                            : "dropped",
                                     defect.impossible});
            }
        }
        if (refused) {
            m_judgedRows = std::max(m_judgedRows, m_rows);
            return Error{ErrorKind::Refused,
                         "line " + std::to_string(line) + " of " + fileName() + ": " + defect.what
                             + ". Set defects to \"drop\" to leave such rows out or to \"repair\" to mend them."};
        }
    }
    m_judgedRows = std::max(m_judgedRows, m_rows);
    return usable;
}

/// The end of the file or of the wanted span; an error if nothing at all came of it.
Result<bool> ReplayFeed::finish()
{
    m_finished = true;
    if (m_delivered > 0 || m_seekTo) {
        return false;
    }
    if (m_usable == 0) {
        std::string reason =
            m_rows == 0 ? ": the file has no rows" : ": all " + std::to_string(m_rows) + " were dropped";
        if (!m_defects.empty()) {
            reason += "; line " + std::to_string(m_defects.front().line) + ": " + m_defects.front().what;
        }
        return Error{ErrorKind::Corrupt, fileName() + " has no usable rows" + reason + ". Check the file."};
    }
    return invalid(fileName() + " has no rows between \"from\" and \"to\"; it begins at " + toString(m_firstTime)
                   + (m_options.to ? "" : " and ends at " + toString(m_lastTime)));
}

std::optional<double> ReplayFeed::progress() const
{
    return m_finished ? 1.0 : m_survey.newestFirst ? m_reversed.progress() : m_reader.progress();
}

Result<void> ReplayFeed::seek(Timestamp time)
{
    if (m_failure) {
        return *m_failure;
    }
    m_seekTo = time;
    return m_usable > 0 && time <= m_lastSeen ? restart() : Result<void>();
}

double ReplayFeed::defaultSpeed() const
{
    if (m_options.speed > 0) {
        return m_options.speed;
    }
    return kind() == RowKind::Candles || kind() == RowKind::QuoteBars ? 60 : 1;
}

SourceMetadata ReplayFeed::metadata() const
{
    SourceMetadata metadata;
    metadata.name = "replay";
    metadata.origin = m_options.file;
    if (m_parser) {
        metadata.description = m_instrument.symbol + " "
            + (m_interval.seconds > 0 && kind() != RowKind::Trades && kind() != RowKind::Quotes
                   ? std::to_string(m_interval.seconds) + " s "
                   : std::string())
            + nameOf(kind()) + " from " + fileName();
        metadata.symbols = {m_instrument.symbol};
    }
    return metadata;
}

SourceHealth ReplayFeed::health() const
{
    SourceHealth health;
    health.state = m_failure ? SourceState::Failed
        : m_finished         ? SourceState::Finished
        : m_delivered > 0    ? SourceState::Healthy
                             : SourceState::Starting;
    health.detail = m_failure ? m_failure->message : std::string();
    health.lastData = m_lastVisible;
    health.delivered = m_delivered;
    health.errors = m_defectCount;
    return health;
}

} // namespace coinswarm::replay
