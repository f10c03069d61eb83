// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "index/row_kernels.h"
#include "index/vector_rows.h"

#include <QtTest/QtTest>

#include <bit>
#include <cstring>
#include <random>

using namespace coinswarm;
using namespace coinswarm::index;

namespace {

using Numbers = std::vector<std::int8_t>;

/// Vectors at the ends of the range, where sums of 16 bits would overflow, and random ones.
std::vector<Numbers> vectors(std::mt19937 &random)
{
    std::vector<Numbers> all;
    for (const int value : {0, 1, -1, 127, -127}) {
        all.emplace_back(kDimension, static_cast<std::int8_t>(value));
    }
    for (int i = 0; i < 60; ++i) {
        Numbers numbers(kDimension);
        for (std::int8_t &number : numbers) {
            const int value = static_cast<int>(random() % 255) - 127;
            number = static_cast<std::int8_t>(i % 3 == 0 ? (value < 0 ? -127 : 127) : value);
        }
        all.push_back(std::move(numbers));
    }
    return all;
}

std::int32_t dotOf(const Numbers &a, const Numbers &b, std::size_t begin, std::size_t end)
{
    std::int32_t sum = 0;
    for (std::size_t i = begin; i < end; ++i) {
        sum += std::int32_t{a[i]} * b[i];
    }
    return sum;
}

} // namespace

Q_DECLARE_METATYPE(const RowKernels *)

/// Every instruction set gives the same integers and the same floats as the arithmetic says.
class TestMemoryIndexKernels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void productsAreExact_data() { kernels(); }
    void productsAreExact();
    void floatsAreTheSameToTheLastBit_data() { kernels(); }
    void floatsAreTheSameToTheLastBit();
    void bitsAreCutAndCounted_data() { kernels(); }
    void bitsAreCutAndCounted();
    void distancesAreThoseOfEmbeddings();
    void portableIsAlwaysThere();

private:
    static void kernels();
};

void TestMemoryIndexKernels::kernels()
{
    QTest::addColumn<const RowKernels *>("kernels");
    for (const char *name : {"avx512-vnni", "avx2", "portable"}) {
        const RowKernels *found = nullptr;
        for (const RowKernels *one : availableKernels()) {
            found = QLatin1String(one->name) == QLatin1String(name) ? one : found;
        }
        QTest::newRow(name) << found;
    }
}

#define FETCH_KERNELS()                                                                                                \
    QFETCH(const RowKernels *, kernels);                                                                               \
    if (kernels == nullptr) {                                                                                          \
        QSKIP("SKIPPED: this processor does not have the instruction set");                                            \
    }

void TestMemoryIndexKernels::productsAreExact()
{
    FETCH_KERNELS();
    std::mt19937 random(1);
    const std::vector<Numbers> all = vectors(random);
    std::vector<const std::int8_t *> rows;
    for (const Numbers &one : all) {
        rows.push_back(one.data());
    }
    for (const Numbers &query : all) {
        for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{7}, rows.size()}) {
            std::vector<std::int32_t> out(count + 1, 4'711);
            kernels->dots(query.data(), rows.data(), count, out.data());
            for (std::size_t i = 0; i < count; ++i) {
                QCOMPARE(out[i], dotOf(query, all[i], 0, kDimension));
            }
            QCOMPARE(out[count], 4'711);
        }
        for (const Numbers &row : all) {
            QCOMPARE(kernels->prefixDot(query.data(), row.data()), dotOf(query, row, 0, kPrefix));
            QCOMPARE(kernels->restDot(query.data(), row.data()), dotOf(query, row, kPrefix, kDimension));
        }
    }
}

void TestMemoryIndexKernels::floatsAreTheSameToTheLastBit()
{
    FETCH_KERNELS();
    std::mt19937 random(2);
    std::vector<float> a(kDimension);
    std::vector<float> b(kDimension);
    for (int i = 0; i < 500; ++i) {
        for (std::size_t at = 0; at < kDimension; ++at) {
            const auto scale = static_cast<float>(1 + random() % 1'000);
            a[at] = static_cast<float>(random()) / 4e9F * scale - 3;
            b[at] = static_cast<float>(random()) / 4e9F - 0.5F;
        }
        // Written out once more, so that the portable kernel is held to it too.
        std::array<float, 16> lanes{};
        for (std::size_t at = 0; at < kDimension; ++at) {
            const float difference = a[at] - b[at];
            const float square = difference * difference;
            lanes[at % 16] += square;
        }
        for (std::size_t half = 8; half > 0; half /= 2) {
            for (std::size_t lane = 0; lane < half; ++lane) {
                lanes[lane] += lanes[lane + half];
            }
        }
        QCOMPARE(std::bit_cast<std::uint32_t>(kernels->squaredFloats(a.data(), b.data())),
                 std::bit_cast<std::uint32_t>(lanes[0]));
    }
}

void TestMemoryIndexKernels::bitsAreCutAndCounted()
{
    FETCH_KERNELS();
    std::mt19937_64 random(3);
    for (std::size_t words = 0; words < 40; ++words) {
        std::vector<std::uint64_t> a(words + 1);
        std::vector<std::uint64_t> b(words + 1);
        std::generate(a.begin(), a.end(), random);
        std::generate(b.begin(), b.end(), random);
        std::vector<std::uint64_t> expected = a;
        std::size_t bits = 0;
        for (std::size_t i = 0; i < words; ++i) {
            expected[i] &= b[i];
            bits += static_cast<std::size_t>(std::popcount(expected[i]));
        }
        kernels->intersect(a.data(), b.data(), words);
        QCOMPARE(a, expected);
        QCOMPARE(kernels->countBits(a.data(), words), bits);
    }
}

void TestMemoryIndexKernels::distancesAreThoseOfEmbeddings()
{
    std::mt19937 random(4);
    VectorRows rows;
    std::vector<Embedding> embeddings;
    for (const Numbers &numbers : vectors(random)) {
        Embedding embedding;
        std::copy(numbers.begin(), numbers.end(), embedding.values.begin());
        embeddings.push_back(embedding);
        rows.append(numbers.data());
    }
    for (Row a = 0; a < embeddings.size(); ++a) {
        for (Row b = 0; b < embeddings.size(); ++b) {
            QCOMPARE(rows.distance(a, b, rowKernels()), squaredDistance(embeddings[a], embeddings[b]));
        }
    }
}

void TestMemoryIndexKernels::portableIsAlwaysThere()
{
    QCOMPARE(QLatin1String(availableKernels().back()->name), QLatin1String("portable"));
    QCOMPARE(&rowKernels(), availableKernels().front());
}

QTEST_GUILESS_MAIN(TestMemoryIndexKernels)
#include "tst_memory_index_kernels.moc"
