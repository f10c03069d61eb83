// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "index/row_kernels.h"

// The sets that the compiler can make; whether the processor has them is asked at run time.
#if defined(__x86_64__) && defined(__GNUC__)
#define COINSWARM_X86_KERNELS 1
#endif

namespace coinswarm::index {

extern const RowKernels kPortableKernels;
#ifdef COINSWARM_X86_KERNELS
extern const RowKernels kAvx2Kernels;
extern const RowKernels kAvx512Kernels;
#endif

} // namespace coinswarm::index
