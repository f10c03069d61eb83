// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

namespace coinswarm::cli {

/// What a script learns from the exit code.
inline constexpr int kOk = 0;
inline constexpr int kFinding = 1; ///< the answer is no: tampered, refused, not found
inline constexpr int kUsage = 2; ///< the command line or a configuration is wrong
inline constexpr int kEnvironment = 3; ///< no engine, no file, no permission
inline constexpr int kNotClosed = 4; ///< `journal verify` and `audit verify`: sound so far, but torn or not closed

constexpr int exitCode(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Invalid:
        return kUsage;
    case ErrorKind::Unavailable:
    case ErrorKind::Environment:
        return kEnvironment;
    case ErrorKind::NotFound:
    case ErrorKind::Corrupt:
    case ErrorKind::Refused:
        break;
    }
    return kFinding;
}

} // namespace coinswarm::cli
