// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/views.h"

namespace coinswarm::api {

/// Makes of two frames one that says the same: things that happened are strung together, things that have a state keep
/// the newer one. A full `newer` replaces `into`.
void mergeFrame(Frame &into, const Frame &newer);

/// How many entries the lists of a frame have together: what it costs to keep.
std::size_t frameEntries(const Frame &frame);

} // namespace coinswarm::api
