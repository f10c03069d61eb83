// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/digest.h"

#include <openssl/evp.h>

#include <new>

namespace coinswarm::journal {

namespace {

constexpr std::size_t kGather = 16 << 10;

// Fetched once: looking the algorithm up by name costs more than hashing a small block.
const EVP_MD *algorithm()
{
    static EVP_MD *const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return md;
}

int digitValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

} // namespace

void Hasher::Free::operator()(evp_md_ctx_st *context) const
{
    EVP_MD_CTX_free(context);
}

Hasher::Hasher() : m_context(EVP_MD_CTX_new()), m_gathered(kGather)
{
    if (!m_context)
        throw std::bad_alloc();
    restart();
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher &&) noexcept = default;
Hasher &Hasher::operator=(Hasher &&) noexcept = default;

void Hasher::restart()
{
    // Fails only without memory or without SHA-256 in the library; a hash that was silently not computed is worse.
    if (EVP_DigestInit_ex2(m_context.get(), algorithm(), nullptr) != 1)
        throw std::bad_alloc();
    m_used = 0;
}

void Hasher::flush()
{
    if (m_used > 0)
        EVP_DigestUpdate(m_context.get(), m_gathered.data(), m_used);
    m_used = 0;
}

void Hasher::add(ByteView bytes)
{
    if (bytes.empty())
        return;
    if (m_used + bytes.size() > m_gathered.size())
        flush();
    if (bytes.size() >= m_gathered.size() / 4) {
        flush();
        EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size());
        return;
    }
    std::memcpy(m_gathered.data() + m_used, bytes.data(), bytes.size());
    m_used += bytes.size();
}

Digest Hasher::finish()
{
    flush();
    Digest digest;
    unsigned size = 0;
    EVP_DigestFinal_ex(m_context.get(), reinterpret_cast<unsigned char *>(digest.data()), &size);
    restart();
    return digest;
}

Digest sha256(ByteView bytes)
{
    // Making a context costs more than hashing the few bytes that most callers have.
    thread_local Hasher hasher;
    hasher.add(bytes);
    return hasher.finish();
}

Digest chainAfter(const Digest &chain, ByteView block)
{
    thread_local Hasher hasher;
    hasher.add(chain);
    hasher.add(block);
    return hasher.finish();
}

std::string toHex(ByteView bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::byte b : bytes) {
        text += digits[std::to_integer<std::size_t>(b >> 4)];
        text += digits[std::to_integer<std::size_t>(b & std::byte{15})];
    }
    return text;
}

std::optional<ByteBuffer> fromHex(std::string_view text, std::size_t size)
{
    if (text.size() != size * 2)
        return std::nullopt;
    ByteBuffer bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
        const int high = digitValue(text[2 * i]);
        const int low = digitValue(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        bytes[i] = static_cast<std::byte>(high * 16 + low);
    }
    return bytes;
}

} // namespace coinswarm::journal
