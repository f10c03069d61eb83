// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "contents_digest.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QtEndian>

namespace coinswarm::redis {

namespace {

std::array<std::uint64_t, 4> numbersOf(std::string_view bytes)
{
    const QByteArray hash = QCryptographicHash::hash(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())),
                                                     QCryptographicHash::Sha256);
    std::array<std::uint64_t, 4> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        numbers[i] = qFromLittleEndian<quint64>(hash.constData() + 8 * i);
    }
    return numbers;
}

} // namespace

void ContentsDigest::add(std::string_view itemBytes)
{
    const auto numbers = numbersOf(itemBytes);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        m_sum[i] += numbers[i];
    }
}

void ContentsDigest::remove(std::string_view itemBytes)
{
    const auto numbers = numbersOf(itemBytes);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        m_sum[i] -= numbers[i];
    }
}

std::string ContentsDigest::text() const
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::uint64_t number : m_sum) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            text += kDigits[number >> shift & 15];
        }
    }
    return text;
}

} // namespace coinswarm::redis
