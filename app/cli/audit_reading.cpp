// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/audit_slot.h"

#include "api/rejection.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/session_files.h"
#include "cli/text_table.h"
#include "memory/projection/proposal_text.h"
#include "memory/quorum/manager_name.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <fstream>
#include <iostream>

namespace coinswarm::cli {

namespace {

/// Checkpoints and evidence that concern a slot.
struct Concerns {
    std::vector<audit::CheckpointSet> checkpoints;
    std::vector<quorum::Evidence> evidence;
};

Concerns concernsOf(const std::filesystem::path &file, quorum::Slot slot)
{
    constexpr unsigned others = 2 | 4;
    Concerns found;
    Result<audit::AuditReader> reader = audit::AuditReader::open(file);
    while (reader) {
        audit::AuditReader::Piece piece = reader->next(others);
        if (piece.step != audit::AuditReader::Step::Record) {
            break;
        }
        if (auto *set = std::get_if<audit::CheckpointSet>(&piece.record);
            set && !set->signatures.empty() && set->signatures.front().slot == slot)
        {
            found.checkpoints.push_back(std::move(*set));
        }
        if (auto *evidence = std::get_if<quorum::Evidence>(&piece.record); evidence && evidence->slot == slot) {
            found.evidence.push_back(std::move(*evidence));
        }
    }
    return found;
}

QJsonObject toJson(const AuditSlot &slot, const Concerns &concerns)
{
    QJsonObject json = slot.json();
    QJsonArray checkpoints;
    for (const audit::CheckpointSet &set : concerns.checkpoints) {
        QJsonArray signers;
        for (const quorum::Checkpoint &one : set.signatures) {
            signers.append(one.manager);
        }
        checkpoints.append(
            QJsonObject{{QStringLiteral("state"), QString::fromStdString(journal::toHex(set.signatures.front().state))},
                        {QStringLiteral("managers"), signers}});
    }
    QJsonArray evidence;
    for (const quorum::Evidence &one : concerns.evidence) {
        const std::string_view offence = enumName(one.offence);
        evidence.append(QJsonObject{
            {QStringLiteral("offence"), QString::fromLatin1(offence.data(), static_cast<qsizetype>(offence.size()))},
            {QStringLiteral("manager"), QString::fromStdString(quorum::managerName(one.manager))}});
    }
    json[QStringLiteral("checkpoints")] = checkpoints;
    json[QStringLiteral("evidence")] = evidence;
    return json;
}

std::string voteText(const AuditSlot &slot, quorum::ManagerIndex manager)
{
    const std::optional<std::size_t> vote = slot.voteOf(manager);
    if (!vote) {
        return "-";
    }
    const quorum::Round justified = slot.final.decided.certificate.votes[*vote].justifiedBy;
    return "yes" + (justified == quorum::kNoRound ? "" : ", justified by round " + std::to_string(justified));
}

void print(const AuditSlot &slot, const Concerns &concerns, const Terminal &terminal)
{
    const quorum::Certificate &certificate = slot.final.decided.certificate;
    terminal.print(terminal.bold("Slot " + std::to_string(slot.number())) + "  commit " + journal::toHex(slot.commit));
    terminal.print("previous     " + journal::toHex(certificate.body.previous));
    terminal.print("state before " + journal::toHex(certificate.body.stateBefore));
    terminal.print("epoch " + std::to_string(certificate.body.epoch) + ", round " + std::to_string(certificate.round)
                   + ", first proposed in round " + std::to_string(certificate.body.originRound) + " by "
                   + quorum::managerName(slot.coordinator));
    TextTable managers({"manager", "vote", "receipt", "key"});
    for (std::size_t i = 0; i < slot.epoch.size(); ++i) {
        const auto manager = static_cast<quorum::ManagerIndex>(i);
        managers.addRow({quorum::managerName(i), voteText(slot, manager), slot.receiptOf(manager) ? "yes" : "-",
                         journal::toHex(slot.epoch.managers[i])});
    }
    terminal.print("\n" + managers.text());
    for (std::size_t i = 0; i < slot.items.size(); ++i) {
        const AuditSlot::Item &item = slot.items[i];
        terminal.print(std::to_string(i + 1) + ". " + item.kind
                       + (item.submitter.empty() ? "" : " from " + item.submitter) + ": "
                       + (item.accepted ? terminal.good("accepted") : terminal.bad("rejected")));
        terminal.print("   " + item.text);
        terminal.print(terminal.dim("   " + item.id));
        for (const AuditSlot::Refusal &refusal : item.refusals) {
            terminal.print("   " + quorum::managerName(refusal.manager) + ": " + api::reasonName(refusal.reason) + ". "
                           + api::reasonSentence(refusal.reason));
        }
    }
    for (const audit::CheckpointSet &set : concerns.checkpoints) {
        terminal.print("Checkpoint by " + std::to_string(set.signatures.size()) + " managers: state "
                       + journal::toHex(set.signatures.front().state));
    }
    for (const quorum::Evidence &one : concerns.evidence) {
        terminal.print(terminal.bad("Evidence against " + quorum::managerName(one.manager) + ": "
                                    + std::string(enumName(one.offence))));
    }
}

int show(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<std::uint64_t> wanted = parseNumber(invocation.arguments.last(), "slot");
    if (!wanted) {
        return terminal.fail(wanted.error());
    }
    const Result<std::string> file =
        auditLogOf(invocation, invocation.arguments.size() > 1 ? invocation.arguments.first() : QString());
    if (!file) {
        return terminal.fail(file.error());
    }
    Result<audit::AuditReader> reader = audit::AuditReader::open(*file);
    if (!reader) {
        return terminal.fail(reader.error(), kEnvironment);
    }
    AuditSlots all(std::move(*reader));
    for (;;) {
        const Result<std::optional<AuditSlot>> slot = all.next();
        if (!slot) {
            return terminal.fail(slot.error());
        }
        if (!slot->has_value()) {
            return terminal.fail(Error{ErrorKind::NotFound,
                                       "there is no slot " + std::to_string(*wanted) + "; the log ends in slot "
                                           + std::to_string(all.tip().slot)});
        }
        if ((*slot)->number() == *wanted) {
            const Concerns concerns = concernsOf(*file, *wanted);
            if (terminal.json()) {
                terminal.printJson(toJson(**slot, concerns));
            } else {
                print(**slot, concerns, terminal);
            }
            return kOk;
        }
    }
}

/// As RFC 4180 has it.
std::string csvCell(const std::string &text)
{
    if (text.find_first_of(",\"\n\r") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    }
    return quoted + '"';
}

void writeCsv(std::ostream &out, const AuditSlot &slot)
{
    const quorum::CommitBody &body = slot.final.decided.certificate.body;
    for (std::size_t i = 0; i < slot.items.size(); ++i) {
        const AuditSlot::Item &item = slot.items[i];
        std::string reasons;
        for (const AuditSlot::Refusal &refusal : item.refusals) {
            reasons += (reasons.empty() ? "" : " ") + quorum::managerName(refusal.manager) + ":"
                + api::reasonName(refusal.reason);
        }
        out << body.slot << ',' << body.epoch << ',' << slot.final.decided.certificate.round << ','
            << quorum::managerName(slot.coordinator) << ',' << journal::toHex(slot.commit) << ',' << i << ','
            << csvCell(item.kind) << ',' << csvCell(item.submitter) << ',' << item.id << ','
            << (item.accepted ? "accepted" : "rejected") << ',' << reasons << ',' << csvCell(item.text) << '\n';
    }
}

/// A limit from an option, or what holds without it.
Result<std::uint64_t> limitOf(const Invocation &invocation, const char *option, std::uint64_t otherwise)
{
    return invocation.has(option) ? parseNumber(QString::fromStdString(invocation.value(option)), "slot")
                                  : Result<std::uint64_t>(otherwise);
}

int exportAll(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    if (terminal.json() && invocation.has("csv")) {
        return terminal.fail(invalid("--json and --csv exclude each other"));
    }
    const Result<std::uint64_t> from = limitOf(invocation, "from", 1);
    const Result<std::uint64_t> to = limitOf(invocation, "to", UINT64_MAX);
    if (!from || !to) {
        return terminal.fail(from ? to.error() : from.error());
    }
    const Result<std::string> log =
        auditLogOf(invocation, invocation.arguments.isEmpty() ? QString() : invocation.arguments.first());
    if (!log) {
        return terminal.fail(log.error());
    }
    Result<audit::AuditReader> reader = audit::AuditReader::open(*log);
    if (!reader) {
        return terminal.fail(reader.error(), kEnvironment);
    }
    std::ofstream file;
    if (invocation.has("out")) {
        file.open(invocation.value("out"), std::ios::trunc);
    }
    std::ostream &out = invocation.has("out") ? file : std::cout;
    if (!terminal.json()) {
        out << "slot,epoch,round,coordinator,commit,item,kind,submitter,id,decision,reasons,text\n";
    }
    AuditSlots all(std::move(*reader));
    while (all.tip().slot < *to) {
        const Result<std::optional<AuditSlot>> slot = all.next();
        if (!slot) {
            terminal.progress(1, "");
            out.flush();
            return terminal.fail(slot.error());
        }
        if (!slot->has_value()) {
            break;
        }
        if ((*slot)->number() >= *from) {
            if (terminal.json()) {
                out << QJsonDocument((*slot)->json()).toJson(QJsonDocument::Compact).toStdString() << '\n';
            } else {
                writeCsv(out, **slot);
            }
        }
        if (invocation.has("out")) {
            terminal.progress(std::min(static_cast<double>(all.position()) / static_cast<double>(all.size()), 0.999),
                              "export");
        }
    }
    terminal.progress(1, "");
    if (!out.flush()) {
        return terminal.fail(Error{ErrorKind::Environment,
                                   "cannot write " + (invocation.has("out") ? invocation.value("out") : "the output")
                                       + "; is the folder there, and the disk not full?"});
    }
    return kOk;
}

} // namespace

std::vector<Command> auditReadingCommands()
{
    Command showCommand;
    showCommand.name = QStringLiteral("audit show");
    showCommand.arguments = QStringLiteral("[LOG] SLOT");
    showCommand.summary = QStringLiteral("Show what a slot of the memory decided, who voted for it, and why not.");
    showCommand.minimumArguments = 1;
    showCommand.maximumArguments = 2;
    showCommand.options = sessionFileOptions();
    showCommand.remarks = QStringLiteral("Without LOG: that of the engine's memory on this machine.\nLinks are checked "
                                         "up to the slot, signatures are not: `audit verify` checks "
                                         "them.\nExit codes: 0 ok, 1 no such slot or a damaged log, 3 unreadable.");
    showCommand.examples = {QStringLiteral("audit show 17"), QStringLiteral("audit show memory.csa 17")};
    showCommand.run = show;

    Command exportCommand;
    exportCommand.name = QStringLiteral("audit export");
    exportCommand.arguments = QStringLiteral("[LOG]");
    exportCommand.summary = QStringLiteral("Write the slots of a memory audit log as CSV, or as lines of JSON.");
    exportCommand.maximumArguments = 1;
    exportCommand.options = sessionFileOptions();
    const std::vector<Option> more = {
        {QStringLiteral("csv"), {}, QStringLiteral("One line per item, as RFC 4180 has it; so it is without --json.")},
        {QStringLiteral("from"), QStringLiteral("SLOT"), QStringLiteral("The first slot.")},
        {QStringLiteral("to"), QStringLiteral("SLOT"), QStringLiteral("The last slot.")},
        {QStringLiteral("out"), QStringLiteral("FILE"), QStringLiteral("Write there, with a progress bar.")}};
    exportCommand.options.insert(exportCommand.options.end(), more.begin(), more.end());
    exportCommand.remarks =
        QStringLiteral("With --json each line is one JSON object, a slot. Signatures are not checked.\n"
                       "Exit codes: 0 ok, 1 the log is damaged (what is before it was written), 3 unreadable.");
    exportCommand.examples = {QStringLiteral("audit export memory.csa --csv --out memory.csv"),
                              QStringLiteral("audit export memory.csa --json --from 100 --to 200")};
    exportCommand.run = exportAll;
    return {showCommand, exportCommand};
}

} // namespace coinswarm::cli
