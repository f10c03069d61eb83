// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "csv_target.h"

#include <QtTest/QTest>

#include <random>
#include <string>
#include <vector>

/// A bounded run of what the fuzzer does, with any compiler: seeds are bent, cut and spliced, always the same way.
class TestCsvMutations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingBreaksThePromises();
};

namespace {

const std::vector<std::string> kSeeds = {
    "ts_ms,open,high,low,close,volume\n1704067200000,10,12,9,11,5\n1704067500000,11,12,10,11,0\n1704067800000,11,30,1,"
    "11,7.5\n",
    "Date;Open;High;Low;Close;Volume\r\n01/03/2017;212.61;213.35;211.52;212.8;96708880\r\n1/4/"
    "17;213.16;214.22;213.15;214.06;1\r\n",
    "trade_ts_ms,recv_ts_ns,trade_id,price,qty,is_buyer_maker\n1723161255342,1,37,61837.63,0.02,1\n1723161255617,2,38,"
    "61837.63,0.048,0\n",
    "ts_ms,bid,ask\n1399334400339,1.38833,1.38835\n1399334400634,1.38835,1.38835\n",
    "ts_ms,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size\n"
    "1504396800000,4642.42,4642.42,4642.42,4642.42,0.14,4649.95,4649.95,4649.95,4649.95,0.4\n"
    "1504396860000,4645.1,4645.1,4645.1,4645.1,0.01323747,4652.7,4652.7,4652.7,4652.7,0.01\n",
    "1704067200000,1,3,0.5,2,7,1704067259999,0,5,0,0,0\n1704067260000,2,3,1,2,7,1704067319999,0,5,0,0,0\n",
};
const std::vector<std::string> kFragments = {",",
                                             ";",
                                             "\n",
                                             "\r",
                                             "\"",
                                             "-",
                                             ".",
                                             "0",
                                             "9",
                                             "NaN",
                                             "1e-5",
                                             "1e999",
                                             "99999999999999999999",
                                             "92233720368.54775807",
                                             "\t",
                                             " ",
                                             "T",
                                             "Z",
                                             ":",
                                             "/",
                                             "31/12/1999",
                                             "\xEF\xBB\xBF",
                                             "\x1f\x8b"};

std::string mutated(std::mt19937 &random)
{
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    std::string text = kSeeds[below(kSeeds.size())];
    const std::size_t changes = 1 + below(6);
    for (std::size_t i = 0; i < changes && !text.empty(); ++i) {
        const std::size_t at = below(text.size());
        switch (below(6)) {
        case 0:
            text[at] = static_cast<char>(random());
            break;
        case 1:
            text.insert(at, kFragments[below(kFragments.size())]);
            break;
        case 2:
            text.erase(at, 1 + below(12));
            break;
        case 3:
            text.insert(at, text.substr(below(text.size()), below(60)));
            break;
        case 4:
            text.replace(at, 1, kFragments[below(kFragments.size())]);
            break;
        default:
            text.resize(at);
            break;
        }
    }
    return text;
}

} // namespace

void TestCsvMutations::nothingBreaksThePromises()
{
    // A broken promise aborts the program with its name.
    std::mt19937 random(20240101);
    for (int i = 0; i < 5'000; ++i) {
        const std::string text = mutated(random);
        coinswarm::playAnything({reinterpret_cast<const std::uint8_t *>(text.data()), text.size()});
    }
}

QTEST_GUILESS_MAIN(TestCsvMutations)
#include "tst_csv_mutations.moc"
