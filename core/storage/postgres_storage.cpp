// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/postgres_storage.h"

#include "storage/postgres_database.h"
#include "storage/queued_storage.h"

namespace coinswarm::storage {

Result<std::unique_ptr<Storage>> openPostgresStorage(const PostgresOptions &options, StorageOptions storage)
{
    if (options.bufferFolder.empty()) {
        return invalid("a PostgreSQL store needs a folder for its outage buffer");
    }
    if (options.schema.empty()
        || options.schema.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos)
    {
        return invalid("storage.postgresql.schema: expected lower case letters, digits and underscores, found \""
                       + options.schema + "\"");
    }
    // A statement with more rows costs the server less per row than one of the size that is right for a file.
    storage.batchSize = std::max<std::size_t>(storage.batchSize, 10'000);
    StorageBackend backend;
    backend.name = postgresName(options);
    backend.bufferFolder = options.bufferFolder;
    backend.bufferBytes = options.bufferBytes;
    backend.connect = [options, watch = std::make_shared<ConnectionWatch>()]() -> Result<std::unique_ptr<SqlDatabase>> {
        Result<std::unique_ptr<PostgresDatabase>> database = PostgresDatabase::open(options, *watch);
        return database.ok() ? Result<std::unique_ptr<SqlDatabase>>(std::move(*database)) : database.error();
    };
    auto opened = std::make_unique<QueuedStorage>(std::move(backend), std::move(storage));
    const Result<void> begun = opened->open();
    if (!begun.ok()) {
        return begun.error();
    }
    return std::unique_ptr<Storage>(std::move(opened));
}

} // namespace coinswarm::storage
