// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/storage.h"

namespace coinswarm::storage {

Storage::~Storage() = default;

} // namespace coinswarm::storage
