// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/awaited_decision.h"
#include "cli/exit_code.h"
#include "cli/public_key.h"
#include "cli/session_files.h"
#include "memory/audit/audit_verifier.h"
#include "memory/audit/membership_file.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/manager_name.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>

#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

// Who manages a cluster's memory from some slot on: written, approved by those who run the present managers, submitted.

namespace coinswarm::cli {

namespace {

/// Who decides at the end of an audit log.
struct Present {
    journal::Digest cluster{};
    quorum::Epoch epoch;
};

Result<Present> presentOf(const Invocation &invocation)
{
    const Result<std::string> file = auditLogOf(invocation, invocation.arguments.value(0));
    if (!file) {
        return file.error();
    }
    audit::AuditOptions options;
    options.signatures = audit::SignatureScope::SinceCheckpoint;
    const audit::AuditReport report = audit::verifyAudit(*file, options);
    if (report.status != audit::AuditStatus::Sound && report.status != audit::AuditStatus::Torn) {
        return Error{report.status == audit::AuditStatus::Bad ? ErrorKind::Corrupt : ErrorKind::Environment,
                     report.sentence()};
    }
    return Present{report.tip.cluster, report.tip.epoch};
}

/// The place of a manager that is named "m3" or by its key.
Result<std::size_t> placeOf(const std::string &named, const quorum::Epoch &present)
{
    for (std::size_t i = 0; i < present.size(); ++i) {
        if (named == quorum::managerName(i) || named == journal::toHex(present.managers[i])) {
            return i;
        }
    }
    return invalid("\"" + named + "\" is no manager of epoch " + std::to_string(present.number) + "; expected m1 to m"
                   + std::to_string(present.size()) + " or a key");
}

Result<quorum::Epoch> nextOf(const Invocation &invocation, const quorum::Epoch &present)
{
    std::vector<std::optional<journal::PublicKey>> places(present.managers.begin(), present.managers.end());
    std::set<std::size_t> named;
    const auto put = [&](const std::string &name, std::optional<journal::PublicKey> key) -> Result<void> {
        const Result<std::size_t> place = placeOf(name, present);
        if (!place) {
            return place.error();
        }
        if (!named.insert(*place).second) {
            return invalid(quorum::managerName(*place) + " is named twice");
        }
        places[*place] = key;
        return {};
    };
    for (const std::string &text : invocation.values("replace")) {
        const std::size_t equals = text.find('=');
        const Result<journal::PublicKey> key =
            parseKey(equals == std::string::npos ? std::string_view() : std::string_view(text).substr(equals + 1));
        const Result<void> done = key ? put(text.substr(0, equals), *key) : Result<void>(key.error());
        if (!done) {
            return done.error();
        }
    }
    for (const std::string &text : invocation.values("remove")) {
        if (const Result<void> done = put(text, std::nullopt); !done) {
            return done.error();
        }
    }
    for (const std::string &text : invocation.values("add")) {
        const Result<journal::PublicKey> key = parseKey(text);
        if (!key) {
            return key.error();
        }
        places.emplace_back(*key);
    }
    quorum::Epoch next{present.number + 1, {}};
    for (const std::optional<journal::PublicKey> &key : places) {
        if (key) {
            next.managers.push_back(*key);
        }
    }
    if (next.managers == present.managers) {
        return invalid("nothing would change; name a manager to --replace, --remove or --add");
    }
    if (!next.wellFormed()) {
        return invalid("a cluster has one to " + std::to_string(quorum::kMostManagers)
                       + " managers, each with a key of its own");
    }
    return next;
}

Result<void> write(const audit::MembershipFile &file, const std::filesystem::path &path)
{
    // Whole or not at all: approvals that others gave are in it.
    const std::filesystem::path temporary = path.string() + ".tmp";
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out << file.text();
    out.close();
    std::error_code failure;
    if (out) {
        std::filesystem::rename(temporary, path, failure);
    }
    if (!out || failure) {
        return Error{ErrorKind::Environment, "cannot write " + path.string()};
    }
    return {};
}

void tell(const Terminal &terminal, const audit::MembershipFile &file)
{
    const quorum::Epoch &next = file.change.next;
    if (terminal.json()) {
        QJsonArray managers;
        for (const journal::PublicKey &key : next.managers) {
            managers.append(QString::fromStdString(journal::toHex(key)));
        }
        QJsonArray approvals;
        for (const quorum::MembershipApproval &approval : file.change.approvals) {
            approvals.append(QString::fromStdString(journal::toHex(approval.manager)));
        }
        terminal.printJson(
            QJsonObject{{QStringLiteral("cluster"), QString::fromStdString(journal::toHex(file.cluster))},
                        {QStringLiteral("epoch"), static_cast<qint64>(next.number)},
                        {QStringLiteral("managers"), managers},
                        {QStringLiteral("approvals"), approvals}});
        return;
    }
    terminal.print("epoch " + std::to_string(next.number) + " of cluster " + journal::toHex(file.cluster));
    for (std::size_t i = 0; i < next.size(); ++i) {
        terminal.print("  " + quorum::managerName(i) + " " + journal::toHex(next.managers[i]));
    }
    for (const quorum::MembershipApproval &approval : file.change.approvals) {
        terminal.print("  approved by " + journal::toHex(approval.manager));
    }
}

int makeChange(const Invocation &invocation)
{
    const Result<Present> present = presentOf(invocation);
    if (!present) {
        return invocation.terminal.fail(present.error());
    }
    const Result<quorum::Epoch> next = nextOf(invocation, present->epoch);
    if (!next) {
        return invocation.terminal.fail(next.error());
    }
    const audit::MembershipFile file{present->cluster, {*next, {}}};
    if (!invocation.has("out")) {
        return invocation.terminal.fail(invalid("name the file to write with --out"));
    }
    if (std::filesystem::exists(invocation.value("out"))) {
        return invocation.terminal.fail(
            invalid(invocation.value("out") + " is there already, perhaps with approvals; name another file"));
    }
    if (const Result<void> written = write(file, invocation.value("out")); !written) {
        return invocation.terminal.fail(written.error());
    }
    tell(invocation.terminal, file);
    invocation.terminal.note(std::to_string(present->epoch.quorum()) + " of the "
                             + std::to_string(present->epoch.size())
                             + " present managers have to approve it, and each new one: `cluster approve` on their "
                               "hosts.");
    return kOk;
}

int approve(const Invocation &invocation)
{
    const std::filesystem::path path = invocation.arguments[0].toStdString();
    const std::filesystem::path folder = invocation.arguments[1].toStdString();
    Result<audit::MembershipFile> file = audit::loadMembership(path);
    if (!file) {
        return invocation.terminal.fail(file.error());
    }
    Result<journal::JournalKey> key = journal::JournalKey::load(folder);
    if (!key) {
        return invocation.terminal.fail(key.error());
    }
    const quorum::Ed25519Crypto crypto(std::move(*key));
    Terminal &terminal = invocation.terminal;
    if (terminal.interactive() && !invocation.has("yes") && !terminal.json()) {
        tell(terminal, *file);
        if (!terminal.confirm("Sign this as " + journal::toHex(crypto.publicKey()) + "?")) {
            terminal.note("Nothing was signed.");
            return kFinding;
        }
    }
    Result<void> done = file->change.approve(crypto, file->cluster);
    if (done) {
        done = write(*file, path);
    }
    if (!done) {
        return invocation.terminal.fail(done.error());
    }
    tell(invocation.terminal, *file);
    return kOk;
}

int submit(const Invocation &invocation, RemoteSession &session)
{
    const Result<audit::MembershipFile> file = audit::loadMembership(invocation.arguments.first().toStdString());
    if (!file) {
        return invocation.terminal.fail(file.error());
    }
    const Result<api::SubmittedProposal> submitted = session.wait(session.engine().proposeMembership(file->text()));
    return submitted ? awaitDecision(invocation.terminal, session, *submitted)
                     : invocation.terminal.fail(submitted.error());
}

} // namespace

std::vector<Command> membershipCommands()
{
    Command change;
    change.name = QStringLiteral("cluster change");
    change.arguments = QStringLiteral("[LOG]");
    change.summary = QStringLiteral("Write a change of managers, for the present ones to approve.");
    change.maximumArguments = 1;
    change.options = sessionFileOptions();
    const std::vector<Option> changes{
        {QStringLiteral("replace"), QStringLiteral("OLD=KEY"),
         QStringLiteral("Another key in the place of m3, or of a key")},
        {QStringLiteral("remove"), QStringLiteral("OLD"), QStringLiteral("A manager less: m3, or its key")},
        {QStringLiteral("add"), QStringLiteral("KEY"), QStringLiteral("A manager more, behind the others")},
        {QStringLiteral("out"), QStringLiteral("FILE"), QStringLiteral("The file to write")}};
    change.options.insert(change.options.end(), changes.begin(), changes.end());
    change.examples = {QStringLiteral("cluster change --replace m3=KEY --out change.txt")};
    change.remarks =
        QStringLiteral("LOG is an audit log, without which the engine's own is read: it says who the present "
                       "managers are. The new one prints its key with `cluster key`.");
    change.run = makeChange;

    Command approval;
    approval.name = QStringLiteral("cluster approve");
    approval.arguments = QStringLiteral("FILE FOLDER");
    approval.summary = QStringLiteral("Sign a change of managers with the key of the manager whose folder it is.");
    approval.minimumArguments = approval.maximumArguments = 2;
    approval.options = {{QStringLiteral("yes"), {}, QStringLiteral("Do not ask again on a terminal.")}};
    approval.examples = {QStringLiteral("cluster approve change.txt /var/lib/coinswarm/data/memory/desk/m1")};
    approval.remarks = QStringLiteral(
        "Compare the keys that it prints with those you were told: who holds them decides what "
        "is remembered, and an approval cannot be taken back while its epoch is the next. On a terminal it asks. "
        "The manager may run meanwhile. The file goes from host to host.");
    approval.run = approve;

    Command submission;
    submission.name = QStringLiteral("cluster submit");
    submission.arguments = QStringLiteral("FILE");
    submission.summary = QStringLiteral("Have the managers decide about an approved change of managers.");
    submission.minimumArguments = submission.maximumArguments = 1;
    submission.options = remoteOptions();
    submission.examples = {QStringLiteral("cluster submit change.txt")};
    submission.remarks = QStringLiteral("A running engine gives it to them, again and again until they have decided.\n"
                                        "Exit codes: 0 decided so, 1 refused, 3 undecided or no engine.");
    submission.run = [](const Invocation &invocation) {
        return withSession(invocation, [&](RemoteSession &session) { return submit(invocation, session); });
    };
    return {change, approval, submission};
}

} // namespace coinswarm::cli
