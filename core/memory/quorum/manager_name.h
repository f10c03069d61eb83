// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

namespace coinswarm::quorum {

/// What people call a manager, and `--id` names it: "m1" is the first of its epoch.
inline std::string managerName(std::size_t manager)
{
    return "m" + std::to_string(manager + 1);
}

} // namespace coinswarm::quorum
