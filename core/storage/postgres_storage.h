// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/storage.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace coinswarm::storage {

/// Where a PostgreSQL server is and how it is used.
struct PostgresOptions {
    std::string host; ///< a name, an address, or the folder of the Unix socket; empty: the system's socket folder
    std::uint16_t port = 5432;
    std::string database = "coinswarm"; ///< must exist
    std::string user; ///< empty: the name of the system's user
    std::string passwordFile; ///< mode 0600, one line; empty: what libpq finds (PGPASSWORD, ~/.pgpass), or none
    std::string sslMode = "prefer"; ///< as libpq's sslmode
    std::string sslRootCertificateFile; ///< empty: libpq's default
    std::string schema = "coinswarm"; ///< lower case letters, digits and underscores; made if it does not exist
    std::uint32_t poolSize = 2; ///< connections: one that writes, the others read
    std::chrono::milliseconds connectTimeout{5'000};
    std::chrono::milliseconds queryTimeout{10'000}; ///< of one statement
    std::string bufferFolder; ///< required, exists: keeps what is due while the server is away
    std::uint64_t bufferBytes = std::uint64_t{1} << 30; ///< largest size of that buffer
};

/// Opens (and migrates) the schema. Environment if Qt's driver is missing, Unavailable if the server cannot be reached
/// and never was with this buffer folder, Refused if a newer version of the program wrote the schema. If the server was
/// reached before, a server that is away is no error: rows are buffered, and health says Retrying.
Result<std::unique_ptr<Storage>> openPostgresStorage(const PostgresOptions &options, StorageOptions storage = {});

} // namespace coinswarm::storage
