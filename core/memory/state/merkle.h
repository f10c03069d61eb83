// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/digest.h"

#include <span>
#include <vector>

/// Merkle trees as in RFC 6962: a leaf is SHA-256(00 ‖ content), a node SHA-256(01 ‖ left ‖ right), and the left subtree of
/// n leaves has the largest power of two below n.
namespace coinswarm::memory {

journal::Digest leafOf(journal::ByteView content);
journal::Digest nodeOf(const journal::Digest &left, const journal::Digest &right);

/// A tree that only grows, of which only the root is wanted: adding costs O(1) on average, the root O(log n).
class MerkleLog
{
public:
    void add(const journal::Digest &leaf);
    std::uint64_t size() const { return m_size; }
    /// SHA-256 of nothing if it is empty.
    journal::Digest root() const;

private:
    std::uint64_t m_size = 0;
    std::vector<journal::Digest> m_peaks; ///< roots of the complete subtrees, largest first
};

/// The root of `leaves`, of which there is at least one.
journal::Digest merkleRoot(std::span<const journal::Digest> leaves);
/// What turns leaf `index` into the root: siblings from the leaf upwards.
std::vector<journal::Digest> merklePath(std::span<const journal::Digest> leaves, std::size_t index);
/// The root that a path leads to, or zeros if it cannot be one of leaf `index` among `count`.
journal::Digest rootOf(const journal::Digest &leaf, std::uint32_t index, std::uint32_t count,
                       std::span<const journal::Digest> path);

} // namespace coinswarm::memory
