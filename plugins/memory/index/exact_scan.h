// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "index/nearest.h"
#include "index/vector_rows.h"

#include <cstdint>
#include <span>

namespace coinswarm::index {

/// One bit a row, in words of 64: bit r % 64 of word r / 64 stands for row r. Rows behind the last word are not in it.
using RowBits = std::span<const std::uint64_t>;

/// Compares the query with every row of `allowed` in begin … end − 1 and offers each to `nearest`: exact, whatever the data.
/// Rows whose first numbers alone are too far are not read to their end. `ids` gives the id of each row.
void scanRows(const VectorRows &rows, std::span<const std::uint64_t> ids, const QueryVector &query, RowBits allowed,
              Row begin, Row end, Nearest &nearest, const RowKernels &kernels);

} // namespace coinswarm::index
