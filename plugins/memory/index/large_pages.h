// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>

namespace coinswarm::index {

/// Memory at a multiple of 2 MiB, in large pages where the system has them: a search jumps about in it, and small
/// pages would cost it an address translation per jump. Throws std::bad_alloc.
void *allocateLargePages(std::size_t bytes);
void freeLargePages(void *memory);

} // namespace coinswarm::index
