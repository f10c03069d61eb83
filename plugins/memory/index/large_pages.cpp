// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/large_pages.h"

#include <QtCore/qglobal.h>

#include <new>

#if defined(Q_OS_LINUX)
#include <sys/mman.h>
#endif

namespace coinswarm::index {

namespace {

constexpr std::align_val_t kAlignment{std::size_t{2} << 20};

} // namespace

void *allocateLargePages(std::size_t bytes)
{
    void *memory = ::operator new(bytes, kAlignment);
#if defined(Q_OS_LINUX)
    // Advice only: without large pages everything works, slower.
    static_cast<void>(::madvise(memory, bytes, MADV_HUGEPAGE));
#endif
    return memory;
}

void freeLargePages(void *memory)
{
    ::operator delete(memory, kAlignment);
}

} // namespace coinswarm::index
