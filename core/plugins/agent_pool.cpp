// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/agent_pool.h"

namespace coinswarm::plugins {

AgentPool::~AgentPool() = default;

} // namespace coinswarm::plugins
