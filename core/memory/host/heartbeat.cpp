// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/heartbeat.h"

namespace coinswarm::memory {

std::string clusterToken(const journal::Digest &cluster)
{
    return journal::toHex(cluster).substr(0, cluster.size());
}

} // namespace coinswarm::memory
