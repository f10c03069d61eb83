// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/record.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace coinswarm::journal {

using Digest = std::array<std::byte, 32>; ///< a SHA-256
using PublicKey = std::array<std::byte, 32>; ///< an Ed25519 public key, raw
using Signature = std::array<std::byte, 64>; ///< an Ed25519 signature

/// Computes SHA-256 over what is added, piece by piece. One thread at a time. Small pieces are gathered, so that adding
/// records one by one costs little more than adding them together.
class Hasher
{
public:
    Hasher();
    ~Hasher();
    Hasher(Hasher &&) noexcept;
    Hasher &operator=(Hasher &&) noexcept;

    void add(ByteView bytes);
    /// The digest of everything added since the last finish(); starts afresh.
    Digest finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st *context) const;
    };
    void restart();
    void flush();

    std::unique_ptr<evp_md_ctx_st, Free> m_context;
    ByteBuffer m_gathered;
    std::size_t m_used = 0;
};

Digest sha256(ByteView bytes);
/// The chain hash after a block: SHA-256(chain ‖ block).
Digest chainAfter(const Digest &chain, ByteView block);

std::string toHex(ByteView bytes);
/// Nothing if `text` is not exactly 2 × `size` hexadecimal digits.
std::optional<ByteBuffer> fromHex(std::string_view text, std::size_t size);

} // namespace coinswarm::journal
