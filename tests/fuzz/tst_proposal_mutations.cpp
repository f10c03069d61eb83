// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "byte_mutations.h"
#include "unit/memory_bench.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"

#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::journal;
using namespace coinswarm::memory;
using namespace coinswarm::testing;

namespace {

std::string textOf(const ByteBuffer &bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

std::vector<std::string> seeds(const MemoryBench &bench)
{
    return bench.items({bench.cited(bench.episode(1)), UpdatePattern{PatternId(), {EpisodeId(1), EpisodeId(2)}},
                        PromotePattern{PatternId(1)}, DeprecatePattern{PatternId(1)},
                        ChangeWeights{{{"a", 0.5}, {"b", 0.5}}, {{"a", 0.4}, {"b", 0.6}}}, BenchAgent{"trend", true},
                        RegisterEngine{bench.stranger.publicKey(), "second"}});
}

} // namespace

/// Proposals whose bytes were bent: refused with a reason, and never anything else than what was signed.
class TestProposalMutations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bentItemsAreRefusedOrTheSame()
    {
        MemoryBench bench;
        bench.add(3, [](Episode &, std::size_t) {});
        const std::vector<std::string> good = seeds(bench);
        std::map<std::string, Digest> content;
        for (const std::string &item : good) {
            content[openItem(item)->item.content] = openItem(item)->id;
        }
        std::mt19937 random(20240104);
        int opened = 0;
        constexpr int rounds = 20'000;
        for (int i = 0; i < rounds; ++i) {
            const std::string bent = test::mutatedBytes(good[random() % good.size()], random);
            const std::optional<OpenedProposal> item = openItem(bent);
            if (!item) {
                QCOMPARE(bench.judge(std::vector{bent}).front(), api::Rejection::Malformed);
                continue;
            }
            ++opened;
            QVERIFY(textOf(codec::encoded(item->item)) == bent); // One value, one encoding.
            const api::Rejection verdict = bench.judge(std::vector{bent}).front();
            QVERIFY(item->proposal || verdict == api::Rejection::Malformed);
            const auto known = content.find(item->item.content);
            if (known == content.end()) {
                QVERIFY2(verdict == api::Rejection::Malformed || verdict == api::Rejection::UnknownEngine
                             || verdict == api::Rejection::TextTooLong || verdict == api::Rejection::WrongSignature,
                         std::to_string(i).c_str());
            } else if (item->item.submitter == bench.engine.publicKey()) {
                QVERIFY(item->id == known->second);
            }
        }
        QVERIFY(opened > rounds / 20 && opened < rounds);
    }

    /// Bodies that a registered engine might sign: whatever they say, they are judged, and judging them changes nothing.
    void bentContentsAreJudged()
    {
        MemoryBench bench;
        bench.add(kWeightEpisodes, [](Episode &, std::size_t) {});
        bench.commit(UpdatePattern{PatternId(), episodes(3, 9)});
        std::vector<std::string> good;
        for (const std::string &item : seeds(bench)) {
            good.push_back(openItem(item)->item.content);
        }
        const Digest before = bench.state().digest();
        std::mt19937 random(20240105);
        std::map<api::Rejection, int> verdicts;
        for (int i = 0; i < 20'000; ++i) {
            const std::string bent = test::mutatedBytes(good[random() % good.size()], random);
            const Result<MemoryProposal> proposal =
                codec::decoded<MemoryProposal>(std::as_bytes(std::span(bent.data(), bent.size())));
            if (!proposal.ok()) {
                ++verdicts[api::Rejection::Malformed];
                continue;
            }
            MemoryDraft draft(bench.state(), bench.slot + 1);
            const Submission by{bench.noKey, bench.engine.publicKey(), proposal->time, 0};
            ++verdicts[std::visit([&](const auto &body) { return admit(body, by, draft); }, proposal->body)];
        }
        QVERIFY(verdicts.size() > 15);
        QVERIFY(verdicts[api::Rejection::None] > 0);
        QVERIFY(bench.state().digest() == before);
    }
};

QTEST_GUILESS_MAIN(TestProposalMutations)
#include "tst_proposal_mutations.moc"
