// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis/broken_pipes.h"

#include <csignal>

namespace coinswarm::redis {

void ignoreBrokenPipes()
{
    static const bool once = [] {
        struct sigaction present {};
        if (sigaction(SIGPIPE, nullptr, &present) == 0 && present.sa_handler == SIG_DFL) {
            struct sigaction ignore {};
            ignore.sa_handler = SIG_IGN;
            sigaction(SIGPIPE, &ignore, nullptr);
        }
        return true;
    }();
    static_cast<void>(once);
}

} // namespace coinswarm::redis
