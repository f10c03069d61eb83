// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/hot_memory.h>

namespace coinswarm {

HotMemory::~HotMemory() = default;

} // namespace coinswarm
