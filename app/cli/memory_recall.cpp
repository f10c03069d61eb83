// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/exit_code.h"
#include "cli/memory_log.h"
#include "cli/text_table.h"
#include "codec/json_writer.h"

#include <coinswarm/text.h>

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace coinswarm::cli {

namespace {

/// 384 bytes, or twice as many hexadecimal digits, or a JSON array of so many numbers.
std::optional<Embedding> embeddingOf(const std::string &content)
{
    Embedding embedding;
    std::string text = content;
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
        text.pop_back();
    }
    if (const auto bytes = journal::fromHex(text, kEmbeddingSize)) {
        std::transform(bytes->begin(), bytes->end(), embedding.values.begin(),
                       [](std::byte byte) { return static_cast<std::int8_t>(byte); });
        return embedding;
    }
    const QJsonArray numbers = QJsonDocument::fromJson(QByteArray::fromStdString(text)).array();
    if (numbers.size() == static_cast<qsizetype>(kEmbeddingSize)) {
        for (qsizetype i = 0; i < numbers.size(); ++i) {
            const int value = numbers.at(i).toInt(1000);
            if (value < -127 || value > 127) {
                return std::nullopt;
            }
            embedding.values[static_cast<std::size_t>(i)] = static_cast<std::int8_t>(value);
        }
        return embedding;
    }
    if (content.size() == kEmbeddingSize) {
        std::transform(content.begin(), content.end(), embedding.values.begin(),
                       [](char byte) { return static_cast<std::int8_t>(byte); });
        return embedding;
    }
    return std::nullopt;
}

Result<Embedding> readEmbedding(const std::string &argument)
{
    std::ifstream in(argument, std::ios::binary);
    const std::string content =
        in ? std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>()) : argument;
    const std::optional<Embedding> embedding = embeddingOf(content);
    if (!embedding) {
        return invalid(
            "--embedding: expected 768 hexadecimal digits, or a file with them, with 384 bytes, or with a JSON "
            "array of 384 numbers from -127 to 127");
    }
    return *embedding;
}

struct Near {
    std::int32_t distance = 0;
    EpisodeId episode;

    auto operator<=>(const Near &) const = default;
};

std::vector<Near> nearest(const memory::MemoryState &state, const Embedding &to, std::uint64_t without, bool deprecated,
                          std::size_t count)
{
    std::vector<Near> all;
    for (std::uint64_t id = 1; id <= state.episodeCount(); ++id) {
        if (id != without && (deprecated || !state.item(EpisodeId(id)).tags.deprecated)) {
            all.push_back({squaredDistance(to, state.fact(EpisodeId(id)).state), EpisodeId(id)});
        }
    }
    const std::size_t kept = std::min(count, all.size());
    std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end());
    all.resize(kept);
    return all;
}

std::string votesText(const memory::EpisodeFact &fact)
{
    std::string text;
    for (const EpisodeVote &vote : fact.votes) {
        text += (text.empty() ? "" : ", ") + vote.agent + " " + std::string(enumName(vote.action)) + " "
            + decimals(vote.confidence, 2);
    }
    return text;
}

void printNear(const memory::MemoryState &state, const std::vector<Near> &found, std::uint64_t slot,
               const Terminal &terminal)
{
    TextTable table({"episode", "distance", "symbol", "done", "earned %", "closed", "market", "pattern", "votes"});
    for (const Near &near : found) {
        const memory::EpisodeFact &fact = state.fact(near.episode);
        const PatternId pattern = state.patternOf(near.episode);
        table.addRow({std::to_string(near.episode.value), std::to_string(near.distance), fact.symbol,
                      std::string(enumName(fact.action)), decimals(fact.reward * 100, 3), toString(fact.exitTime),
                      std::string(enumName(fact.volatility)) + " volatility, " + std::string(enumName(fact.trend)),
                      pattern ? state.pattern(pattern)->pattern.name : "", votesText(fact)});
    }
    terminal.print(table.empty() ? "Memory holds no such episode." : table.text());
    terminal.print("As of slot " + std::to_string(slot) + "; distances are squared.");
}

QJsonObject nearJson(const memory::MemoryState &state, const std::vector<Near> &found, std::uint64_t slot)
{
    QJsonArray neighbours;
    for (const Near &near : found) {
        QJsonObject one =
            codec::toJson(Neighbour{near.episode, near.distance, state.item(near.episode).tags}).toObject();
        one[QStringLiteral("votes")] = codec::toJson(state.fact(near.episode).votes);
        neighbours.append(one);
    }
    return {{QStringLiteral("slot"), static_cast<qint64>(slot)}, {QStringLiteral("neighbours"), neighbours}};
}

} // namespace

int memoryRecall(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    if (invocation.has("episode") && invocation.has("embedding")) {
        return terminal.fail(invalid("--episode and --embedding exclude each other"));
    }
    const Result<std::uint64_t> last = lastSlot(invocation);
    const Result<std::uint64_t> count = invocation.has("count")
        ? parseNumber(QString::fromStdString(invocation.value("count")), "count")
        : Result<std::uint64_t>(kRecalledEpisodes);
    const Result<std::uint64_t> episode = invocation.has("episode")
        ? parseNumber(QString::fromStdString(invocation.value("episode")), "episode")
        : Result<std::uint64_t>(std::uint64_t(0));
    Result<Embedding> to = invocation.has("embedding") ? readEmbedding(invocation.value("embedding")) : Embedding();
    for (const Error *error : {last ? nullptr : &last.error(), count ? nullptr : &count.error(),
                               episode ? nullptr : &episode.error(), to ? nullptr : &to.error()})
    {
        if (error) {
            return terminal.fail(*error);
        }
    }
    Result<audit::AuditReader> reader = verifiedLog(invocation);
    if (!reader) {
        return terminal.fail(reader.error());
    }
    memory::AuditFold fold(std::move(*reader));
    if (const Result<void> folded = foldTo(fold, *last, terminal, [](const auto &) {}); !folded) {
        return terminal.fail(folded.error());
    }
    if (*episode > fold.state().episodeCount()) {
        return terminal.fail(Error{ErrorKind::NotFound,
                                   "there is no episode " + std::to_string(*episode) + "; memory holds "
                                       + std::to_string(fold.state().episodeCount())});
    }
    const std::uint64_t like = invocation.has("embedding") ? 0
        : invocation.has("episode")                        ? *episode
                                                           : fold.state().episodeCount();
    if (like == 0 && !invocation.has("embedding")) {
        return terminal.fail(Error{ErrorKind::NotFound, "memory holds no episode yet"});
    }
    const Embedding query = like > 0 ? fold.state().fact(EpisodeId(like)).state : *to;
    const std::vector<Near> found =
        nearest(fold.state(), query, like, invocation.has("with-deprecated"), static_cast<std::size_t>(*count));
    if (terminal.json()) {
        terminal.printJson(nearJson(fold.state(), found, fold.tip().slot));
    } else {
        printNear(fold.state(), found, fold.tip().slot, terminal);
    }
    return kOk;
}

} // namespace coinswarm::cli
