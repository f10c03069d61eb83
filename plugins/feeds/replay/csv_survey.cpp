// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "csv_survey.h"

#include <algorithm>
#include <map>

namespace coinswarm::replay {

namespace {

constexpr int kRows = 1'000;
constexpr int kLinesBeforeHeader = 20;

/// Decimals without the zeros at the end; 9 and more (artefacts of binary fractions) do not count.
int decimalsOf(std::string_view text)
{
    const std::size_t point = text.find('.');
    if (point == std::string_view::npos || text.find_first_of("eE") != std::string_view::npos) {
        return 0;
    }
    while (text.ends_with('0')) {
        text.remove_suffix(1);
    }
    const auto count = static_cast<int>(text.size() - point - 1);
    return count <= 8 ? count : 0;
}

std::int64_t stepOf(int decimals)
{
    std::int64_t raw = detail::kDecimalScale;
    for (int i = 0; i < decimals; ++i) {
        raw /= 10;
    }
    return raw;
}

bool isControl(char c)
{
    return static_cast<unsigned char>(c) < 0x20 && c != '\t';
}

constexpr Column kPrices[] = {Column::Open,     Column::High,    Column::Low,     Column::Close,   Column::TradePrice,
                              Column::Bid,      Column::Ask,     Column::BidOpen, Column::BidHigh, Column::BidLow,
                              Column::BidClose, Column::AskOpen, Column::AskHigh, Column::AskLow,  Column::AskClose};
constexpr Column kQuantities[] = {Column::Volume, Column::TradeQuantity, Column::BidSize, Column::AskSize};

/// The largest number of decimals in any of these columns of the row.
template <std::size_t N>
void countDecimals(const CsvLayout &layout, std::span<const std::string_view> row, const Column (&columns)[N],
                   int &most)
{
    for (const Column column : columns) {
        if (layout.has(column)) {
            most = std::max(most, decimalsOf(layout.field(row, column)));
        }
    }
}

class StepCounter
{
public:
    void add(Timestamp time)
    {
        if (m_started && time != m_last) {
            ++m_counts[std::max(time, m_last).ns - std::min(time, m_last).ns];
            ++(time > m_last ? m_forward : m_backward);
        }
        m_started = true;
        m_last = time;
    }
    /// Rows that are merely out of order here and there are defects.
    bool goesBackward() const { return m_backward > 0 && m_forward == 0; }
    /// Of equally frequent steps the shortest.
    Interval mode() const
    {
        const auto best = std::max_element(m_counts.begin(), m_counts.end(),
                                           [](const auto &a, const auto &b) { return a.second < b.second; });
        constexpr std::int64_t second = 1'000'000'000;
        if (best == m_counts.end() || best->first < second || best->first > 31'536'000 * second) {
            return {};
        }
        return Interval{static_cast<std::int32_t>(best->first / second)};
    }

private:
    bool m_started = false;
    Timestamp m_last;
    int m_forward = 0;
    int m_backward = 0;
    std::map<std::int64_t, int> m_counts;
};

} // namespace

Result<CsvSurvey> survey(CsvReader &reader, std::string_view wantedKind)
{
    CsvSurvey result;
    std::string_view line;
    std::vector<std::string_view> fields;
    bool any = false;
    for (int skipped = 0; skipped < kLinesBeforeHeader; ++skipped) {
        const Result<bool> more = reader.next(line);
        if (!more.ok()) {
            return more.error();
        }
        if (!*more) {
            break;
        }
        any = true;
        if (std::any_of(line.begin(), line.end(), isControl)) {
            return invalid("this is not a table of text but a binary file");
        }
        result.separator = guessSeparator(line);
        splitFields(line, result.separator, fields);
        if (!line.starts_with('#') && fields.size() > 1) {
            break;
        }
        fields.clear();
    }
    if (fields.empty()) {
        return invalid(any ? "no row with columns in the first lines; expected a table separated by , ; tab or |"
                           : "the file is empty");
    }
    Result<CsvLayout> layout = recogniseLayout(fields, wantedKind);
    if (!layout.ok()) {
        return layout.error();
    }
    result.layout = *layout;
    result.headerLine = layout->hasHeader ? reader.lineNumber() : 0;

    StepCounter steps;
    int priceDecimals = 0;
    int quantityDecimals = 0;
    bool haveRow = !layout->hasHeader;
    for (int row = 0; row < kRows; ++row) {
        if (!haveRow) {
            const Result<bool> more = reader.next(line);
            if (!more.ok()) {
                return more.error();
            }
            if (!*more) {
                break;
            }
            splitFields(line, result.separator, fields);
        }
        haveRow = false;
        if (fields.size() != layout->width) {
            continue;
        }
        countDecimals(*layout, fields, kPrices, priceDecimals);
        countDecimals(*layout, fields, kQuantities, quantityDecimals);
        std::string text(layout->field(fields, Column::Time));
        if (layout->has(Column::TimeOfDay)) {
            text += ' ' + std::string(layout->field(fields, Column::TimeOfDay));
        }
        if (const std::optional<Timestamp> time = parseTime(text, layout->timeUnit)) {
            steps.add(*time);
        }
    }
    result.newestFirst = steps.goesBackward();
    result.interval = steps.mode();
    // The middle of a bid and an ask may lie halfway between two prices.
    const int extra = layout->kind == RowKind::QuoteBars ? 1 : 0;
    result.tick = Price::fromRaw(stepOf(std::min(priceDecimals + extra, 8)));
    // Whole volumes are more often rounded ones than a market in whole coins.
    result.lot = quantityDecimals == 0 ? Quantity() : Quantity::fromRaw(stepOf(quantityDecimals));
    return result;
}

} // namespace coinswarm::replay
