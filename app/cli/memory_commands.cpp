// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/session_files.h"
#include "cli/text_table.h"
#include "codec/json_writer.h"
#include "memory/audit/audit_verifier.h"
#include "memory/projection/audit_fold.h"
#include "memory/projection/memory_projection.h"
#include "memory/projection/proposal_text.h"
#include "memory/state/signed_proposal.h"
#include "runtime/session_storage.h"
#include "storage/memory_rebuild.h"
#include "storage/memory_replacement.h"

#include <coinswarm/text.h>

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>
#include <iterator>
#include <map>

namespace coinswarm::cli {

namespace {

std::atomic<bool> interrupted = false;

void onInterrupt(int)
{
    interrupted = true;
}

Error cancelled()
{
    return {ErrorKind::Refused, "cancelled; nothing was changed"};
}

std::string decimals(double value, int count)
{
    return std::string(std::string_view(number(value, count)));
}

/// Checks the log's signatures and opens it for folding.
Result<quorum::AuditReader> verifiedLog(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<std::string> file =
        auditLogOf(invocation, invocation.arguments.isEmpty() ? QString() : invocation.arguments.first());
    if (!file) {
        return file.error();
    }
    quorum::AuditOptions options;
    if (invocation.has("genesis")) {
        const Result<quorum::Genesis> genesis = quorum::loadGenesis(invocation.value("genesis"));
        if (!genesis) {
            return genesis.error();
        }
        options.genesis = *genesis;
    }
    options.progress = [&terminal](std::uint64_t done, std::uint64_t total) {
        terminal.progress(std::min(static_cast<double>(done) / static_cast<double>(total), 0.999), "verify");
    };
    const quorum::AuditReport report = quorum::verifyAudit(*file, options);
    terminal.progress(1, "");
    if (report.status == quorum::AuditStatus::Unreadable) {
        return Error{ErrorKind::Environment, report.sentence()};
    }
    if (report.status == quorum::AuditStatus::Bad) {
        return Error{ErrorKind::Corrupt, report.sentence()};
    }
    if (report.status == quorum::AuditStatus::Torn) {
        terminal.note(report.sentence());
    }
    return quorum::AuditReader::open(*file);
}

using Visit = std::function<void(const memory::AuditFold::Step &)>;

/// Folds up to slot `last`.
Result<void> foldTo(memory::AuditFold &fold, quorum::Slot last, Terminal &terminal, const Visit &visit)
{
    while (fold.tip().slot < last) {
        const Result<std::optional<memory::AuditFold::Step>> step = fold.next();
        if (!step) {
            terminal.progress(1, "");
            return step.error();
        }
        if (!step->has_value()) {
            break;
        }
        visit(**step);
        terminal.progress(std::min(static_cast<double>((*step)->end) / static_cast<double>(fold.bytes()), 0.999),
                          "fold");
    }
    terminal.progress(1, "");
    return {};
}

// stats

struct Tally {
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> byKind; ///< accepted, rejected
    std::map<std::string, std::uint64_t> byReason; ///< votes

    void count(const memory::AuditFold::Step &step)
    {
        const quorum::CertifiedBatch &decided = step.final.decided;
        for (std::size_t i = 0; i < decided.batch.items.size(); ++i) {
            const auto opened = memory::openItem(decided.batch.items[i]);
            const std::string kind = decided.batch.kind == quorum::BatchKind::Membership ? "membership"
                : opened && opened->proposal ? std::string(memory::kindName(opened->proposal->body))
                                             : "malformed";
            auto &[accepted, rejected] = byKind[kind];
            ++(decided.certificate.body.accepted.test(i) ? accepted : rejected);
        }
        for (const quorum::ReasonCode reason : decided.certificate.votes.front().reasons) {
            ++byReason[memory::reasonName(reason)];
        }
    }
};

std::map<std::string, std::uint64_t> patternsByStatus(const memory::MemoryState &state)
{
    std::map<std::string, std::uint64_t> count;
    for (const auto &[id, record] : state.patterns()) {
        ++count[std::string(enumName(record.pattern.status))];
    }
    return count;
}

QJsonObject toJson(const memory::AuditFold &fold, const Tally &tally)
{
    const memory::MemoryState &state = fold.state();
    QJsonObject patterns;
    for (const auto &[status, count] : patternsByStatus(state)) {
        patterns[QString::fromStdString(status)] = static_cast<qint64>(count);
    }
    QJsonObject kinds;
    for (const auto &[kind, count] : tally.byKind) {
        kinds[QString::fromStdString(kind)] =
            QJsonObject{{QStringLiteral("accepted"), static_cast<qint64>(count.first)},
                        {QStringLiteral("rejected"), static_cast<qint64>(count.second)}};
    }
    QJsonObject reasons;
    for (const auto &[reason, count] : tally.byReason) {
        reasons[QString::fromStdString(reason)] = static_cast<qint64>(count);
    }
    QJsonArray engines;
    for (const auto &[key, name] : state.engines()) {
        engines.append(QJsonObject{{QStringLiteral("name"), QString::fromStdString(name)},
                                   {QStringLiteral("key"), QString::fromStdString(toHex(key))}});
    }
    return {{QStringLiteral("slots"), static_cast<qint64>(fold.tip().slot)},
            {QStringLiteral("head"), QString::fromStdString(toHex(fold.tip().commit))},
            {QStringLiteral("state"), QString::fromStdString(toHex(state.digest()))},
            {QStringLiteral("epoch"), static_cast<qint64>(fold.tip().epoch.number)},
            {QStringLiteral("managers"), static_cast<qint64>(fold.tip().epoch.size())},
            {QStringLiteral("bytes"), static_cast<qint64>(fold.bytes())},
            {QStringLiteral("episodes"), static_cast<qint64>(state.episodeCount())},
            {QStringLiteral("patterns"), patterns},
            {QStringLiteral("weights"), codec::toJson(state.weights())},
            {QStringLiteral("benched"), codec::toJson(state.benched())},
            {QStringLiteral("engines"), engines},
            {QStringLiteral("proposals"), kinds},
            {QStringLiteral("reasons"), reasons}};
}

void print(const memory::AuditFold &fold, const Tally &tally, const Terminal &terminal)
{
    const memory::MemoryState &state = fold.state();
    TextTable table({"memory", ""});
    table.addRow({"slots", std::to_string(fold.tip().slot) + ", head " + toHex(fold.tip().commit)});
    table.addRow({"state", toHex(state.digest())});
    table.addRow(
        {"managers", std::to_string(fold.tip().epoch.size()) + " in epoch " + std::to_string(fold.tip().epoch.number)});
    table.addRow({"log", decimals(static_cast<double>(fold.bytes()) / 1e6, 1) + " MB"});
    table.addRow({"episodes", std::to_string(state.episodeCount())});
    for (const auto &[status, count] : patternsByStatus(state)) {
        table.addRow({"patterns, " + status, std::to_string(count)});
    }
    for (const memory::AgentWeight &weight : state.weights()) {
        table.addRow({"weight of " + weight.agent, decimals(weight.weight, 3)});
    }
    if (state.weights().empty()) {
        table.addRow({"weights", "those of the configuration"});
    }
    for (const std::string &agent : state.benched()) {
        table.addRow({"benched", agent});
    }
    for (const auto &[key, name] : state.engines()) {
        table.addRow({"engine " + name, toHex(key)});
    }
    terminal.print(table.text());
    TextTable kinds({"proposal", "accepted", "rejected"});
    for (const auto &[kind, count] : tally.byKind) {
        kinds.addRow({kind, std::to_string(count.first), std::to_string(count.second)});
    }
    terminal.print(kinds.text());
    if (!tally.byReason.empty()) {
        TextTable reasons({"rejected because", "times"});
        for (const auto &[reason, count] : tally.byReason) {
            reasons.addRow({reason, std::to_string(count)});
        }
        terminal.print(reasons.text());
    }
}

Result<std::uint64_t> lastSlot(const Invocation &invocation)
{
    return invocation.has("slot") ? parseNumber(QString::fromStdString(invocation.value("slot")), "slot")
                                  : Result<std::uint64_t>(UINT64_MAX);
}

int stats(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<std::uint64_t> last = lastSlot(invocation);
    if (!last) {
        return terminal.fail(last.error());
    }
    Result<quorum::AuditReader> reader = verifiedLog(invocation);
    if (!reader) {
        return terminal.fail(reader.error());
    }
    memory::AuditFold fold(std::move(*reader));
    Tally tally;
    const Result<void> folded =
        foldTo(fold, *last, terminal, [&](const memory::AuditFold::Step &step) { tally.count(step); });
    if (!folded) {
        return terminal.fail(folded.error());
    }
    if (terminal.json()) {
        terminal.printJson(toJson(fold, tally));
    } else {
        print(fold, tally, terminal);
    }
    return kOk;
}

// recall

/// 384 bytes, or twice as many hexadecimal digits, or a JSON array of so many numbers.
std::optional<Embedding> embeddingOf(const std::string &content)
{
    Embedding embedding;
    std::string text = content;
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
        text.pop_back();
    }
    if (const auto bytes = fromHex(text, kEmbeddingSize)) {
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

int recall(const Invocation &invocation)
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
    Result<quorum::AuditReader> reader = verifiedLog(invocation);
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

// rebuild

/// Into the database that the configuration names.
Result<std::uint64_t> rebuildConfigured(const Invocation &invocation, const storage::MemoryRows &nextRows)
{
    const Result<SessionFiles> files = sessionFiles(invocation);
    if (!files) {
        return files.error();
    }
    if (files->configuration.storage.backend != "postgresql") {
        return storage::replaceMemory(config::sessionPaths(files->configuration, files->paths).databaseFile, nextRows);
    }
    const Result<std::unique_ptr<storage::Storage>> store =
        openSessionStorage(files->configuration, files->paths, storage::StorageOptions());
    return store ? storage::rebuildMemory(**store, nextRows) : Result<std::uint64_t>(store.error());
}

int rebuild(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    std::signal(SIGINT, onInterrupt);
    Result<quorum::AuditReader> reader = verifiedLog(invocation);
    if (!reader) {
        return terminal.fail(reader.error());
    }
    memory::AuditFold fold(std::move(*reader));
    const auto nextRows = [&]() -> Result<std::vector<storage::MemoryRow>> {
        if (interrupted) {
            return cancelled();
        }
        const Result<std::optional<memory::AuditFold::Step>> step = fold.next();
        if (!step) {
            return step.error();
        }
        if (!step->has_value()) {
            return std::vector<storage::MemoryRow>();
        }
        terminal.progress(std::min(static_cast<double>((*step)->end) / static_cast<double>(fold.bytes()), 0.999),
                          "rebuild");
        return memory::MemoryProjection::rowsOf((*step)->final, *(*step)->epoch, (*step)->changes, fold.state());
    };
    const Result<std::uint64_t> rows = invocation.has("database")
        ? storage::replaceMemory(invocation.value("database"), nextRows)
        : rebuildConfigured(invocation, nextRows);
    terminal.progress(1, "");
    if (!rows) {
        return terminal.fail(rows.error());
    }
    if (terminal.json()) {
        terminal.printJson(QJsonObject{{QStringLiteral("rows"), static_cast<qint64>(*rows)},
                                       {QStringLiteral("slots"), static_cast<qint64>(fold.tip().slot)},
                                       {QStringLiteral("episodes"), static_cast<qint64>(fold.state().episodeCount())}});
    } else {
        terminal.print(terminal.good("Rebuilt from " + std::to_string(fold.tip().slot)
                                     + " slots: " + std::to_string(*rows) + " rows, "
                                     + std::to_string(fold.state().episodeCount()) + " episodes."));
    }
    return kOk;
}

Command named(const char *name, const char *summary, int (*run)(const Invocation &))
{
    Command command;
    command.name = QLatin1StringView(name);
    command.arguments = QStringLiteral("[LOG]");
    command.summary = QLatin1StringView(summary);
    command.maximumArguments = 1;
    command.options = sessionFileOptions();
    command.options.push_back({QStringLiteral("genesis"), QStringLiteral("FILE"),
                               QStringLiteral("The first managers' keys, from a source that you trust.")});
    command.remarks = QStringLiteral("Without LOG: that of the engine's memory on this machine.\nThe audit log is "
                                     "verified first, and every proposal in it is judged again.\n"
                                     "Exit codes: 0 ok, 1 the log is not sound or the answer is no, 3 unreadable.");
    command.run = run;
    return command;
}

} // namespace

std::vector<Command> memoryCommands()
{
    const Option slot{QStringLiteral("slot"), QStringLiteral("N"),
                      QStringLiteral("The memory as it was behind slot N.")};
    Command statsCommand = named("memory stats", "Show what an audit log has made the memory be.", stats);
    statsCommand.options.push_back(slot);
    statsCommand.examples = {QStringLiteral("memory stats"),
                             QStringLiteral("memory stats memory.csa --slot 100 --json")};

    Command recallCommand = named("memory recall", "Find the episodes that began most alike, comparing all.", recall);
    recallCommand.options.push_back(
        {QStringLiteral("episode"), QStringLiteral("ID"),
         QStringLiteral("Like this episode, which is left out itself; default: the latest.")});
    recallCommand.options.push_back({QStringLiteral("embedding"), QStringLiteral("FILE|HEX"),
                                     QStringLiteral("Like this state: 384 features as bytes, hexadecimal or JSON.")});
    recallCommand.options.push_back(
        {QStringLiteral("count"), QStringLiteral("N"), QStringLiteral("At most so many (10).")});
    recallCommand.options.push_back(slot);
    recallCommand.options.push_back(
        {QStringLiteral("with-deprecated"), {}, QStringLiteral("Episodes of deprecated patterns too.")});
    recallCommand.examples = {QStringLiteral("memory recall memory.csa --episode 17"),
                              QStringLiteral("memory recall memory.csa --embedding state.json --count 5 --json")};

    Command rebuildCommand =
        named("memory rebuild", "Fill the memory's tables of a database from an audit log.", rebuild);
    rebuildCommand.options.push_back(
        {QStringLiteral("database"), QStringLiteral("FILE"),
         QStringLiteral("This SQLite database, made if it is not there; default: the configured one.")});
    rebuildCommand.remarks += QStringLiteral(
        "\nWith SQLite it is one transaction: Ctrl-C, or anything else that stops it, leaves the old "
        "contents. With PostgreSQL what was written stays, and may be rebuilt again. Sessions are not touched.");
    rebuildCommand.examples = {QStringLiteral("memory rebuild"),
                               QStringLiteral("memory rebuild memory.csa --database coinswarm.db")};
    return {statsCommand, recallCommand, rebuildCommand};
}

} // namespace coinswarm::cli
