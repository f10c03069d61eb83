// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/sorted_rows.h"

#include <algorithm>

namespace coinswarm::ui {

SortKey SortKey::of(const QVariant &value)
{
    if (value.typeId() == QMetaType::QString) {
        return {0, value.toString(), true};
    }
    return {value.toDouble(), {}, false};
}

int SortKey::compare(const SortKey &other) const
{
    if (isText != other.isText) {
        return isText ? 1 : -1;
    }
    if (isText) {
        return QString::compare(text, other.text, Qt::CaseInsensitive);
    }
    return number < other.number ? -1 : number > other.number ? 1 : 0;
}

bool SortedRows::before(const SortKey &a, std::uint64_t rowA, const SortKey &b, std::uint64_t rowB) const
{
    const int order = a.compare(b);
    if (order == 0) {
        return m_descending ? rowA > rowB : rowA < rowB;
    }
    return m_descending ? order > 0 : order < 0;
}

void SortedRows::clear(bool descending)
{
    m_descending = descending;
    m_runs.clear();
    m_free.clear();
    m_heap.clear();
    m_open.clear();
    m_versions.clear();
    m_size = 0;
}

void SortedRows::add(SortKey key, std::uint64_t row)
{
    const auto version = m_versions.find(row);
    m_open.push_back({std::move(key), row, version == m_versions.end() ? 0 : version->second});
    ++m_size;
    if (m_open.size() >= kRun) {
        closeRun();
    }
}

void SortedRows::closeRun()
{
    if (m_open.empty()) {
        return;
    }
    std::sort(m_open.begin(), m_open.end(),
              [this](const Item &a, const Item &b) { return before(b.key, b.row, a.key, a.row); });
    if (m_free.empty()) {
        m_free.push_back(m_runs.size());
        m_runs.emplace_back();
    }
    m_runs[m_free.back()] = std::exchange(m_open, {});
    m_heap.push_back(m_free.back());
    m_free.pop_back();
    std::push_heap(m_heap.begin(), m_heap.end(), [this](std::size_t a, std::size_t b) { return later(a, b); });
}

bool SortedRows::later(std::size_t a, std::size_t b) const
{
    const Item &left = m_runs[a].back();
    const Item &right = m_runs[b].back();
    return before(right.key, right.row, left.key, left.row);
}

std::optional<std::uint64_t> SortedRows::take(std::uint64_t oldest)
{
    closeRun();
    const auto byNext = [this](std::size_t a, std::size_t b) { return later(a, b); };
    while (!m_heap.empty()) {
        std::pop_heap(m_heap.begin(), m_heap.end(), byNext);
        const std::size_t run = m_heap.back();
        const std::uint64_t row = m_runs[run].back().row;
        const std::uint32_t version = m_runs[run].back().version;
        m_runs[run].pop_back();
        --m_size;
        if (m_runs[run].empty()) {
            m_heap.pop_back();
            m_runs[run] = {};
            m_free.push_back(run);
        } else {
            std::push_heap(m_heap.begin(), m_heap.end(), byNext);
        }
        const auto newest = m_versions.find(row);
        if (row >= oldest && version == (newest == m_versions.end() ? 0 : newest->second)) {
            return row;
        }
    }
    return {};
}

} // namespace coinswarm::ui
