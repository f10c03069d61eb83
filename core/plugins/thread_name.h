// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

namespace coinswarm::plugins {

/// Names the calling thread for debuggers and `top -H`. Linux keeps 15 bytes; where threads have no
/// names, nothing happens.
void nameThisThread(const std::string &name);

} // namespace coinswarm::plugins
