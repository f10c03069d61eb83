// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/exact_scan.h"

#include <array>
#include <bit>

namespace coinswarm::index {

namespace {

constexpr std::size_t kAhead = 12; ///< rows between asking for memory and using it

inline void prefetchPrefix(const VectorRows &rows, Row row)
{
    const std::int8_t *values = rows.row(row);
    for (std::size_t i = 0; i < kPrefix; i += 64) {
        __builtin_prefetch(values + i);
    }
}

class Scan
{
public:
    Scan(const VectorRows &rows, std::span<const std::uint64_t> ids, const QueryVector &query, Nearest &nearest,
         const RowKernels &kernels)
        : m_rows(rows), m_ids(ids), m_query(query), m_nearest(nearest), m_kernels(kernels), m_reach(nearest.reach())
    {}

    void add(Row row)
    {
        prefetchPrefix(m_rows, row);
        m_rows.prefetchNorms(row);
        m_ahead[m_added++ % kAhead] = row;
        if (m_added - m_compared == kAhead) {
            compareNext();
        }
    }
    void finish()
    {
        while (m_compared < m_added) {
            compareNext();
        }
    }

private:
    void compareNext()
    {
        const Row row = m_ahead[m_compared++ % kAhead];
        const std::int8_t *values = m_rows.row(row);
        const Norms norms = m_rows.norms(row);
        const std::int32_t prefix = m_kernels.prefixDot(m_query.values.data(), values);
        // Squares only add up: what is too far already stays so. Equal is not too far, because ids decide then.
        if (m_query.norms.prefix + norms.prefix - 2 * prefix > m_reach) {
            return;
        }
        const std::int32_t dot = prefix + m_kernels.restDot(m_query.values.data(), values);
        const std::int32_t distance = m_query.norms.all + norms.all - 2 * dot;
        if (distance <= m_reach) {
            m_nearest.offer({distance, m_ids[row], row});
            m_reach = m_nearest.reach();
        }
    }

    const VectorRows &m_rows;
    std::span<const std::uint64_t> m_ids;
    const QueryVector &m_query;
    Nearest &m_nearest;
    const RowKernels &m_kernels;
    std::int32_t m_reach;
    std::array<Row, kAhead> m_ahead{};
    std::size_t m_added = 0;
    std::size_t m_compared = 0;
};

} // namespace

void scanRows(const VectorRows &rows, std::span<const std::uint64_t> ids, const QueryVector &query, RowBits allowed,
              Row begin, Row end, Nearest &nearest, const RowKernels &kernels)
{
    Scan scan(rows, ids, query, nearest, kernels);
    const std::size_t lastWord = std::min<std::size_t>((std::size_t{end} + 63) / 64, allowed.size());
    for (std::size_t word = begin / 64; word < lastWord; ++word) {
        std::uint64_t bits = allowed[word];
        const std::size_t first = word * 64;
        if (first < begin) {
            bits &= ~std::uint64_t{0} << (begin - first);
        }
        if (first + 64 > end) {
            bits &= ~std::uint64_t{0} >> (first + 64 - end);
        }
        for (; bits != 0; bits &= bits - 1) {
            scan.add(static_cast<Row>(first + static_cast<std::size_t>(std::countr_zero(bits))));
        }
    }
    scan.finish();
}

} // namespace coinswarm::index
