// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A database has every slot in the end, whatever happened to it or to the program that fills it.

#include "support/decided_trades.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::test;

class TestDatabaseFeed : public QObject
{
    Q_OBJECT

private:
    struct World {
        World() { restartFeed(); }
        void decide(int slots, bool told = true) { trades.decide(slots, told ? feed.get() : nullptr); }
        /// As a program that starts with a snapshot of what is decided.
        void restartFeed(std::size_t mostWaiting = 50'000)
        {
            feed.reset();
            feed = std::make_unique<memory::DatabaseFeed>(memory::DatabaseFeed::Options{
                trades.file(), path("mark"), database, mostWaiting, std::chrono::milliseconds(10)});
            feed->beginBehind(trades.count());
        }
        bool isComplete() { return trades.areIn(*db, *feed); }
        std::string path(const std::string &name) const
        {
            return folder.filePath(QString::fromStdString(name)).toStdString();
        }

        QTemporaryDir folder;
        testing::DecidedTrades trades{path("audit")};
        std::string database = "this one";
        std::unique_ptr<storage::Storage> db = take(storage::openSqliteStorage(path("db.sqlite")));
        std::unique_ptr<memory::DatabaseFeed> feed;
    };

private Q_SLOTS:
    void bringsWhatIsDecidedInOrder()
    {
        World world;
        world.feed->attach(*world.db);
        world.decide(20);
        QTRY_VERIFY(world.isComplete());
        world.feed->detach();
        QVERIFY(QFile::exists(QString::fromStdString(world.path("mark"))));
    }

    void keepsWhatComesBeforeTheDatabase()
    {
        World world;
        world.decide(5);
        world.feed->attach(*world.db);
        QTRY_VERIFY(world.isComplete());
    }

    void readsFromTheLogWhatASnapshotCovers()
    {
        World world;
        world.decide(5, false);
        world.restartFeed();
        world.decide(3);
        world.feed->attach(*world.db);
        QTRY_VERIFY(world.isComplete());
        world.decide(3);
        QTRY_VERIFY(world.isComplete());
    }

    void readsFromTheLogWhatIsMoreThanMayWait()
    {
        World world;
        world.restartFeed(10);
        world.decide(30);
        world.feed->attach(*world.db);
        QTRY_VERIFY(world.isComplete());
    }

    void goesOnBehindItsMarkWithoutTheLog()
    {
        World world;
        world.feed->attach(*world.db);
        world.decide(5);
        world.feed->detach();
        QVERIFY(QFile::rename(QString::fromStdString(world.path("audit")), QString::fromStdString(world.path("away"))));
        world.restartFeed();
        world.decide(2);
        world.feed->attach(*world.db);
        QTRY_VERIFY(world.isComplete());
        QCOMPARE(world.feed->trouble(), std::string());
    }

    void fillsAnEmptiedDatabaseAndAnother()
    {
        World world;
        world.feed->attach(*world.db);
        world.decide(5);
        world.feed->detach();
        take(world.db->clearMemory().result());
        world.restartFeed();
        world.feed->attach(*world.db);
        QTRY_VERIFY(world.isComplete());
        world.feed->detach();

        world.database = "another one";
        world.db = take(storage::openSqliteStorage(world.path("another.sqlite")));
        world.restartFeed();
        world.feed->attach(*world.db);
        QTRY_VERIFY(world.isComplete());
    }

    void saysWhyTheLogCannotBeRead()
    {
        World world;
        world.decide(3, false);
        world.restartFeed();
        QVERIFY(QFile::rename(QString::fromStdString(world.path("audit")), QString::fromStdString(world.path("away"))));
        world.feed->attach(*world.db);
        QTRY_VERIFY(!world.feed->trouble().empty());
        QVERIFY(world.feed->isBehind());
    }

    void aMarkThatIsNoneStartsAnew()
    {
        for (const char *text : {"", "nonsense", "999 this one", "-1 this one"}) {
            World world;
            QFile mark(QString::fromStdString(world.path("mark")));
            QVERIFY(mark.open(QIODevice::WriteOnly));
            mark.write(text);
            mark.close();
            world.decide(4, false);
            world.restartFeed();
            world.feed->attach(*world.db);
            QTRY_VERIFY(world.isComplete());
        }
    }
};

QTEST_GUILESS_MAIN(TestDatabaseFeed)
#include "tst_database_feed.moc"
