// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/queued_storage.h"
#include "storage/sqlite_database.h"

namespace coinswarm::storage {

Result<std::unique_ptr<Storage>> openSqliteStorage(const std::string &file, StorageOptions options)
{
    StorageBackend backend;
    backend.name = "the database " + file;
    backend.connect = [file]() -> Result<std::unique_ptr<SqlDatabase>> {
        Result<std::unique_ptr<SqliteDatabase>> database = SqliteDatabase::open(file);
        return database.ok() ? Result<std::unique_ptr<SqlDatabase>>(std::move(*database)) : database.error();
    };
    auto storage = std::make_unique<QueuedStorage>(std::move(backend), std::move(options));
    const Result<void> opened = storage->open();
    if (!opened.ok()) {
        return opened.error();
    }
    return std::unique_ptr<Storage>(std::move(storage));
}

} // namespace coinswarm::storage
