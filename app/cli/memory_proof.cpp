// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/exit_code.h"
#include "cli/memory_log.h"
#include "cli/session_files.h"
#include "cli/text_table.h"
#include "codec/binary_writer.h"
#include "journal/journal_reader.h"
#include "journal/journal_verifier.h"
#include "memory/state/signed_proposal.h"

#include <algorithm>

// From a remembered episode back to the record that the engine wrote when the trade closed.

namespace coinswarm::cli {

namespace {

/// How an episode came into memory.
struct Origin {
    quorum::Slot slot = 0;
    journal::Digest commit{};
    std::size_t votes = 0;
    std::size_t managers = 0;
    journal::PublicKey engine{};
    std::string engineName;
    journal::Digest proposal{};
    memory::AddEpisode content;
};

/// Decides slot after slot until one adds the episode.
Result<Origin> originOf(memory::AuditFold &fold, EpisodeId episode, Terminal &terminal)
{
    for (;;) {
        const Result<std::optional<memory::AuditFold::Step>> step = fold.next();
        if (!step) {
            return step.error();
        }
        if (!step->has_value()) {
            return Error{ErrorKind::NotFound,
                         "there is no episode " + std::to_string(episode.value) + "; memory holds "
                             + std::to_string(fold.state().episodeCount())};
        }
        terminal.progress(std::min(static_cast<double>((*step)->end) / static_cast<double>(fold.bytes()), 0.999),
                          "fold");
        const auto &added = (*step)->changes.added;
        const auto found =
            std::find_if(added.begin(), added.end(), [&](const auto &each) { return each.second == episode; });
        if (found == added.end()) {
            continue;
        }
        const quorum::CertifiedBatch &decided = (*step)->final.decided;
        // Only a signed proposal to add an episode adds one.
        const memory::OpenedProposal opened = *memory::openItem(decided.batch.items[found->first]);
        Origin origin{fold.tip().slot,
                      fold.tip().commit,
                      decided.certificate.votes.size(),
                      (*step)->epoch->size(),
                      opened.item.submitter,
                      {},
                      opened.id,
                      std::get<memory::AddEpisode>(opened.proposal->body)};
        const auto engine = fold.state().engines().find(opened.item.submitter);
        origin.engineName = engine == fold.state().engines().end() ? std::string() : engine->second;
        return origin;
    }
}

/// Checks that the journal is the one that the engine vouched for when it proposed the episode, and leads through the record
/// that it cited.
Result<journal::VerifyReport> vouchedJournal(const std::string &folder, const Origin &origin, Terminal &terminal)
{
    const memory::JournalCitation &cited = origin.content.journal;
    journal::VerifyOptions options;
    options.expectedKey = origin.engine;
    options.expectedHead = journal::JournalHead{cited.record, cited.chain, std::nullopt};
    options.progress = [&terminal](std::uint64_t done, std::uint64_t total) {
        const double share = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
        terminal.progress(std::min(share, 0.999), "journal");
        return true;
    };
    journal::VerifyReport report = journal::verifyJournal(folder, options);
    terminal.progress(1, "");
    if (report.status == journal::JournalStatus::Unreadable) {
        return Error{ErrorKind::Environment, report.sentence()};
    }
    if (report.status == journal::JournalStatus::Tampered) {
        return Error{ErrorKind::Corrupt, report.sentence()};
    }
    return report;
}

/// Finds the record in which the engine wrote this very trade where it says so.
Result<void> findRecord(const std::string &folder, const memory::AddEpisode &content)
{
    const std::vector<std::byte> payload = codec::encoded(content.episode);
    Result<journal::JournalReader> reader = journal::JournalReader::open(folder);
    if (!reader) {
        return reader.error();
    }
    for (;;) {
        const Result<std::optional<journal::RecordView>> record = reader->next();
        if (!record) {
            return record.error();
        }
        if (record->has_value() && (*record)->header.sequence < content.journal.record.value) {
            continue;
        }
        if (record->has_value() && (*record)->header.type == memory::kEpisodeRecordType
            && std::ranges::equal((*record)->payload, payload))
        {
            return {};
        }
        return Error{ErrorKind::Corrupt,
                     "record " + std::to_string(content.journal.record.value)
                         + " of the journal, which the engine cited, is not this trade: what is remembered is not what "
                           "was recorded"};
    }
}

std::string tradeText(const Episode &episode)
{
    return std::string(enumName(episode.side)) + " " + toString(episode.entered) + " " + episode.symbol + " at "
        + toString(episode.entryPrice) + ", out at " + toString(episode.exitPrice) + ", profit "
        + toString(episode.pnl);
}

void print(const Origin &origin, EpisodeId id, const journal::VerifyReport &journal, const Terminal &terminal)
{
    const Episode &episode = origin.content.episode;
    const memory::JournalCitation &cited = origin.content.journal;
    TextTable table({"episode " + std::to_string(id.value), ""});
    table.addRow({"trade", tradeText(episode)});
    table.addRow({"when", toString(episode.entryTime) + " to " + toString(episode.exitTime)});
    std::string fills;
    for (const std::string &fill : episode.fills) {
        fills += (fills.empty() ? "" : ", ") + fill;
    }
    table.addRow({"fills", fills});
    table.addRow({"decided",
                  "slot " + std::to_string(origin.slot) + ", " + std::to_string(origin.votes) + " votes of "
                      + std::to_string(origin.managers) + " managers, commit " + journal::toHex(origin.commit)});
    table.addRow({"proposed by", "engine " + origin.engineName + ", key " + journal::toHex(origin.engine)});
    table.addRow({"proposal", journal::toHex(origin.proposal)});
    table.addRow({"recorded", "record " + std::to_string(cited.record.value) + " of session " + episode.session});
    table.addRow({"vouched for", "head " + std::to_string(cited.record.value) + ":" + journal::toHex(cited.chain)});
    table.addRow({"journal", journal.sentence()});
    terminal.print(table.text());
    terminal.print(terminal.good("Proven: what is remembered is what the engine recorded when the trade closed."));
}

QJsonObject toJson(const Origin &origin, EpisodeId id)
{
    const auto text = [](const std::string &value) { return QString::fromStdString(value); };
    return {{QStringLiteral("proven"), true},
            {QStringLiteral("episode"), static_cast<qint64>(id.value)},
            {QStringLiteral("session"), text(origin.content.episode.session)},
            {QStringLiteral("slot"), static_cast<qint64>(origin.slot)},
            {QStringLiteral("commit"), text(journal::toHex(origin.commit))},
            {QStringLiteral("votes"), static_cast<qint64>(origin.votes)},
            {QStringLiteral("managers"), static_cast<qint64>(origin.managers)},
            {QStringLiteral("engine"), text(journal::toHex(origin.engine))},
            {QStringLiteral("proposal"), text(journal::toHex(origin.proposal))},
            {QStringLiteral("record"), static_cast<qint64>(origin.content.journal.record.value)},
            {QStringLiteral("chain"), text(journal::toHex(origin.content.journal.chain))}};
}

Result<std::string> journalFolder(const Invocation &invocation)
{
    if (invocation.has("journal")) {
        return invocation.value("journal");
    }
    const Result<SessionFiles> files = sessionFiles(invocation);
    return files ? Result<std::string>(config::sessionPaths(files->configuration, files->paths).journalFolder)
                 : files.error();
}

} // namespace

int memoryProve(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<std::uint64_t> number = parseNumber(invocation.arguments.first(), "episode");
    const Result<std::string> folder = journalFolder(invocation);
    for (const Error *error : {number ? nullptr : &number.error(), folder ? nullptr : &folder.error()}) {
        if (error) {
            return terminal.fail(*error);
        }
    }
    Result<audit::AuditReader> reader = verifiedLog(invocation, 1);
    if (!reader) {
        return terminal.fail(reader.error());
    }
    memory::AuditFold fold(std::move(*reader));
    const EpisodeId id(*number);
    const Result<Origin> origin = originOf(fold, id, terminal);
    terminal.progress(1, "");
    if (!origin) {
        return terminal.fail(origin.error());
    }
    const Result<journal::VerifyReport> journal = vouchedJournal(*folder, *origin, terminal);
    if (!journal) {
        return terminal.fail(journal.error());
    }
    if (const Result<void> found = findRecord(*folder, origin->content); !found) {
        return terminal.fail(found.error());
    }
    if (terminal.json()) {
        terminal.printJson(toJson(*origin, id));
    } else {
        print(*origin, id, *journal, terminal);
    }
    return kOk;
}

} // namespace coinswarm::cli
