// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "index/exact_scan.h"

#include <coinswarm/hot_memory.h>

#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace coinswarm::index {

/// One bit a row. Grows as bits are set; what it has not grown to is not set.
class RowSet
{
public:
    void insert(Row row);
    void erase(Row row);
    bool contains(Row row) const { return row / 64 < m_words.size() && (m_words[row / 64] >> (row % 64) & 1) != 0; }
    std::size_t size() const { return m_size; }
    RowBits words() const { return m_words; }
    std::size_t bytes() const { return m_words.capacity() * sizeof(std::uint64_t); }

private:
    std::vector<std::uint64_t> m_words;
    std::size_t m_size = 0;
};

/// Rows that a query is about.
struct Selection {
    RowBits rows;
    std::size_t count = 0;
};

/// Which rows have which tags: one RowSet for each value of each tag, the rows of each pattern, and the times by blocks.
///
/// Thread: select() from any thread, but not while another call runs.
class TagIndex
{
public:
    /// The enumerations of `tags` must have known values: see knownTags().
    void add(Row row, const EpisodeTags &tags);
    /// `tags` as given to add().
    void remove(Row row, const EpisodeTags &tags);

    /// The rows that match. `words` is working memory of the caller, which the selection may point into.
    Selection select(const RecallFilter &filter, std::vector<std::uint64_t> &words, const RowKernels &kernels) const;
    std::size_t bytes() const;

private:
    struct Span {
        std::int64_t earliest = 0;
        std::int64_t latest = 0;
    };

    void narrowToTimes(const RecallFilter &filter, std::vector<std::uint64_t> &words) const;

    RowSet m_all;
    RowSet m_current; ///< all without those of deprecated patterns
    std::map<std::string, RowSet, std::less<>> m_symbols;
    std::array<RowSet, kEnumNames<Action>.size()> m_actions;
    std::array<RowSet, kEnumNames<VolatilityRegime>.size()> m_volatilities;
    std::array<RowSet, kEnumNames<SpreadRegime>.size()> m_spreads;
    std::array<RowSet, kEnumNames<TrendRegime>.size()> m_trends;
    std::array<RowSet, kEnumNames<SessionRegime>.size()> m_hours;
    std::unordered_map<std::uint64_t, std::vector<Row>> m_patterns; ///< looked up only; rows in no order
    std::vector<std::int64_t> m_times; ///< by row
    std::vector<Span> m_blocks; ///< of the 64 rows of a word, whether they are still there or not
};

/// Whether every enumeration has a value that has a name.
bool knownTags(const EpisodeTags &tags);
bool knownFilter(const RecallFilter &filter);

} // namespace coinswarm::index
