// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/quorum/proposal_pool.h"

#include <QtTest/QtTest>

using namespace coinswarm::quorum;

/// Where items wait for a decision.
class TestProposalPool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachIsHeldOnceAndInOrder()
    {
        ProposalPool pool;
        for (const char *item : {"b", "a", "b", "c"}) {
            QVERIFY(pool.add(BatchKind::Items, item));
        }
        QCOMPARE(pool.size(), std::size_t{3});
        QVERIFY(pool.next(2)->items == (std::vector<std::string>{"b", "a"}));
        pool.moveToEnd({BatchKind::Items, {"b"}});
        QVERIFY(pool.next(10)->items == (std::vector<std::string>{"a", "c", "b"}));
        pool.remove({BatchKind::Items, {"a", "c", "d"}});
        QVERIFY(pool.next(10)->items == std::vector<std::string>{"b"});
    }

    void whatCannotBeInABatchIsRefused()
    {
        ProposalPool pool;
        QVERIFY(!pool.add(BatchKind::Items, {}));
        QVERIFY(!pool.add(BatchKind::Items, std::string(kMostItemBytes + 1, 'x')));
        QVERIFY(pool.add(BatchKind::Items, std::string(kMostItemBytes, 'x')));
    }

    void itIsBoundedByNumberAndByBytes()
    {
        ProposalPool many;
        for (std::size_t i = 0; i < kPoolItems; ++i) {
            QVERIFY(many.add(BatchKind::Items, std::to_string(i)));
        }
        QVERIFY(!many.add(BatchKind::Items, "one more"));
        QVERIFY(many.add(BatchKind::Items, "7")); // which is there

        ProposalPool large;
        const auto item = [](std::size_t i) {
            std::string text = std::to_string(i);
            text.resize(kMostItemBytes, ' ');
            return text;
        };
        constexpr std::size_t most = kPoolBytes / kMostItemBytes;
        for (std::size_t i = 0; i < most; ++i) {
            QVERIFY(large.add(BatchKind::Items, item(i)));
        }
        QVERIFY(!large.add(BatchKind::Items, "x"));
        large.remove({BatchKind::Items, {item(3)}});
        QVERIFY(large.add(BatchKind::Items, item(most)));
        QVERIFY(!large.add(BatchKind::Items, "x"));
    }
};

QTEST_APPLESS_MAIN(TestProposalPool)
#include "tst_proposal_pool.moc"
