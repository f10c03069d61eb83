// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtCore/QString>
#include <QtCore/QVariant>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace coinswarm::ui {

/// What a table sorts by: a number or a text, numbers first.
struct SortKey {
    double number = 0;
    QString text = {};
    bool isText = false;

    static SortKey of(const QVariant &value);
    /// Negative, zero or positive.
    int compare(const SortKey &other) const;
};

/// Rows that come out in order of their keys, one at a time and only as many as are asked for: sorted runs, merged while they
/// are read. Adding is a push_back and now and then the sorting of one short run, so nothing takes long, however many there
/// are. Rows of equal keys keep their order. GUI thread.
class SortedRows
{
public:
    void clear(bool descending);
    /// In any order. The row must not be in here: see forget().
    void add(SortKey key, std::uint64_t row);
    /// The row does not come out, unless it is added again.
    void forget(std::uint64_t row) { ++m_versions[row]; }
    /// The next in order that is at least `oldest`; rows below have left.
    std::optional<std::uint64_t> take(std::uint64_t oldest);
    bool empty() const { return m_size == 0; }
    bool descending() const { return m_descending; }
    /// Order of two rows.
    bool before(const SortKey &a, std::uint64_t rowA, const SortKey &b, std::uint64_t rowB) const;

private:
    struct Item {
        SortKey key;
        std::uint64_t row;
        std::uint32_t version;
    };
    using Run = std::vector<Item>; ///< the next one at the end

    void closeRun();
    /// Order of two runs for the heap.
    bool later(std::size_t a, std::size_t b) const;

    static constexpr std::size_t kRun = 4'096;
    bool m_descending = false;
    std::vector<Run> m_runs;
    std::vector<std::size_t> m_free; ///< runs that are used up
    std::vector<std::size_t> m_heap; ///< indices of runs, that with the first item on top
    Run m_open; ///< not sorted yet
    std::map<std::uint64_t, std::uint32_t> m_versions; ///< of rows that were forgotten: how often
    std::size_t m_size = 0;
};

} // namespace coinswarm::ui
