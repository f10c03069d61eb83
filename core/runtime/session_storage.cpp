// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/session_storage.h"

#include "storage/postgres_storage.h"

namespace coinswarm::runtime {

Result<std::unique_ptr<storage::Storage>> openSessionStorage(const config::Configuration &configuration,
                                                             const config::Paths &paths,
                                                             storage::StorageOptions options)
{
    const config::SessionPaths places = config::sessionPaths(configuration, paths);
    options.queueLimit = static_cast<std::size_t>(configuration.storage.queueLimit);
    if (configuration.storage.backend != "postgresql") {
        return storage::openSqliteStorage(places.databaseFile, std::move(options));
    }
    if (const Result<void> made = config::prepareFolder(places.bufferFolder, "the database's outage buffer");
        !made.ok()) {
        return made.error();
    }
    const auto milliseconds = [](Duration duration) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
    };
    const config::PostgresConfiguration &configured = configuration.storage.postgresql;
    storage::PostgresOptions postgres;
    postgres.host = configured.host;
    postgres.port = configured.port;
    postgres.database = configured.database;
    postgres.user = configured.user;
    postgres.passwordFile = configured.passwordFile;
    postgres.sslMode = configured.sslMode;
    postgres.sslRootCertificateFile = configured.sslRootCertificateFile;
    postgres.schema = configured.schema;
    postgres.poolSize = configured.poolSize;
    postgres.connectTimeout = milliseconds(configured.connectTimeout);
    postgres.queryTimeout = milliseconds(configured.queryTimeout);
    postgres.bufferFolder = places.bufferFolder;
    postgres.bufferBytes = static_cast<std::uint64_t>(configured.bufferMebibytes) << 20;
    return storage::openPostgresStorage(postgres, std::move(options));
}

} // namespace coinswarm::runtime
