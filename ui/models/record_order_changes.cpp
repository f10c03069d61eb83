// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What arrives, changes and leaves while the rows are shown.
#include "models/record_order.h"

#include <algorithm>

namespace coinswarm::ui {

void RecordOrder::insertSorted(Sequence row)
{
    const SortKey key = keyOf(row);
    const auto place = std::lower_bound(m_shown.begin(), m_shown.end(), row, [&](Sequence shown, Sequence) {
        return m_sorted.before(keyOf(shown), shown, key, row);
    });
    if (place == m_shown.end() && (m_shown.size() >= m_wanted || !m_sorted.empty())) {
        m_sorted.add(key, row); // on a later page
    } else {
        insertAt(static_cast<std::size_t>(place - m_shown.begin()), {row});
    }
}

/// What has come in above must not make the page longer and longer: its end goes back to what can be fetched.
void RecordOrder::trim()
{
    if (m_shown.size() <= m_wanted + kPage) {
        return;
    }
    beginRemoveRows({}, static_cast<int>(m_wanted), static_cast<int>(m_shown.size()) - 1);
    while (m_shown.size() > m_wanted) {
        if (!byArrival()) {
            m_sorted.add(keyOf(m_shown.back()), m_shown.back());
        } else if (m_descending) {
            m_from = m_shown.back() + 1;
        } else {
            m_to = m_shown.back();
        }
        m_shown.pop_back();
    }
    endRemoveRows();
}

void RecordOrder::onInserted()
{
    if (busy() && !(byArrival() && m_descending)) {
        return; // it comes to them
    }
    if (byArrival() && !m_descending) {
        lookFurther();
        return;
    }
    for (; m_to < endOfSource(); ++m_to) {
        if (!passes(m_to)) {
            continue;
        }
        if (byArrival()) {
            insertAt(0, {m_to});
        } else {
            insertSorted(m_to);
        }
    }
    trim();
}

/// Newest first, what is before the end is looked at when it is wanted; any other order has to begin again.
void RecordOrder::onPrepended()
{
    if (byArrival() && m_descending) {
        goOnOrRest();
    } else {
        restart(Keep::Shown);
    }
}

void RecordOrder::onRemoving(int last)
{
    const Sequence end = firstOfSource() + static_cast<Sequence>(last) + 1;
    for (Sequence row = firstOfSource(); row < end; ++row) {
        if (const int place = placeOf(row); place >= 0) {
            removeAt(static_cast<std::size_t>(place));
        }
    }
    m_from = std::max(m_from, end);
    m_to = std::max(m_to, end);
}

void RecordOrder::topUp()
{
    if (!busy() && byArrival()) {
        lookFurther();
    }
}

void RecordOrder::onChanged(int first, int last)
{
    if (last - first >= kSlice) {
        if (!m_filter.isEmpty() || !byArrival()) {
            restart(Keep::Shown);
        } else if (!m_shown.empty()) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        }
        return;
    }
    for (int at = first; at <= last; ++at) {
        const Sequence row = firstOfSource() + static_cast<Sequence>(at);
        const int place = placeOf(row);
        const bool looked = m_from <= row && row < m_to;
        const bool stays = passes(row);
        if (m_gathering) {
            if (looked) {
                m_sorted.forget(row);
            }
            if (looked && stays) {
                m_sorted.add(keyOf(row), row);
            }
        } else if (!byArrival() && looked) {
            changeSorted(row, place, stays);
            continue;
        } else if (place < 0 && looked && stays) {
            const auto where = std::lower_bound(m_shown.begin(), m_shown.end(), row,
                                                [this](Sequence a, Sequence b) { return before(a, b); });
            insertAt(static_cast<std::size_t>(where - m_shown.begin()), {row});
        } else if (place >= 0 && !stays) {
            removeAt(static_cast<std::size_t>(place));
            continue;
        }
        if (place >= 0) {
            Q_EMIT dataChanged(index(place, 0), index(place, columnCount() - 1));
        }
    }
}

void RecordOrder::changeSorted(Sequence row, int place, bool stays)
{
    if (place < 0) {
        m_sorted.forget(row);
        if (stays) {
            insertSorted(row);
        }
        return;
    }
    const auto at = static_cast<std::size_t>(place);
    const SortKey key = keyOf(row);
    const bool above = at == 0 || m_sorted.before(keyOf(m_shown[at - 1]), m_shown[at - 1], key, row);
    const bool below = at + 1 == m_shown.size() || m_sorted.before(key, row, keyOf(m_shown[at + 1]), m_shown[at + 1]);
    if (stays && above && below) {
        Q_EMIT dataChanged(index(place, 0), index(place, columnCount() - 1));
        return;
    }
    removeAt(at);
    if (stays) {
        insertSorted(row);
    }
}

} // namespace coinswarm::ui
