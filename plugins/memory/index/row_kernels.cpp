// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/kernel_sets.h"

#include <vector>

namespace coinswarm::index {

namespace {

std::vector<const RowKernels *> findKernels()
{
    std::vector<const RowKernels *> found;
#ifdef COINSWARM_X86_KERNELS
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("popcnt") != 0;
    if (avx2 && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0
        && __builtin_cpu_supports("avx512vnni") != 0)
    {
        found.push_back(&kAvx512Kernels);
    }
    if (avx2) {
        found.push_back(&kAvx2Kernels);
    }
#endif
    found.push_back(&kPortableKernels);
    return found;
}

} // namespace

std::span<const RowKernels *const> availableKernels()
{
    static const std::vector<const RowKernels *> kernels = findKernels();
    return kernels;
}

const RowKernels &rowKernels()
{
    return *availableKernels().front();
}

} // namespace coinswarm::index
