// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "snapshot_bytes.h"

#include <coinswarm/recall.h>

namespace coinswarm::replica {

/// Length and text of the symbol; action, volatility, spread, trend, hours (a byte each); reward, time, pattern (8 each);
/// promoted, deprecated (a byte each).
void writeTags(SnapshotWriter &out, const EpisodeTags &tags);
/// Values without a name are given back as they are: see index::knownTags().
EpisodeTags readTags(SnapshotReader &in);

} // namespace coinswarm::replica
