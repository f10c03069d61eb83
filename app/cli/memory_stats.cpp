// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/exit_code.h"

#include "api/rejection.h"
#include "cli/memory_log.h"
#include "cli/text_table.h"
#include "codec/json_writer.h"
#include "memory/projection/proposal_text.h"
#include "memory/state/signed_proposal.h"

#include <QtCore/QJsonArray>

#include <map>

namespace coinswarm::cli {

namespace {

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
            ++byReason[api::reasonName(reason)];
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
                                   {QStringLiteral("key"), QString::fromStdString(journal::toHex(key))}});
    }
    return {{QStringLiteral("slots"), static_cast<qint64>(fold.tip().slot)},
            {QStringLiteral("head"), QString::fromStdString(journal::toHex(fold.tip().commit))},
            {QStringLiteral("state"), QString::fromStdString(journal::toHex(state.digest()))},
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
    table.addRow({"slots", std::to_string(fold.tip().slot) + ", head " + journal::toHex(fold.tip().commit)});
    table.addRow({"state", journal::toHex(state.digest())});
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
        table.addRow({"engine " + name, journal::toHex(key)});
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

} // namespace

int memoryStats(const Invocation &invocation)
{
    Terminal &terminal = invocation.terminal;
    const Result<std::uint64_t> last = lastSlot(invocation);
    if (!last) {
        return terminal.fail(last.error());
    }
    Result<audit::AuditReader> reader = verifiedLog(invocation);
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

} // namespace coinswarm::cli
