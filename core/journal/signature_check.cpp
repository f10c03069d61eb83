// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/signature_check.h"

#include "journal/openssl_handles.h"

#ifdef COINSWARM_SODIUM
#include <sodium.h>
#endif

#include <algorithm>

namespace coinswarm::journal {

namespace {

constexpr std::size_t kPointBytes = 32;
using PointBytes = std::array<std::uint8_t, kPointBytes>;

constexpr PointBytes nearPrime(std::uint8_t lowest)
{
    PointBytes bytes{};
    bytes.fill(0xFF);
    bytes.front() = lowest;
    bytes.back() = 0x7F;
    return bytes;
}

/// The y coordinates of the points of small order in every encoding that a decoder takes: 0, 1, the two of order eight,
/// p − 1, p, p + 1.
constexpr std::array<PointBytes, 7> kSmallOrder{{
    {},
    {1},
    {0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
     0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05},
    {0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
     0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A},
    nearPrime(0xEC),
    nearPrime(0xED),
    nearPrime(0xEE),
}};

/// y without the bit that holds the sign of x.
PointBytes yOf(ByteView point)
{
    PointBytes bytes{};
    std::transform(point.begin(), point.begin() + kPointBytes, bytes.begin(),
                   [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
    bytes.back() &= 0x7F;
    return bytes;
}

bool hasSmallOrder(const PointBytes &y)
{
    return std::find(kSmallOrder.begin(), kSmallOrder.end(), y) != kSmallOrder.end();
}

/// Below p = 2²⁵⁵ − 19.
bool isCanonical(const PointBytes &y)
{
    const auto full = [](std::uint8_t byte) { return byte == 0xFF; };
    return y.front() < 0xED || y.back() != 0x7F || !std::all_of(y.begin() + 1, y.end() - 1, full);
}

/// What libsodium refuses and OpenSSL does not. Asked for both, so that no two managers ever differ about a signature
/// because their programs were built otherwise.
bool isUsable(const PublicKey &key, ByteView signature)
{
    if (signature.size() != sizeof(Signature)) {
        return false;
    }
    const PointBytes y = yOf(key);
    return isCanonical(y) && !hasSmallOrder(y) && !hasSmallOrder(yOf(signature));
}

} // namespace

bool signatureHoldsByOpenSsl(const PublicKey &key, ByteView message, ByteView signature)
{
    if (!isUsable(key, signature)) {
        return false;
    }
    const KeyHandle handle(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(key.data()), key.size()));
    const ContextHandle context(EVP_MD_CTX_new());
    return handle && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle.get()) == 1
        && EVP_DigestVerify(context.get(), raw(signature.data()), signature.size(), raw(message.data()), message.size())
        == 1;
}

#ifdef COINSWARM_SODIUM

bool signatureHoldsBySodium(const PublicKey &key, ByteView message, ByteView signature)
{
    // Without it nothing is lost but speed: then it uses portable code.
    static const int started = sodium_init();
    static_cast<void>(started);
    return isUsable(key, signature)
        && crypto_sign_verify_detached(raw(signature.data()), raw(message.data()), message.size(), raw(key.data()))
        == 0;
}

bool signatureHolds(const PublicKey &key, ByteView message, ByteView signature)
{
    return signatureHoldsBySodium(key, message, signature);
}

std::string_view signatureLibrary()
{
    return "libsodium";
}

#else

bool signatureHolds(const PublicKey &key, ByteView message, ByteView signature)
{
    return signatureHoldsByOpenSsl(key, message, signature);
}

std::string_view signatureLibrary()
{
    return "OpenSSL";
}

#endif

} // namespace coinswarm::journal
