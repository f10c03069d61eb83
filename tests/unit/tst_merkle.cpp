// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/state/merkle.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::journal;
using namespace coinswarm::memory;

namespace {

std::vector<Digest> leaves(std::size_t count)
{
    std::vector<Digest> all;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string text = "leaf " + std::to_string(i);
        all.push_back(leafOf(std::as_bytes(std::span(text))));
    }
    return all;
}

/// RFC 6962, 2.1, word for word.
Digest rootByDefinition(const std::vector<Digest> &d)
{
    if (d.size() == 1) {
        return d[0];
    }
    std::size_t k = 1;
    while (2 * k < d.size()) {
        k *= 2;
    }
    const auto middle = d.begin() + static_cast<std::ptrdiff_t>(k);
    return nodeOf(rootByDefinition({d.begin(), middle}), rootByDefinition({middle, d.end()}));
}

constexpr std::size_t kMost = 130;

} // namespace

class TestMerkle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theEmptyTreeAndTheFirstLeafAreThoseOfTheStandard()
    {
        QCOMPARE(toHex(MerkleLog().root()),
                 std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(toHex(leafOf({})), std::string("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"));
    }

    void growingAndBuildingAtOnceGiveTheRootOfTheDefinition()
    {
        const std::vector<Digest> all = leaves(kMost);
        MerkleLog log;
        for (std::size_t n = 1; n <= kMost; ++n) {
            log.add(all[n - 1]);
            const std::vector<Digest> some(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n));
            QVERIFY(log.root() == rootByDefinition(some));
            QVERIFY(merkleRoot(some) == rootByDefinition(some));
            QCOMPARE(log.size(), std::uint64_t(n));
        }
    }

    void everyPathLeadsToTheRootAndNoForgedOneDoes()
    {
        for (std::size_t n = 1; n <= kMost; ++n) {
            const std::vector<Digest> all = leaves(n);
            const Digest root = merkleRoot(all);
            const auto count = static_cast<std::uint32_t>(n);
            for (std::uint32_t i = 0; i < count; ++i) {
                const std::vector<Digest> path = merklePath(all, i);
                QVERIFY(rootOf(all[i], i, count, path) == root);
                QVERIFY(rootOf(all[i], count, count, path) == Digest());
                std::vector<Digest> forged = path;
                forged.push_back(root);
                QVERIFY(rootOf(all[i], i, count, forged) == Digest());
                if (!path.empty()) {
                    forged = path;
                    forged.pop_back();
                    QVERIFY(rootOf(all[i], i, count, forged) != root);
                    forged = path;
                    forged[i % path.size()][5] ^= std::byte{1};
                    QVERIFY(rootOf(all[i], i, count, forged) != root);
                    QVERIFY(rootOf(root, i, count, path) != root);
                }
                for (std::uint32_t other = 0; other < (n <= 33 ? count : 0); ++other) {
                    QVERIFY(other == i || rootOf(all[i], other, count, path) != root);
                }
                QVERIFY(n == 1 || rootOf(all[i], (i + 1) % count, count, path) != root);
            }
        }
    }

    void aCountWithAnotherPathIsNoticed()
    {
        constexpr std::uint32_t most = 40;
        std::vector<std::vector<std::vector<Digest>>> paths(most + 1);
        for (std::uint32_t n = 1; n <= most; ++n) {
            for (std::uint32_t i = 0; i < n; ++i) {
                paths[n].push_back(merklePath(leaves(n), i));
            }
        }
        const std::vector<Digest> all = leaves(most);
        for (std::uint32_t n = 1; n <= most; ++n) {
            const Digest root = rootOf(all[0], 0, n, paths[n][0]);
            for (std::uint32_t i = 0; i < n; ++i) {
                for (std::uint32_t claimed = 0; claimed <= most; ++claimed) {
                    if (i >= claimed || paths[claimed][i].size() != paths[n][i].size()) {
                        QVERIFY(rootOf(all[i], i, claimed, paths[n][i]) != root);
                    }
                }
            }
        }
    }

    void aNodeIsNoLeaf()
    {
        const std::vector<Digest> all = leaves(2);
        ByteBuffer both(all[0].begin(), all[0].end());
        both.insert(both.end(), all[1].begin(), all[1].end());
        QVERIFY(leafOf(both) != nodeOf(all[0], all[1]));
    }
};

QTEST_GUILESS_MAIN(TestMerkle)
#include "tst_merkle.moc"
