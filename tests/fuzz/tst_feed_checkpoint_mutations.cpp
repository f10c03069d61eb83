// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "byte_mutations.h"
#include "market_checkpoint.h"

#include <QtCore/QCryptographicHash>
#include <QtTest/QTest>

using namespace coinswarm;
using namespace coinswarm::simulated;

namespace {

constexpr std::size_t kDigestBytes = 32;

SimulationOptions twoMarkets()
{
    SimulationOptions options;
    for (const std::uint32_t id : {1U, 2U}) {
        SimulatedInstrument market;
        market.instrument.id = InstrumentId(id);
        market.instrument.symbol = id == 1 ? "BTC-USDT" : "ETH-USDT";
        market.instrument.tick = market.grid = Price::fromRaw(1'000'000);
        market.instrument.lot = Quantity::fromRaw(1'000);
        options.instruments.push_back(market);
    }
    options.start = Timestamp{1'700'000'000'000'000'000};
    options.historyBars = 5;
    return options;
}

} // namespace

/// Whatever happens to the bytes of a checkpoint: it is refused, or the market goes on exactly as it would have.
class TestFeedCheckpointMutations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void damagedBytesAreRefused()
    {
        const SimulationOptions options = twoMarkets();
        SimulatedMarket market(options);
        std::vector<MarketEvent> events;
        for (int period = 0; period < 100; ++period) {
            market.step(events);
        }
        const std::string good = encodeCheckpoint(market, options);
        std::mt19937 random(1);
        for (int i = 0; i < 20'000; ++i) {
            const std::string bytes = test::mutatedBytes(good, random);
            SimulatedMarket restored(options);
            const Result<void> decoded = decodeCheckpoint(bytes, options, restored);
            QCOMPARE(decoded.ok(), bytes == good);
            QVERIFY(decoded.ok() || !decoded.error().message.empty());
        }
    }

    void bytesWithARightDigestAreStillNotTrusted()
    {
        const SimulationOptions options = twoMarkets();
        SimulatedMarket market(options);
        std::vector<MarketEvent> events;
        market.step(events);
        const std::string good = encodeCheckpoint(market, options);
        std::mt19937 random(2);
        int taken = 0;
        for (int i = 0; i < 20'000; ++i) {
            std::string bytes = test::mutatedBytes(good.substr(0, good.size() - kDigestBytes), random);
            bytes +=
                QCryptographicHash::hash(QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size())),
                                         QCryptographicHash::Sha256)
                    .toStdString();
            SimulatedMarket restored(options);
            taken += decodeCheckpoint(bytes, options, restored).ok() ? 1 : 0;
        }
        QVERIFY(taken > 0); // another number is another market; the digest is what tells them apart
        QVERIFY(taken < 20'000);
    }
};

QTEST_GUILESS_MAIN(TestFeedCheckpointMutations)
#include "tst_feed_checkpoint_mutations.moc"
