// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "config/configuration.h"
#include "config/paths.h"
#include "storage/storage.h"

#include <memory>

namespace coinswarm::runtime {

/// Opens the store that the configuration names, as openSqliteStorage() and openPostgresStorage() say; makes the folder
/// of the outage buffer. `options` need no queue limit: it is the configuration's.
Result<std::unique_ptr<storage::Storage>> openSessionStorage(const config::Configuration &configuration,
                                                             const config::Paths &paths,
                                                             storage::StorageOptions options);

} // namespace coinswarm::runtime
