// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/digest.h"

#include <coinswarm/result.h>

#include <string_view>

namespace coinswarm::cli {

/// A key as `cluster key` prints it. Invalid if it is none.
Result<journal::PublicKey> parseKey(std::string_view text);

} // namespace coinswarm::cli
