// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "replay_feed.h"

#include <QtCore/QDir>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace coinswarm;
using namespace coinswarm::replay;

namespace {

const char *const kHeader = "ts_ms,open,high,low,close,volume\n";

/// A file played to its end or to its first error.
struct Played {
    std::vector<MarketEvent> events;
    std::vector<DataDefect> defects;
    Instrument instrument;
    Interval interval;
    QString error;
    double progress = 0;
};

Played play(const QString &path, DefectPolicy policy = DefectPolicy::Refuse,
            const std::function<void(ReplayFeedOptions &)> &change = {})
{
    ReplayFeedOptions options;
    options.file = path.toStdString();
    options.defects = policy;
    if (change) {
        change(options);
    }
    ReplayFeed feed(options);
    Played played;
    if (const Result<void> opened = feed.open(); !opened.ok()) {
        played.error = QString::fromStdString(opened.error().message);
        return played;
    }
    std::vector<MarketEvent> buffer(1000);
    for (;;) {
        const Result<std::size_t> count = feed.read(buffer);
        if (!count.ok()) {
            played.error = QString::fromStdString(count.error().message);
            break;
        }
        if (*count == 0) {
            break;
        }
        played.events.insert(played.events.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*count));
    }
    played.defects = feed.defects();
    played.instrument = feed.instruments().front();
    played.interval = feed.interval();
    played.progress = feed.progress().value_or(-1);
    return played;
}

QString shared(const char *name)
{
    const QString set = qEnvironmentVariable("COINSWARM_SHARED_DATA");
    return QDir(set.isEmpty() ? QStringLiteral(COINSWARM_SHARED_DATA) : set).filePath(QString::fromLatin1(name));
}

} // namespace

class TestReplayFeed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void columnsAreRecognised_data();
    void columnsAreRecognised();
    void defectsAreNamedWithTheirLine_data();
    void defectsAreNamedWithTheirLine();
    void repairsMendWhatCanBeMended();
    void volumesBeyondWhatCanBeCountedAreReportedAndPlayed();
    void aFileWithTheNewestRowFirstIsTurnedRound();
    void aBinaryFileIsNoTable();
    void fromAndToCutTheFile();
    void N3_aFileWithoutUsableRowsIsAnError();
    void seekGoesForwardAndBackward();
    void tickAndLotComeFromTheDecimals();
    void tradesKnowTheirAggressor();
    void aDamagedOrMissingFileSaysSo();
    void symbolsAreGuessedFromFileNames_data();
    void symbolsAreGuessedFromFileNames();
    void sharedFilesPlayUnchanged_data();
    void sharedFilesPlayUnchanged();
    void dirtyFilesAreRefusedWithTheirLine();
    void gapsAndOutliersOfRealDataAreReported();

private:
    QString write(const QByteArray &content);
    QTemporaryDir m_folder;
    int m_files = 0;
};

QString TestReplayFeed::write(const QByteArray &content)
{
    QFile file(m_folder.filePath(QStringLiteral("file%1.csv").arg(++m_files)));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) {
        qFatal("cannot write the test's own file");
    }
    return file.fileName();
}

void TestReplayFeed::columnsAreRecognised_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("plain") << QByteArray(
        "ts_ms,open,high,low,close,volume\n1704067200000,1,3,0.5,2,7\n1704067260000,2,3,1,2,7\n");
    QTest::newRow("mark, capitals, CRLF")
        << QByteArray("\xEF\xBB\xBF"
                      "Timestamp,Open,High,Low,Close,Volume\r\n1704067200,1,3,0.5,2,7\r\n1704067260,2,3,1,2,7\r\n");
    QTest::newRow("other order, ISO, semicolons") << QByteArray(
        "volume;close;low;high;open;Date\n7;2;0.5;3;1;2024-01-01T00:00:00Z\n7;2;1;3;2;2024-01-01 00:01\n");
    QTest::newRow("tabs, microseconds, extra columns")
        << QByteArray("open_time\tsymbol\topen\thigh\tlow\tclose\tvolume\n1704067200000000\tX\t1\t3\t0."
                      "5\t2\t7\n1704067260000000\tX\t2\t3\t1\t2\t7\n");
    QTest::newRow("Binance klines without header") << QByteArray(
        "1704067200000,1,3,0.5,2,7,1704067259999,0,5,0,0,0\n1704067260000,2,3,1,2,7,1704067319999,0,5,0,0,0\n");
    QTest::newRow("date and time apart, comment first") << QByteArray(
        "# exported\ndate,time,open,high,low,close,volume\n01/01/2024,00:00,1,3,0.5,2,7\n1/1/24,00:01:00,2,3,1,2,7\n");
    QTest::newRow("quoted, no last line break, exponent")
        << QByteArray("\"ts_ns\",\"open\",\"high\",\"low\",\"close\",\"Volume "
                      "BTC\"\n\"1704067200000000000\",1,3,5e-1,2,7\n1704067260000000000,2,3,1,2,7");
    QTest::newRow("middle of bid and ask")
        << QByteArray("ts_ms,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_"
                      "size\n1704067200000,0.9,2.9,0.4,1.9,3,1.1,3.1,0.6,2.1,4\n1704067260000,2,3,1,2,3,2,3,1,2,4\n");
}

void TestReplayFeed::columnsAreRecognised()
{
    QFETCH(QByteArray, content);
    const Played played = play(write(content));
    QCOMPARE(played.error, QString());
    QCOMPARE(played.events.size(), std::size_t{2});
    const Candle first = std::get<Candle>(played.events[0]);
    QCOMPARE(toString(first.openTime), std::string("2024-01-01T00:00:00.000Z"));
    QCOMPARE(played.interval.seconds, 60);
    QCOMPARE(toString(first.open), std::string("1"));
    QCOMPARE(toString(first.high), std::string("3"));
    QCOMPARE(toString(first.low), std::string("0.5"));
    QCOMPARE(toString(first.close), std::string("2"));
    QCOMPARE(toString(first.volume), std::string("7"));
    QCOMPARE(visibleAt(played.events[0]).milliseconds(), std::int64_t{1704067260000});
    QCOMPARE(played.progress, 1.0);
}

void TestReplayFeed::defectsAreNamedWithTheirLine_data()
{
    QTest::addColumn<QByteArray>("rows");
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("left");
    const QByteArray good = "0,2,3,2,3,7\n60000,2,3,2,3,7\n120000,2,3,2,3,7\n";
    const auto row = [&](const char *name, const char *bad, const char *what, int left) {
        QTest::newRow(name) << good + bad + "\n300000,2,3,2,3,7\n" << QString::fromLatin1(what) << left;
    };
    row("backwards", "60000,2,3,2,3,7", "time goes back from 1970-01-01T00:02:00.000Z to 1970-01-01T00:01:00.000Z", 4);
    row("twice", "120000,2,3,2,3,7", "a second bar for 1970-01-01T00:02:00.000Z", 4);
    row("high", "180000,2,2.5,2,3,7", "high 2.5 is below close 3", 4);
    row("low", "180000,2,3,2.5,3,7", "low 2.5 is above open 2", 4);
    row("zero", "180000,0,3,2,3,7", "open is 0; a price must be above 0", 4);
    row("negative", "180000,2,3,2,-2,7", "close is -2; a price must be above 0", 4);
    row("absent", "180000,2,3,,3,7", "low is absent", 4);
    row("NaN", "180000,2,NaN,2,3,7", "high: \"NaN\" is not a decimal number such as 61824.10", 4);
    row("columns", "180000,2,3,2,3", "the row has 5 columns instead of 6", 4);
    row("time", "soon,2,3,2,3,7", "ts_ms \"soon\" is not a time", 4);
    row("volume", "180000,2,3,2,3,-7", "volume is -7; it cannot be negative", 4);
}

void TestReplayFeed::defectsAreNamedWithTheirLine()
{
    QFETCH(QByteArray, rows);
    QFETCH(QString, what);
    QFETCH(int, left);
    const QString path = write(kHeader + rows);
    const Played refused = play(path);
    QCOMPARE(refused.events.size(), std::size_t{3});
    const QString name = QFileInfo(path).fileName();
    QCOMPARE(refused.error,
             QStringLiteral("line 5 of %1: %2. Set defects to \"drop\" to leave such rows out or to "
                            "\"repair\" to mend them.")
                 .arg(name, what));
    const Played dropped = play(path, DefectPolicy::Drop);
    QCOMPARE(dropped.error, QString());
    QCOMPARE(static_cast<int>(dropped.events.size()), left);
    QCOMPARE(dropped.defects[0].line, std::uint64_t{5});
    QCOMPARE(dropped.defects[0].done, std::string("dropped"));
    QCOMPARE(QString::fromStdString(dropped.defects[1].what).left(4), QStringLiteral("gap:"));
    QVERIFY(!dropped.defects[1].impossible);
}

void TestReplayFeed::repairsMendWhatCanBeMended()
{
    const Played played =
        play(write(kHeader + QByteArray("0,1,1.5,1.2,2,-7\n60000,,3,1,2,7\n120000,1,3,1,,7\n180000,1,2,1,2,7\n")),
             DefectPolicy::Repair);
    QCOMPARE(played.error, QString());
    QCOMPARE(played.events.size(), std::size_t{3});
    const Candle first = std::get<Candle>(played.events[0]);
    QCOMPARE(toString(first.high), std::string("2"));
    QCOMPARE(toString(first.low), std::string("1"));
    QVERIFY(first.volume.isZero());
    QCOMPARE(toString(std::get<Candle>(played.events[1]).open), std::string("2"));
    QCOMPARE(played.defects[1].done, std::string("repaired: high raised to 2"));
    QCOMPARE(played.defects[4].done, std::string("dropped"));
}

void TestReplayFeed::volumesBeyondWhatCanBeCountedAreReportedAndPlayed()
{
    const Played played =
        play(write(kHeader
                   + QByteArray("0,1,3,1,2,9999999999\n60000,1,3,1,2,350000000000.5\n120000,1,3,1,2,3.5e+13\n"
                                "180000,1,3,1,2,3.5e+15\n")));
    QVERIFY2(played.error.contains(QStringLiteral("volume is 3.5e+15; that is absurd")), qPrintable(played.error));
    QCOMPARE(played.events.size(), std::size_t{3});
    QCOMPARE(toString(std::get<Candle>(played.events[0]).volume), std::string("9999999999"));
    QVERIFY(std::get<Candle>(played.events[1]).volume > std::get<Candle>(played.events[0]).volume);
    QVERIFY(std::get<Candle>(played.events[2]).volume == std::get<Candle>(played.events[1]).volume);
    const auto counted = std::find_if(played.defects.begin(), played.defects.end(), [](const DataDefect &d) {
        return d.what == "volume is 350000000000.5, more than can be counted";
    });
    QVERIFY(counted != played.defects.end());
    QCOMPARE(counted->line, std::uint64_t{3});
    QVERIFY(!counted->impossible);
}

void TestReplayFeed::aFileWithTheNewestRowFirstIsTurnedRound()
{
    const QString path =
        write(kHeader + QByteArray("180000,4,5,4,5,7\n120000,3,2,3,4,7\n60000,2,3,2,3,7\n0,1,2,1,2,7\n"));
    const Played turned = play(path, DefectPolicy::Repair);
    QCOMPARE(turned.error, QString());
    QCOMPARE(turned.interval, Interval{60});
    QCOMPARE(turned.events.size(), std::size_t{4});
    for (std::size_t i = 0; i < 4; ++i) {
        QCOMPARE(std::get<Candle>(turned.events[i]).openTime.ns, static_cast<std::int64_t>(i) * 60'000'000'000);
    }
    QCOMPARE(turned.progress, 1.0);
    QCOMPARE(turned.defects.size(), std::size_t{2});
    QCOMPARE(turned.defects[0].what, std::string("the rows go from new to old"));
    QCOMPARE(turned.defects[1].line, std::uint64_t{3}); // as in the file
    QVERIFY(play(path).error.startsWith(QStringLiteral("line 3 of ")));

    ReplayFeedOptions options;
    options.file = path.toStdString();
    options.defects = DefectPolicy::Drop;
    ReplayFeed feed(options);
    QVERIFY(feed.open().ok());
    QVERIFY(feed.seek(Timestamp::fromMilliseconds(240'000)).ok());
    std::vector<MarketEvent> events(10);
    QCOMPARE(*feed.read(events), std::size_t{1});
    QCOMPARE(std::get<Candle>(events[0]).openTime.ns, 180'000'000'000);
}

void TestReplayFeed::aBinaryFileIsNoTable()
{
    QByteArray bytes(4'096, '\1');
    bytes[100] = ',';
    bytes[200] = '\n';
    QVERIFY(play(write(bytes)).error.contains(QStringLiteral("binary file")));
}

void TestReplayFeed::fromAndToCutTheFile()
{
    const QString path =
        write(kHeader + QByteArray("0,1,3,1,2,7\n60000,1,3,1,2,7\n120000,1,3,1,2,7\n180000,1,3,1,2,7\n"));
    const Played cut = play(path, DefectPolicy::Refuse, [](ReplayFeedOptions &options) {
        options.from = Timestamp::fromMilliseconds(60'000);
        options.to = Timestamp::fromMilliseconds(180'000);
    });
    QCOMPARE(cut.events.size(), std::size_t{2});
    QCOMPARE(std::get<Candle>(cut.events[0]).openTime.milliseconds(), std::int64_t{60'000});
    const Played nothing = play(path, DefectPolicy::Refuse, [](ReplayFeedOptions &options) {
        options.from = Timestamp::fromMilliseconds(600'000);
    });
    QVERIFY2(nothing.error.contains(QStringLiteral("ends at 1970-01-01T00:03:00.000Z")), qPrintable(nothing.error));
}

void TestReplayFeed::N3_aFileWithoutUsableRowsIsAnError()
{
    const Played played = play(write(kHeader + QByteArray("0,0,0,0,0,0\n60000,0,0,0,0,0\n")), DefectPolicy::Drop);
    QVERIFY2(played.error.contains(QStringLiteral("no usable rows: all 2 were dropped; line 2: open is 0")),
             qPrintable(played.error));
    QVERIFY(play(write(kHeader + QByteArray("0,1,1,1,1,1\n"))).error.contains(QStringLiteral("set \"interval\"")));
    QVERIFY(play(write("a,b\n1,2\n")).error.contains(QStringLiteral("no time column among: a, b")));
    QVERIFY(play(write("")).error.contains(QStringLiteral("the file is empty")));
}

void TestReplayFeed::seekGoesForwardAndBackward()
{
    QByteArray rows = kHeader;
    for (int i = 0; i < 50; ++i) {
        rows += QByteArray::number(i * 60'000) + ",1,3,1,2,7\n";
    }
    ReplayFeedOptions options;
    options.file = write(rows).toStdString();
    ReplayFeed feed(options);
    QVERIFY(feed.open().ok());
    std::vector<MarketEvent> one(1);
    for (const std::int64_t minute : {10, 30, 5, 5, 49, 1}) {
        QVERIFY(feed.seek(Timestamp::fromMilliseconds(minute * 60'000)).ok());
        QCOMPARE(*feed.read(one), std::size_t{1});
        QCOMPARE(visibleAt(one[0]).milliseconds(), minute * 60'000);
    }
    QVERIFY(feed.seek(Timestamp::fromMilliseconds(51 * 60'000)).ok());
    QCOMPARE(*feed.read(one), std::size_t{0});
}

void TestReplayFeed::tickAndLotComeFromTheDecimals()
{
    const Played played = play(write(kHeader + QByteArray("0,1.10,3.25,1,2,7.123\n60000,1,3,1,2,7.000000000000001\n")));
    QCOMPARE(toString(played.instrument.tick), std::string("0.01"));
    QCOMPARE(toString(played.instrument.lot), std::string("0.001"));
    QCOMPARE(played.instrument.symbol, std::string("DATA-USD"));
    QCOMPARE(toString(std::get<Candle>(played.events[1]).volume), std::string("7"));
}

void TestReplayFeed::tradesKnowTheirAggressor()
{
    const Played maker = play(write("ts_ms,trade_id,price,qty,is_buyer_maker\n1,5,10,1,1\n1,6,10,1,0\n1,6,10,1,0\n"),
                              DefectPolicy::Drop);
    QCOMPARE(maker.events.size(), std::size_t{2});
    QCOMPARE(std::get<Trade>(maker.events[0]).aggressor, Side::Sell);
    QCOMPARE(std::get<Trade>(maker.events[1]).aggressor, Side::Buy);
    const Played rule = play(write("time,price,size\n1,10,1\n2,9,1\n3,9,1\n4,11,1\n"));
    QCOMPARE(std::get<Trade>(rule.events[2]).aggressor, Side::Sell);
    QCOMPARE(std::get<Trade>(rule.events[3]).aggressor, Side::Buy);
    const Played side = play(write("time,price,amount,side\n1,10,1,sell\n2,10,1,Buy\n"));
    QCOMPARE(std::get<Trade>(side.events[0]).aggressor, Side::Sell);
    QCOMPARE(std::get<Trade>(side.events[1]).aggressor, Side::Buy);
}

void TestReplayFeed::aDamagedOrMissingFileSaysSo()
{
    QVERIFY(play(m_folder.filePath(QStringLiteral("absent.csv"))).error.startsWith(QStringLiteral("cannot open ")));
    QVERIFY(play(m_folder.path()).error.contains(QStringLiteral("is a folder")));
    QVERIFY(play(write(QByteArray(200'000, 'x'))).error.contains(QStringLiteral("longer than 64 KiB")));
    const QString whole = shared("bars/bitvavo_BTC-EUR_1h_2020_2024.csv.gz");
    if (!QFileInfo::exists(whole)) {
        QSKIP("SKIPPED: the folder of shared market data was not found");
    }
    QFile file(whole);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const Played torn = play(write(file.read(file.size() / 2)));
    QVERIFY2(torn.error.contains(QStringLiteral("the compressed data stops in the middle")), qPrintable(torn.error));
    QVERIFY(torn.events.size() > 1'000);
}

void TestReplayFeed::symbolsAreGuessedFromFileNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("symbol");
    QTest::newRow("1") << "/x/binance_spot_BTCUSDT_5m_2024H1.csv.gz"
                       << "BTC-USDT";
    QTest::newRow("2") << "coinbase_BTC-USD_4h_2016_2025.csv.gz"
                       << "BTC-USD";
    QTest::newRow("3") << "coinbase_ethusd_1m_days.csv"
                       << "ETH-USD";
    QTest::newRow("4") << "BTC_USDT-5m.csv"
                       << "BTC-USDT";
    QTest::newRow("5") << "BTCUSDT-1h-2024-01.csv"
                       << "BTC-USDT";
    QTest::newRow("6") << "prices.csv"
                       << "DATA-USD";
}

void TestReplayFeed::symbolsAreGuessedFromFileNames()
{
    QFETCH(QString, name);
    QFETCH(QString, symbol);
    QCOMPARE(QString::fromStdString(symbolFromFileName(name.toStdString())), symbol);
}

void TestReplayFeed::sharedFilesPlayUnchanged_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("rows");
    const auto row = [](const char *file, int rows) { QTest::newRow(file) << QString::fromLatin1(file) << rows; };
    row("bars/binance_spot_BTCUSDT_5m_2024H1.csv.gz", 52416);
    row("bars/binance_spot_ETHUSDT_5m_2024H1.csv.gz", 52416);
    row("bars/bitvavo_BTC-EUR_1d_2021_2023.csv.gz", 1095);
    row("bars/bitvavo_BTC-EUR_1h_2020_2024.csv.gz", 38682);
    row("bars/coinbase_BTC-USD_4h_2016_2025.csv.gz", 20695);
    row("bars/coinbase_ETH-USD_1d_2016_2026.csv.gz", 3582);
    row("bars/coinbase_btcusd_1m_days_lean.csv.gz", 12423);
    row("bars/coinbase_btcusd_1m_quotebars_days_lean.csv.gz", 7188);
    row("bars/coinbase_ethusd_1m_days_lean.csv.gz", 5329);
    row("bars/coinbase_ethusd_1m_quotebars_days_lean.csv.gz", 5750);
    row("bars/tvindex_BTCUSD_1d_2009_2026.csv.gz", 5905);
    row("trades/binance_spot_BTCUSDT_20240808.trades.csv.gz", 19904);
    row("trades/binance_usdm_BTCUSDT_20240808.trades.csv.gz", 21313);
    row("trades/binance_spot_BTCUSDT_20240808.expected_bars_1s.csv.gz", 645);
    row("trades/binance_spot_BTCUSDT_20240808.expected_bars_60s.csv.gz", 12);
    row("trades/lean_SPY_20131008.trades.csv.gz", 451545);
    row("trades/lean_fxcm_EURUSD_20140506_07.quotes.csv.gz", 192186);
    row("dirty/si_BTCUSD_1d_2017_labels1dayEarly.csv.gz", 1246);
    row("cross/oanda_eurusd_1d_quotebars_lean.csv.gz", 3738);
    row("cross/oanda_xauusd_1d_quotebars_lean.csv.gz", 3949);
    row("cross/spy_1d_lean.csv.gz", 5849);
}

void TestReplayFeed::sharedFilesPlayUnchanged()
{
    QFETCH(QString, file);
    QFETCH(int, rows);
    const QString path = shared(qPrintable(file));
    if (!QFileInfo::exists(path)) {
        QSKIP("SKIPPED: the folder of shared market data was not found");
    }
    const Played played = play(path);
    QCOMPARE(played.error, QString());
    QCOMPARE(static_cast<int>(played.events.size()), rows);
    QVERIFY(std::is_sorted(played.events.begin(), played.events.end(),
                           [](const auto &a, const auto &b) { return visibleAt(a) < visibleAt(b); }));
}

void TestReplayFeed::dirtyFilesAreRefusedWithTheirLine()
{
    if (!QFileInfo::exists(shared("dirty/si_bad.csv.gz"))) {
        QSKIP("SKIPPED: the folder of shared market data was not found");
    }
    QVERIFY(play(shared("dirty/si_bad.csv.gz")).error.startsWith(QStringLiteral("line 152 of si_bad.csv.gz: volume")));
    QVERIFY(play(shared("dirty/si_mismatch.csv.gz"))
                .error.startsWith(QStringLiteral("line 21 of si_mismatch.csv.gz: time goes back")));
    QVERIFY(
        play(shared("dirty/si_zeros.csv.gz")).error.startsWith(QStringLiteral("line 2 of si_zeros.csv.gz: open is 0")));
    QVERIFY(play(shared("dirty/si_zeros.csv.gz"), DefectPolicy::Drop).error.contains(QStringLiteral("no usable rows")));
    QCOMPARE(play(shared("dirty/si_bad.csv.gz"), DefectPolicy::Drop).error, QString());
    QCOMPARE(play(shared("dirty/si_mismatch.csv.gz"), DefectPolicy::Repair).error, QString());
}

void TestReplayFeed::gapsAndOutliersOfRealDataAreReported()
{
    const QString path = shared("bars/coinbase_BTC-USD_4h_2016_2025.csv.gz");
    if (!QFileInfo::exists(path)) {
        QSKIP("SKIPPED: the folder of shared market data was not found");
    }
    const Played played = play(path);
    const auto mentions = [&](const char *text) {
        return std::count_if(played.defects.begin(), played.defects.end(),
                             [&](const DataDefect &d) { return d.what.find(text) != std::string::npos; });
    };
    QCOMPARE(mentions("gap:"), std::ptrdiff_t{3});
    QCOMPARE(mentions("outlier: low 0.06"), std::ptrdiff_t{1});
    QVERIFY(
        std::none_of(played.defects.begin(), played.defects.end(), [](const DataDefect &d) { return d.impossible; }));
}

QTEST_GUILESS_MAIN(TestReplayFeed)
#include "tst_replay_feed.moc"
