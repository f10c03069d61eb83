// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/plugin_access.h"
#include "engine/record_codec.h"
#include "journal/journal_reader.h"
#include "journal/journal_verifier.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <iostream>

namespace coinswarm::cli {

namespace {

const char *statusName(journal::JournalStatus status, bool torn)
{
    switch (status) {
    case journal::JournalStatus::Sound:
        return "sound";
    case journal::JournalStatus::Tampered:
        return "tampered";
    case journal::JournalStatus::Unreadable:
        return "unreadable";
    case journal::JournalStatus::TornOrNotClosed:
        return torn ? "torn" : "not_closed";
    case journal::JournalStatus::Cancelled:
        break;
    }
    return "cancelled";
}

int codeOf(journal::JournalStatus status)
{
    switch (status) {
    case journal::JournalStatus::Sound:
        return kOk;
    case journal::JournalStatus::Tampered:
        return kFinding;
    case journal::JournalStatus::TornOrNotClosed:
        return kNotClosed;
    case journal::JournalStatus::Unreadable:
    case journal::JournalStatus::Cancelled:
        break;
    }
    return kEnvironment;
}

QJsonObject toJson(const journal::VerifyReport &report)
{
    QJsonObject json{{QStringLiteral("status"), QLatin1StringView(statusName(report.status, report.torn))},
                     {QStringLiteral("records"), static_cast<qint64>(report.records)},
                     {QStringLiteral("segments"), static_cast<qint64>(report.segments)},
                     {QStringLiteral("bytes"), static_cast<qint64>(report.bytes)},
                     {QStringLiteral("reserve_records"), static_cast<qint64>(report.reserveRecords)},
                     {QStringLiteral("sentence"), QString::fromStdString(report.sentence())},
                     {QStringLiteral("head"), QJsonValue()},
                     {QStringLiteral("signed_head"), QJsonValue()},
                     {QStringLiteral("place"), QJsonValue()}};
    if (report.head) {
        json[QStringLiteral("head")] = QString::fromStdString(report.head->text());
    }
    if (report.signedHead) {
        json[QStringLiteral("signed_head")] = QString::fromStdString(report.signedHead->fullText());
    }
    if (report.place) {
        json[QStringLiteral("place")] = QJsonObject{
            {QStringLiteral("file"), QString::fromStdString(report.place->file.string())},
            {QStringLiteral("offset"), static_cast<qint64>(report.place->offset)},
            {QStringLiteral("sequence"), static_cast<qint64>(report.place->sequence.value)},
            {QStringLiteral("what"), QString::fromStdString(report.place->what)},
        };
    }
    return json;
}

int verify(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    journal::VerifyOptions options;
    if (invocation.has("head")) {
        const Result<journal::JournalHead> head = journal::loadHead(invocation.value("head"));
        if (!head.ok()) {
            return terminal.fail(head.error());
        }
        options.expectedHead = *head;
    }
    options.progress = [&terminal](std::uint64_t done, std::uint64_t total) {
        const double share = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
        terminal.progress(std::min(share, 0.999), "verify");
        return true;
    };
    const journal::VerifyReport report = journal::verifyJournal(invocation.arguments.first().toStdString(), options);
    terminal.progress(1, "");
    if (terminal.json()) {
        terminal.printJson(toJson(report));
        return codeOf(report.status);
    }
    const std::string sentence = report.sentence();
    terminal.print(report.status == journal::JournalStatus::Sound                 ? terminal.good(sentence)
                       : report.status == journal::JournalStatus::TornOrNotClosed ? terminal.warning(sentence)
                                                                                  : terminal.bad(sentence));
    if (report.reserveRecords > 0) {
        terminal.print(std::to_string(report.reserveRecords)
                       + " records wait in the reserve: they were written when the journal had failed.");
    }
    return codeOf(report.status);
}

/// The type numbers that --type names; empty for all.
Result<std::vector<std::uint16_t>> typesOf(const Invocation &invocation)
{
    std::vector<std::string> names;
    std::vector<std::uint16_t> numbers;
    for (std::uint32_t type = 1; type < journal::kFirstJournalType; ++type) {
        const std::string_view name = engine::recordTypeName(static_cast<std::uint16_t>(type));
        if (!name.empty()) {
            names.emplace_back(name);
            numbers.push_back(static_cast<std::uint16_t>(type));
        }
    }
    std::vector<std::uint16_t> wanted;
    for (const std::string &name : invocation.values("type")) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) {
            const std::string near = nearestWord(name, names);
            return invalid("there is no record type " + name + (near.empty() ? "" : "; did you mean " + near + "?")
                           + " `coinswarm-cli docs record-types` lists them");
        }
        wanted.push_back(numbers[static_cast<std::size_t>(found - names.begin())]);
    }
    return wanted;
}

/// One record as a JSON object on a line of its own.
void printRecordJson(const journal::RecordView &record)
{
    const std::string text = engine::describeRecord(record.header.type, record.payload);
    const std::size_t blank = text.find(' ');
    QJsonObject json{{QStringLiteral("sequence"), static_cast<qint64>(record.header.sequence)},
                     {QStringLiteral("time_ns"), QString::number(record.header.timeNs)},
                     {QStringLiteral("type"), QString::fromStdString(text.substr(0, blank))}};
    if (blank != std::string::npos) {
        json.insert(QStringLiteral("content"),
                    QJsonDocument::fromJson(QByteArray::fromStdString(text.substr(blank + 1))).object());
    }
    std::cout << QJsonDocument(json).toJson(QJsonDocument::Compact).toStdString() << '\n';
}

int show(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<std::vector<std::uint16_t>> types = typesOf(invocation);
    if (!types.ok()) {
        return terminal.fail(types.error());
    }
    std::uint64_t left = std::numeric_limits<std::uint64_t>::max();
    if (invocation.has("limit")) {
        const Result<std::uint64_t> limit = parseNumber(QString::fromStdString(invocation.value("limit")), "limit");
        if (!limit.ok()) {
            return terminal.fail(limit.error());
        }
        left = *limit;
    }
    Result<journal::JournalReader> reader = journal::JournalReader::open(invocation.arguments.first().toStdString());
    if (!reader.ok()) {
        return terminal.fail(reader.error(), kEnvironment);
    }
    while (left > 0) {
        const Result<std::optional<journal::RecordView>> record = reader->next();
        if (!record.ok()) {
            return terminal.fail(record.error());
        }
        if (!record->has_value()) {
            break;
        }
        const journal::RecordHeader &header = (*record)->header;
        if (!types->empty() && std::find(types->begin(), types->end(), header.type) == types->end()) {
            continue;
        }
        --left;
        if (terminal.json()) {
            printRecordJson(**record);
        } else {
            std::cout << header.sequence << ' ' << toString(Timestamp{header.timeNs}) << ' '
                      << engine::describeRecord(header.type, (*record)->payload) << '\n';
        }
    }
    std::cout.flush();
    return kOk;
}

} // namespace

std::vector<Command> journalCommands()
{
    Command verifyCommand;
    verifyCommand.name = QStringLiteral("journal verify");
    verifyCommand.arguments = QStringLiteral("JOURNAL");
    verifyCommand.summary = QStringLiteral("Check that a journal is whole, unchanged and closed.");
    verifyCommand.minimumArguments = verifyCommand.maximumArguments = 1;
    verifyCommand.options = {
        {QStringLiteral("head"), QStringLiteral("HEAD"),
         QStringLiteral("A head that was kept elsewhere, or a file with it: finds what was cut off.")}};
    verifyCommand.remarks =
        QStringLiteral("JOURNAL is a journal's folder or one of its segment files.\n"
                       "Exit codes: 0 sound, 1 tampered (the place is named), 3 unreadable, 4 torn or not closed.");
    verifyCommand.examples = {QStringLiteral("journal verify out/journal"),
                              QStringLiteral("journal verify out/journal --head 1205:9f2c…")};
    verifyCommand.run = verify;

    Command showCommand;
    showCommand.name = QStringLiteral("journal show");
    showCommand.arguments = QStringLiteral("JOURNAL");
    showCommand.summary = QStringLiteral("Print the records of a journal, one a line.");
    showCommand.minimumArguments = showCommand.maximumArguments = 1;
    showCommand.options = {
        {QStringLiteral("type"), QStringLiteral("NAME"), QStringLiteral("Only records of this type; may be repeated.")},
        {QStringLiteral("limit"), QStringLiteral("N"), QStringLiteral("At most so many records.")},
    };
    showCommand.remarks = QStringLiteral("With --json each line is one JSON object.");
    showCommand.examples = {QStringLiteral("journal show out/journal --type fill_booked"),
                            QStringLiteral("journal show out/journal --type decision_made --limit 5 --json")};
    showCommand.run = show;
    return {verifyCommand, replayCommand(), showCommand};
}

} // namespace coinswarm::cli
