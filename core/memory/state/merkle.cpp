// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/merkle.h"

#include <bit>

namespace coinswarm::memory {

namespace {

journal::Digest tagged(std::byte tag, journal::ByteView first, journal::ByteView second)
{
    journal::ByteBuffer bytes;
    bytes.reserve(1 + first.size() + second.size());
    bytes.push_back(tag);
    bytes.insert(bytes.end(), first.begin(), first.end());
    bytes.insert(bytes.end(), second.begin(), second.end());
    return journal::sha256(bytes);
}

} // namespace

journal::Digest leafOf(journal::ByteView content)
{
    return tagged(std::byte{0}, content, {});
}

journal::Digest nodeOf(const journal::Digest &left, const journal::Digest &right)
{
    return tagged(std::byte{1}, left, right);
}

void MerkleLog::add(const journal::Digest &leaf)
{
    journal::Digest peak = leaf;
    // Each one bit of the size is a complete subtree; adding a leaf carries like adding one to the number.
    for (std::uint64_t size = m_size; (size & 1U) != 0; size >>= 1U) {
        peak = nodeOf(m_peaks.back(), peak);
        m_peaks.pop_back();
    }
    m_peaks.push_back(peak);
    ++m_size;
}

journal::Digest MerkleLog::root() const
{
    if (m_peaks.empty()) {
        return journal::sha256({});
    }
    journal::Digest root = m_peaks.back();
    for (std::size_t i = m_peaks.size() - 1; i > 0; --i) {
        root = nodeOf(m_peaks[i - 1], root);
    }
    return root;
}

journal::Digest merkleRoot(std::span<const journal::Digest> leaves)
{
    if (leaves.size() == 1) {
        return leaves.front();
    }
    const std::size_t left = std::bit_floor(leaves.size() - 1);
    return nodeOf(merkleRoot(leaves.first(left)), merkleRoot(leaves.subspan(left)));
}

std::vector<journal::Digest> merklePath(std::span<const journal::Digest> leaves, std::size_t index)
{
    if (leaves.size() == 1) {
        return {};
    }
    const std::size_t left = std::bit_floor(leaves.size() - 1);
    const bool goesLeft = index < left;
    std::vector<journal::Digest> path =
        goesLeft ? merklePath(leaves.first(left), index) : merklePath(leaves.subspan(left), index - left);
    path.push_back(merkleRoot(goesLeft ? leaves.subspan(left) : leaves.first(left)));
    return path;
}

journal::Digest rootOf(const journal::Digest &leaf, std::uint32_t index, std::uint32_t count,
                       std::span<const journal::Digest> path)
{
    if (index >= count) {
        return {};
    }
    journal::Digest node = leaf;
    std::uint32_t last = count - 1;
    for (const journal::Digest &sibling : path) {
        if (last == 0) {
            return {};
        }
        if ((index & 1U) != 0 || index == last) {
            node = nodeOf(sibling, node);
            // The last node of a level has no partner until it meets one on its left.
            while ((index & 1U) == 0 && index != 0) {
                index >>= 1U;
                last >>= 1U;
            }
        } else {
            node = nodeOf(node, sibling);
        }
        index >>= 1U;
        last >>= 1U;
    }
    return last == 0 ? node : journal::Digest{};
}

} // namespace coinswarm::memory
