// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include "journal/digest.h"

#include <filesystem>
#include <memory>

struct evp_pkey_st;

namespace coinswarm::journal {

/// The Ed25519 key pair with which an engine signs the heads of its journals. The private half never enters a journal.
/// Immutable after construction; signing is safe from any one thread at a time.
class JournalKey
{
public:
    /// A key that lives in memory only: backtests.
    static Result<JournalKey> generate();
    /// The key in `folder`/journal-key.pem (PKCS #8), made with mode 0600 if there is none. Refused if others may read it.
    static Result<JournalKey> loadOrCreate(const std::filesystem::path &folder);
    /// The key that is there. Refused if others may read it.
    static Result<JournalKey> load(const std::filesystem::path &folder);

    JournalKey(JournalKey &&) noexcept;
    JournalKey &operator=(JournalKey &&) noexcept;
    ~JournalKey();

    const PublicKey &publicKey() const { return m_public; }
    Result<Signature> sign(ByteView message) const;

private:
    struct Secret;
    struct Free {
        void operator()(evp_pkey_st *key) const;
    };
    using Handle = std::unique_ptr<evp_pkey_st, Free>;

    static Result<JournalKey> wrap(Handle handle);
    static Result<JournalKey> read(const std::filesystem::path &file);
    static Result<void> save(const Handle &handle, const std::filesystem::path &file);
    explicit JournalKey(Handle handle);

    Handle m_handle;
    std::unique_ptr<Secret> m_secret; ///< where libsodium signs
    PublicKey m_public{};
};

} // namespace coinswarm::journal
