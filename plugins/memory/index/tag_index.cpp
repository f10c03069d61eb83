// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/tag_index.h"

#include <algorithm>
#include <bit>

namespace coinswarm::index {

namespace {

template <class Enum>
std::size_t placeOf(Enum value)
{
    return static_cast<std::size_t>(value);
}

template <class Enum>
bool known(Enum value)
{
    return placeOf(value) < kEnumNames<Enum>.size();
}

template <class Enum>
bool knownOrAbsent(const std::optional<Enum> &value)
{
    return !value.has_value() || known(*value);
}

std::size_t bytesOf(std::span<const RowSet> sets)
{
    std::size_t bytes = 0;
    for (const RowSet &set : sets) {
        bytes += set.bytes();
    }
    return bytes;
}

/// Narrows a list of words to those in further sets.
class Narrowing
{
public:
    Narrowing(std::vector<std::uint64_t> &words, const RowKernels &kernels) : m_words(words), m_kernels(kernels) {}

    void begin(const RowSet &set) { m_words.assign(set.words().begin(), set.words().end()); }
    void to(const RowSet &set)
    {
        const std::size_t most = std::min(m_words.size(), set.words().size());
        m_words.resize(most);
        m_kernels.intersect(m_words.data(), set.words().data(), most);
    }
    template <class Enum, std::size_t kCount>
    void to(const std::optional<Enum> &value, const std::array<RowSet, kCount> &sets)
    {
        if (value.has_value()) {
            to(sets[placeOf(*value)]);
        }
    }

private:
    std::vector<std::uint64_t> &m_words;
    const RowKernels &m_kernels;
};

} // namespace

void RowSet::insert(Row row)
{
    if (row / 64 >= m_words.size()) {
        m_words.resize(row / 64 + 1, 0);
    }
    std::uint64_t &word = m_words[row / 64];
    const std::uint64_t bit = std::uint64_t{1} << (row % 64);
    m_size += (word & bit) == 0 ? 1 : 0;
    word |= bit;
}

void RowSet::erase(Row row)
{
    if (contains(row)) {
        m_words[row / 64] &= ~(std::uint64_t{1} << (row % 64));
        --m_size;
    }
}

void TagIndex::add(Row row, const EpisodeTags &tags)
{
    m_all.insert(row);
    if (!tags.deprecated) {
        m_current.insert(row);
    }
    m_symbols[tags.symbol].insert(row);
    m_actions[placeOf(tags.action)].insert(row);
    m_volatilities[placeOf(tags.volatility)].insert(row);
    m_spreads[placeOf(tags.spread)].insert(row);
    m_trends[placeOf(tags.trend)].insert(row);
    m_hours[placeOf(tags.hours)].insert(row);
    if (tags.pattern) {
        m_patterns[tags.pattern.value].push_back(row);
    }
    if (row >= m_times.size()) {
        m_times.resize(row + 1, 0);
    }
    m_times[row] = tags.time.ns;
    if (row / 64 >= m_blocks.size()) {
        m_blocks.resize(row / 64 + 1, Span{tags.time.ns, tags.time.ns});
    }
    Span &block = m_blocks[row / 64];
    block = {std::min(block.earliest, tags.time.ns), std::max(block.latest, tags.time.ns)};
}

void TagIndex::remove(Row row, const EpisodeTags &tags)
{
    m_all.erase(row);
    m_current.erase(row);
    m_symbols[tags.symbol].erase(row);
    m_actions[placeOf(tags.action)].erase(row);
    m_volatilities[placeOf(tags.volatility)].erase(row);
    m_spreads[placeOf(tags.spread)].erase(row);
    m_trends[placeOf(tags.trend)].erase(row);
    m_hours[placeOf(tags.hours)].erase(row);
    if (tags.pattern) {
        std::erase(m_patterns[tags.pattern.value], row);
    }
}

Selection TagIndex::select(const RecallFilter &filter, std::vector<std::uint64_t> &words,
                           const RowKernels &kernels) const
{
    const RowSet &base = filter.withDeprecated ? m_all : m_current;
    RecallFilter unfiltered;
    unfiltered.withDeprecated = filter.withDeprecated;
    if (filter == unfiltered) {
        return {base.words(), base.size()};
    }
    Narrowing narrow(words, kernels);
    if (filter.pattern.has_value()) {
        words.assign(base.words().size(), 0);
        if (const auto found = m_patterns.find(filter.pattern->value); found != m_patterns.end()) {
            for (const Row row : found->second) {
                // A row behind the last word of the base is not in the base.
                if (row / 64 < words.size()) {
                    words[row / 64] |= std::uint64_t{1} << (row % 64);
                }
            }
        }
        narrow.to(base);
    } else {
        narrow.begin(base);
    }
    if (filter.symbol.has_value()) {
        const auto found = m_symbols.find(*filter.symbol);
        if (found == m_symbols.end()) {
            return {};
        }
        narrow.to(found->second);
    }
    narrow.to(filter.action, m_actions);
    narrow.to(filter.volatility, m_volatilities);
    narrow.to(filter.spread, m_spreads);
    narrow.to(filter.trend, m_trends);
    narrow.to(filter.hours, m_hours);
    if (filter.from.has_value() || filter.to.has_value()) {
        narrowToTimes(filter, words);
    }
    return {words, kernels.countBits(words.data(), words.size())};
}

void TagIndex::narrowToTimes(const RecallFilter &filter, std::vector<std::uint64_t> &words) const
{
    const auto matches = [&](std::int64_t ns) {
        return (!filter.from.has_value() || ns >= filter.from->ns) && (!filter.to.has_value() || ns < filter.to->ns);
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
        const Span block = m_blocks[i];
        // Episodes come roughly in the order of time, so most blocks lie wholly inside or wholly outside.
        if (words[i] == 0 || (matches(block.earliest) && matches(block.latest))) {
            continue;
        }
        if ((filter.from.has_value() && block.latest < filter.from->ns)
            || (filter.to.has_value() && block.earliest >= filter.to->ns))
        {
            words[i] = 0;
        }
        for (std::uint64_t bits = words[i]; bits != 0; bits &= bits - 1) {
            if (!matches(m_times[i * 64 + static_cast<std::size_t>(std::countr_zero(bits))])) {
                words[i] &= ~(bits & -bits);
            }
        }
    }
}

std::size_t TagIndex::bytes() const
{
    std::size_t bytes = m_all.bytes() + m_current.bytes() + bytesOf(m_actions) + bytesOf(m_volatilities)
        + bytesOf(m_spreads) + bytesOf(m_trends) + bytesOf(m_hours) + m_times.capacity() * sizeof(std::int64_t)
        + m_blocks.capacity() * sizeof(Span);
    for (const auto &[symbol, set] : m_symbols) {
        bytes += set.bytes();
    }
    for (const auto &[pattern, rows] : m_patterns) {
        bytes += rows.capacity() * sizeof(Row);
    }
    return bytes;
}

bool knownTags(const EpisodeTags &tags)
{
    return known(tags.action) && known(tags.volatility) && known(tags.spread) && known(tags.trend) && known(tags.hours);
}

bool knownFilter(const RecallFilter &filter)
{
    return knownOrAbsent(filter.action) && knownOrAbsent(filter.volatility) && knownOrAbsent(filter.spread)
        && knownOrAbsent(filter.trend) && knownOrAbsent(filter.hours);
}

} // namespace coinswarm::index
