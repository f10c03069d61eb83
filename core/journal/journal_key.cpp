// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/journal_key.h"

#include "journal/openssl_handles.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

#ifdef COINSWARM_SODIUM
#include <sodium.h>
#endif

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace coinswarm::journal {

namespace {

constexpr const char *kFile = "journal-key.pem";

struct FreeBio {
    void operator()(BIO *bio) const { BIO_free_all(bio); }
};
Error cannot(const char *act, const std::filesystem::path &file)
{
    return {ErrorKind::Environment,
            std::string("Cannot ") + act + " the journal key " + file.string() + ": " + std::strerror(errno) + "."};
}

} // namespace

/// The private half once more, for the library that signs in less than half the time.
struct JournalKey::Secret {
#ifdef COINSWARM_SODIUM
    std::array<unsigned char, crypto_sign_SECRETKEYBYTES> bytes{};

    Secret() = default;
    Secret(const Secret &) = delete;
    Secret &operator=(const Secret &) = delete;
    ~Secret()
    {
        sodium_memzero(bytes.data(), bytes.size());
    }
#endif
};

void JournalKey::Free::operator()(evp_pkey_st *key) const
{
    EVP_PKEY_free(key);
}

JournalKey::JournalKey(Handle handle) : m_handle(std::move(handle)) {}
JournalKey::JournalKey(JournalKey &&) noexcept = default;
JournalKey &JournalKey::operator=(JournalKey &&) noexcept = default;
JournalKey::~JournalKey() = default;

Result<JournalKey> JournalKey::wrap(Handle handle)
{
    JournalKey key(std::move(handle));
    std::size_t size = key.m_public.size();
    if (!key.m_handle || EVP_PKEY_get_base_id(key.m_handle.get()) != EVP_PKEY_ED25519
        || EVP_PKEY_get_raw_public_key(key.m_handle.get(), raw(key.m_public.data()), &size) != 1)
        return Error{ErrorKind::Corrupt, "The journal key is not an Ed25519 private key."};
#ifdef COINSWARM_SODIUM
    // libsodium's form is the seed and the public key behind it.
    key.m_secret = std::make_unique<Secret>();
    std::size_t seedSize = crypto_sign_SEEDBYTES;
    if (sodium_init() < 0
        || EVP_PKEY_get_raw_private_key(key.m_handle.get(), key.m_secret->bytes.data(), &seedSize) != 1)
        return Error{ErrorKind::Environment, "The cryptography library cannot use the journal key."};
    std::memcpy(key.m_secret->bytes.data() + seedSize, key.m_public.data(), key.m_public.size());
#endif
    return key;
}

Result<JournalKey> JournalKey::generate()
{
    return wrap(Handle(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")));
}

Result<JournalKey> JournalKey::loadOrCreate(const std::filesystem::path &folder)
{
    const std::filesystem::path file = folder / kFile;
    std::error_code failure;
    if (std::filesystem::exists(file, failure))
        return read(file);
    std::filesystem::create_directories(folder, failure);
    if (failure)
        return Error{ErrorKind::Environment,
                     "Cannot make the key folder " + folder.string() + ": " + failure.message() + "."};
    Result<JournalKey> key = generate();
    if (!key)
        return key;
    if (Result<void> saved = save(key->m_handle, file); !saved)
        return saved.error();
    return key;
}

Result<JournalKey> JournalKey::load(const std::filesystem::path &folder)
{
    return read(folder / kFile);
}

Result<JournalKey> JournalKey::read(const std::filesystem::path &file)
{
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0)
        return cannot("read", file);
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return Error{ErrorKind::Refused,
                     "The journal key " + file.string() + " can be read by other users; run: chmod 600 '"
                         + file.string() + "'."};
    const std::unique_ptr<BIO, FreeBio> bio(BIO_new_file(file.c_str(), "r"));
    if (!bio)
        return cannot("read", file);
    Result<JournalKey> key = wrap(Handle(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)));
    if (!key)
        return Error{ErrorKind::Corrupt,
                     "The journal key " + file.string()
                         + " is not an Ed25519 private key in PEM; restore it from a backup or move it away, and a "
                           "new key is made for new journals."};
    return key;
}

Result<void> JournalKey::save(const Handle &handle, const std::filesystem::path &file)
{
    const std::unique_ptr<BIO, FreeBio> bio(BIO_new(BIO_s_mem()));
    char *text = nullptr;
    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), handle.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return Error{ErrorKind::Environment, "The journal key could not be encoded: out of memory?"};
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(bio.get(), &text));

    // Complete before it has its name: a crash must not leave half a key, which every later start would refuse.
    std::filesystem::path draft = file;
    draft += ".tmp";
    ::unlink(draft.c_str());
    const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0)
        return cannot("create", file);
    const bool written = ::write(fd, text, size) == static_cast<ssize_t>(size) && ::fsync(fd) == 0;
    const int reason = errno;
    ::close(fd);
    if (!written || ::rename(draft.c_str(), file.c_str()) != 0) {
        errno = written ? errno : reason;
        const Error error = cannot("write", file);
        ::unlink(draft.c_str());
        return error;
    }
    return {};
}

Result<Signature> JournalKey::sign(ByteView message) const
{
    Signature signature;
#ifdef COINSWARM_SODIUM
    // Ed25519 leaves nothing to chance: both libraries give the same bytes.
    if (crypto_sign_detached(raw(signature.data()), nullptr, raw(message.data()), message.size(),
                             m_secret->bytes.data())
        != 0)
        return Error{ErrorKind::Environment, "Signing failed in the cryptography library."};
    return signature;
#else
    const ContextHandle context(EVP_MD_CTX_new());
    std::size_t size = signature.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, m_handle.get()) != 1
        || EVP_DigestSign(context.get(), raw(signature.data()), &size, raw(message.data()), message.size()) != 1)
        return Error{ErrorKind::Environment, "Signing failed in the cryptography library."};
    return signature;
#endif
}

} // namespace coinswarm::journal
