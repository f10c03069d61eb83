// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/command.h"
#include "cli/exit_code.h"
#include "journal/digest.h"
#include "memory/audit/audit_verifier.h"
#include "memory/audit/evidence_file.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/manager_name.h"

#include <QtCore/QJsonObject>

#include <algorithm>

namespace coinswarm::cli {

namespace {

int codeOf(audit::AuditStatus status)
{
    switch (status) {
    case audit::AuditStatus::Sound:
        return kOk;
    case audit::AuditStatus::Bad:
        return kFinding;
    case audit::AuditStatus::Torn:
        return kNotClosed;
    case audit::AuditStatus::Unreadable:
        break;
    }
    return kEnvironment;
}

QString nameOf(audit::AuditStatus status)
{
    switch (status) {
    case audit::AuditStatus::Sound:
        return QStringLiteral("sound");
    case audit::AuditStatus::Bad:
        return QStringLiteral("bad");
    case audit::AuditStatus::Torn:
        return QStringLiteral("torn");
    case audit::AuditStatus::Unreadable:
        break;
    }
    return QStringLiteral("unreadable");
}

/// SLOT:HASH, as the verifier prints the head.
Result<audit::AuditOptions::Pin> parsePin(const std::string &text)
{
    const std::size_t colon = text.find(':');
    const Result<std::uint64_t> slot = parseNumber(QString::fromStdString(text.substr(0, colon)), "slot");
    const auto commit = colon == std::string::npos
        ? std::nullopt
        : journal::fromHex(std::string_view(text).substr(colon + 1), sizeof(journal::Digest));
    if (!slot || !commit) {
        return invalid("\"" + text
                       + "\" is no checkpoint; expected SLOT:HASH, as in the head that `audit verify` prints");
    }
    audit::AuditOptions::Pin pin;
    pin.slot = *slot;
    std::copy(commit->begin(), commit->end(), pin.commit.begin());
    return pin;
}

int verify(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    audit::AuditOptions options;
    if (invocation.has("genesis")) {
        const Result<audit::Genesis> genesis = audit::loadGenesis(invocation.value("genesis"));
        if (!genesis) {
            return terminal.fail(genesis.error());
        }
        options.genesis = *genesis;
    }
    if (invocation.has("checkpoint")) {
        const auto pin = parsePin(invocation.value("checkpoint"));
        if (!pin) {
            return terminal.fail(pin.error());
        }
        options.checkpoint = *pin;
    }
    if (invocation.has("from-checkpoint")) {
        options.signatures = audit::SignatureScope::SinceCheckpoint;
    }
    options.progress = [&terminal](std::uint64_t done, std::uint64_t total) {
        terminal.progress(std::min(static_cast<double>(done) / static_cast<double>(total), 0.999), "verify");
    };
    const audit::AuditReport report = audit::verifyAudit(invocation.arguments.first().toStdString(), options);
    terminal.progress(1, "");
    if (terminal.json()) {
        terminal.printJson(QJsonObject{
            {QStringLiteral("status"), nameOf(report.status)},
            {QStringLiteral("slot"), static_cast<qint64>(report.slot)},
            {QStringLiteral("why"), QString::fromStdString(report.why)},
            {QStringLiteral("slots"), static_cast<qint64>(report.slots)},
            {QStringLiteral("checkpoints"), static_cast<qint64>(report.checkpoints)},
            {QStringLiteral("convictions"), static_cast<qint64>(report.convictions)},
            {QStringLiteral("unchecked"), static_cast<qint64>(report.unchecked)},
            {QStringLiteral("cluster"), QString::fromStdString(journal::toHex(report.tip.cluster))},
            {QStringLiteral("head"),
             QString::fromStdString(std::to_string(report.tip.slot) + ":" + journal::toHex(report.tip.commit))},
            {QStringLiteral("sentence"), QString::fromStdString(report.sentence())},
        });
        return codeOf(report.status);
    }
    const std::string sentence = report.sentence();
    terminal.print(report.status == audit::AuditStatus::Sound      ? terminal.good(sentence)
                       : report.status == audit::AuditStatus::Torn ? terminal.warning(sentence)
                                                                   : terminal.bad(sentence));
    if (!options.genesis && report.status == audit::AuditStatus::Sound) {
        terminal.print("Without --genesis this says that the log agrees with the keys in it, not whose keys they are.");
    }
    return codeOf(report.status);
}

int convict(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<audit::EvidenceFile> file = audit::loadEvidence(invocation.arguments.first().toStdString());
    if (!file) {
        return terminal.fail(file.error(), kEnvironment);
    }
    if (invocation.has("genesis")) {
        const Result<audit::Genesis> genesis = audit::loadGenesis(invocation.value("genesis"));
        if (!genesis) {
            return terminal.fail(genesis.error());
        }
        if (genesis->clusterId() != file->cluster || (file->epoch.number == 0 && genesis->epoch != file->epoch)) {
            return terminal.fail(
                Error{ErrorKind::Refused, "The evidence is of another cluster than the genesis file."});
        }
    }
    const Result<std::string> conviction =
        quorum::convict(quorum::Ed25519Crypto(), file->cluster, file->epoch, file->evidence);
    if (!conviction) {
        return terminal.fail(conviction.error());
    }
    const std::string key = journal::toHex(file->epoch.managers[file->evidence.manager]);
    if (terminal.json()) {
        terminal.printJson(QJsonObject{
            {QStringLiteral("convicted"), true},
            {QStringLiteral("manager"), QString::fromStdString(quorum::managerName(file->evidence.manager))},
            {QStringLiteral("key"), QString::fromStdString(key)},
            {QStringLiteral("cluster"), QString::fromStdString(journal::toHex(file->cluster))},
            {QStringLiteral("epoch"), static_cast<qint64>(file->epoch.number)},
            {QStringLiteral("slot"), static_cast<qint64>(file->evidence.slot)},
            {QStringLiteral("sentence"), QString::fromStdString(*conviction)}});
        return kOk;
    }
    terminal.print(terminal.bad(*conviction));
    terminal.print("Its key is " + key + " in epoch " + std::to_string(file->epoch.number) + " of cluster "
                   + journal::toHex(file->cluster) + ". Compare them with yours.");
    return kOk;
}

} // namespace

std::vector<Command> auditCommands()
{
    Command verifyCommand;
    verifyCommand.name = QStringLiteral("audit verify");
    verifyCommand.arguments = QStringLiteral("LOG");
    verifyCommand.summary = QStringLiteral("Check that every slot of a memory audit log was decided by a quorum.");
    verifyCommand.minimumArguments = verifyCommand.maximumArguments = 1;
    verifyCommand.options = {
        {QStringLiteral("genesis"), QStringLiteral("FILE"),
         QStringLiteral("The first managers' keys, from a source that you trust.")},
        {QStringLiteral("checkpoint"), QStringLiteral("SLOT:HASH"),
         QStringLiteral("A head that was kept elsewhere: nothing before it can have been rewritten.")},
        {QStringLiteral("from-checkpoint"),
         {},
         QStringLiteral("Trust the signers of the last checkpoint in the log for what is before it.")}};
    verifyCommand.remarks = QStringLiteral(
        "Every vote and every receipt is checked, on all processors. With --from-checkpoint those of the slots up to "
        "the last\n"
        "checkpoint are not, except where the managers changed: their hashes are, and the checkpoint's signatures. "
        "That shows\n"
        "that a quorum built on these commits, not that the votes and receipts that stand beside them are theirs.\n"
        "Exit codes: 0 sound, 1 the first bad slot is named with the reason, 3 unreadable, 4 torn but sound before.");
    verifyCommand.examples = {QStringLiteral("audit verify memory.csa --genesis paper.genesis")};
    verifyCommand.run = verify;

    Command convictCommand;
    convictCommand.name = QStringLiteral("audit convict");
    convictCommand.arguments = QStringLiteral("FILE");
    convictCommand.summary = QStringLiteral("Check evidence that a memory manager lied, with public keys alone.");
    convictCommand.minimumArguments = convictCommand.maximumArguments = 1;
    convictCommand.options = {{QStringLiteral("genesis"), QStringLiteral("FILE"),
                               QStringLiteral("The first managers' keys, from a source that you trust.")}};
    convictCommand.remarks = QStringLiteral("Exit codes: 0 it convicts, 1 it convicts nobody, 3 unreadable.");
    convictCommand.examples = {QStringLiteral("audit convict manager-3.fault --genesis paper.genesis")};
    convictCommand.run = convict;
    std::vector<Command> commands{verifyCommand, convictCommand};
    for (Command &command : auditReadingCommands()) {
        commands.push_back(std::move(command));
    }
    return commands;
}

} // namespace coinswarm::cli
