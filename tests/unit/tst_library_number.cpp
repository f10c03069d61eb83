// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What libnats calls back can be gone when it does.

#include "library_number.h"

#include <QtTest/QtTest>

#include <atomic>
#include <set>
#include <thread>

using namespace coinswarm;
using namespace coinswarm::nats;

namespace {

class Called : public LibraryNumber<Called>
{
public:
    using LibraryNumber::behind;
    using LibraryNumber::number;

    int calls = 0;
};

} // namespace

class TestLibraryNumber : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsWhatIsThere()
    {
        const auto one = std::make_shared<Called>();
        const auto other = std::make_shared<Called>();
        void *const number = one->number();
        QVERIFY(number != nullptr);
        QCOMPARE(one->number(), number);
        QVERIFY(other->number() != number);
        QCOMPARE(Called::behind(number), one);
        QCOMPARE(Called::behind(other->number()), other);
    }

    void nobodyIsBehindTheNumberOfWhatIsGone()
    {
        std::set<void *> used;
        for (int i = 0; i < 1'000; ++i) {
            auto called = std::make_shared<Called>();
            void *const number = called->number();
            QVERIFY(used.insert(number).second);
            called.reset();
            QVERIFY(Called::behind(number) == nullptr);
        }
    }

    void whoeverIsFoundStaysWhileItIsUsed()
    {
        auto called = std::make_shared<Called>();
        void *const number = called->number();
        std::atomic<bool> found = false;
        std::thread library([&] {
            while (const std::shared_ptr<Called> self = Called::behind(number)) {
                ++self->calls;
                found = true;
            }
        });
        const bool wasCalled = QTest::qWaitFor([&] { return found.load(); });
        called.reset();
        library.join();
        QVERIFY(wasCalled);
        QVERIFY(Called::behind(number) == nullptr);
    }
};

QTEST_GUILESS_MAIN(TestLibraryNumber)
#include "tst_library_number.moc"
