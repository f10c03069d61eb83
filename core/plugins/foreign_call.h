// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "plugins/crash_marker.h"

#include <string>

namespace coinswarm::plugins {

/// What is being thrown, as "decide() threw: …". Only inside a catch block.
std::string describeException(const char *method);

/// Calls plugin code. Returns nothing if it came back, otherwise what it threw. No exception leaves it, and while it
/// lasts the crash marker names the plugin. `marker` may be null.
template <class Call>
std::string foreignCall(CrashMarker *marker, std::size_t slot, const char *method, Call &&call)
{
    const CrashMarker::Scope scope(marker, slot, CrashMarker::Doing::Running);
    try {
        call();
        return {};
    } catch (...) {
        return describeException(method);
    }
}

} // namespace coinswarm::plugins
