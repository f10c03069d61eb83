// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace coinswarm::plugins {

/// Where a crash of the calling thread is noted. Returns what was set before; null notes nothing.
std::atomic<std::uint32_t> *noteCrashesIn(std::atomic<std::uint32_t> *place);

/// From now on a fatal signal (abort, segmentation fault, illegal instruction, …) is noted for the thread it hits; then
/// it takes its usual course. The second and later calls do nothing. On Windows there are no such signals to note.
void installCrashSignals();

/// "signal 6 (aborted)"
std::string signalText(std::uint32_t signal);

} // namespace coinswarm::plugins
