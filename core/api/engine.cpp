// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/engine.h"

namespace coinswarm::api {

// Out of line, so that each interface has one home for its virtual table.
Handle::~Handle() = default;
Engine::~Engine() = default;

} // namespace coinswarm::api
