// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/explanation_text.h"
#include "cli/exit_code.h"
#include "cli/remote_session.h"
#include "cli/text_table.h"
#include "codec/json_writer.h"

#include <coinswarm/text.h>

#include <QtCore/QJsonArray>

#include <algorithm>

namespace coinswarm::cli {

namespace {

using api::Frame;
using api::SessionInfo;
using api::SessionStatus;

Instrument instrumentOf(const SessionInfo &info, InstrumentId id)
{
    for (const Instrument &instrument : info.instruments) {
        if (instrument.id == id) {
            return instrument;
        }
    }
    return {};
}

std::string agentOf(const SessionInfo &info, AgentId id)
{
    return id.value >= 1 && id.value <= info.agents.size() ? info.agents[id.value - 1]
                                                           : "agent " + std::to_string(id.value);
}

std::size_t limitOf(const Invocation &invocation, std::size_t fallback)
{
    bool ok = false;
    const qulonglong limit = QString::fromStdString(invocation.value("limit")).toULongLong(&ok);
    return ok ? static_cast<std::size_t>(limit) : fallback;
}

template <class T>
std::vector<T> newest(const std::vector<T> &list, std::size_t count)
{
    const std::size_t skip = list.size() > count ? list.size() - count : 0;
    return {list.begin() + static_cast<std::ptrdiff_t>(skip), list.end()};
}

std::string readable(const SessionInfo &info, const SessionStatus &status, const Terminal &terminal)
{
    const std::string state(enumName(status.state));
    std::string out = terminal.bold(info.session) + "  " + std::string(enumName(info.mode)) + "  "
        + (status.state == api::RunState::Running ? terminal.good(state) : terminal.warning(state))
        + (status.stateReason.empty() ? "" : ": " + status.stateReason) + '\n';
    if (status.degraded) {
        out += terminal.bad("degraded: " + status.degradedReason) + '\n';
    }
    const Account &account = status.account;
    TextTable table({"", ""});
    table.addRow({"session time", toString(status.now) + " (started " + toString(status.started) + ")"});
    table.addRow({"market",
                  status.feed.name + ": " + status.feed.description + " ("
                      + std::string(enumName(status.feedHealth.state))
                      + (status.feedHealth.detail.empty() ? "" : ": " + status.feedHealth.detail) + ")"});
    table.addRow(
        {"speed",
         (status.speed == 0 ? "as fast as possible" : decimals(status.speed, 0) + " ×")
             + (status.feedPaused ? ", frozen" : "")
             + (status.playingUntil == Timestamp() ? "" : ", being played on to " + toString(status.playingUntil))});
    table.addRow({"equity",
                  decimals(account.equity.toDouble(), 2) + " (cash " + decimals(account.cash.toDouble(), 2)
                      + ", started with " + decimals(account.startingCash.toDouble(), 2) + ")"});
    table.addRow({"drawdown", decimals(account.drawdown.toDouble() * 100, 2) + " % from the peak"});
    table.addRow(
        {"limits used",
         decimals(status.riskUsed * 100, 0) + " %" + (status.riskUsedBy.empty() ? "" : " of " + status.riskUsedBy)});
    table.addRow({"orders",
                  std::to_string(status.openOrders) + " open, " + std::to_string(status.pendingApprovals)
                      + " waiting for approval; " + std::to_string(status.openPositions) + " positions"});
    table.addRow(
        {"events",
         decimals(static_cast<double>(status.events), 0) + ", " + decimals(status.eventsPerSecond, 0) + " a second"});
    table.addRow({"journal",
                  std::to_string(status.journalSequence) + " records, " + std::to_string(status.journalDurable)
                      + " on disk: " + info.journal});
    table.addRow({"kill switch", status.killSwitchTested ? "tested at start" : "NOT TESTED"});
    const std::string lines = table.text();
    return out + lines.substr(lines.find('\n') + 1);
}

int status(const Invocation &invocation, RemoteSession &session)
{
    Terminal &terminal = invocation.terminal;
    const Result<SessionInfo> info = session.wait(session.engine().sessionInfo());
    if (!info.ok()) {
        return terminal.fail(info.error());
    }
    const Result<SessionStatus> now = session.wait(session.engine().status());
    if (!now.ok()) {
        return terminal.fail(now.error());
    }
    if (terminal.json()) {
        terminal.printJson(QJsonObject{{QStringLiteral("session"), codec::toJson(*info)},
                                       {QStringLiteral("status"), codec::toJson(*now)}});
    } else {
        terminal.print(readable(*info, *now, terminal));
    }
    return kOk;
}

using Show = std::function<int(const Invocation &, const SessionInfo &, const Frame &)>;

/// What the commands about lists have in common.
int withSnapshot(const Invocation &invocation, RemoteSession &session, const Show &show)
{
    const Result<SessionInfo> info = session.wait(session.engine().sessionInfo());
    if (!info.ok()) {
        return invocation.terminal.fail(info.error());
    }
    const Result<Frame> frame = session.wait(session.engine().snapshot());
    return frame.ok() ? show(invocation, *info, *frame) : invocation.terminal.fail(frame.error());
}

int votes(const Invocation &invocation, const SessionInfo &info, const Frame &frame)
{
    const std::vector<Decision> decisions = newest(frame.decisions, limitOf(invocation, 5));
    Terminal &terminal = invocation.terminal;
    if (terminal.json()) {
        terminal.printJson(QJsonObject{{QStringLiteral("agents"), codec::toJson(info.agents)},
                                       {QStringLiteral("decisions"), codec::toJson(decisions)}});
        return kOk;
    }
    if (decisions.empty()) {
        terminal.print("The agents have not been asked yet.");
    }
    for (const Decision &decision : decisions) {
        terminal.print(terminal.bold(toString(decision.time) + "  " + instrumentOf(info, decision.instrument).symbol
                                     + "  " + std::string(enumName(decision.action)) + "  score "
                                     + decimals(decision.score, 3))
                       + "\n  " + decision.summary);
        for (const CountedVote &counted : decision.votes) {
            const bool voted = counted.status == VoteStatus::Voted;
            std::string line = "  " + agentOf(info, counted.agent) + ": "
                + std::string(voted ? enumName(counted.vote.action) : enumName(counted.status));
            if (voted) {
                line +=
                    ", confidence " + decimals(counted.vote.confidence, 2) + ", weight " + decimals(counted.weight, 2);
                line += counted.vote.veto ? ", VETO" : "";
                line += counted.dissents ? ", dissents" : "";
            }
            terminal.print(line);
            for (const std::string &reason : counted.vote.reasons) {
                terminal.print(terminal.dim("    - " + reason));
            }
        }
    }
    return kOk;
}

int positions(const Invocation &invocation, const SessionInfo &info, const Frame &frame)
{
    Terminal &terminal = invocation.terminal;
    if (terminal.json()) {
        terminal.printJson(codec::toJson(frame.positions));
        return kOk;
    }
    TextTable table({"instrument", "quantity", "average", "mark", "unrealised", "realised", "fees"});
    for (const Position &position : frame.positions) {
        const Instrument instrument = instrumentOf(info, position.instrument);
        const int price = api::priceDecimals(instrument);
        table.addRow({instrument.symbol, api::grouped(position.quantity, api::quantityDecimals(instrument)),
                      api::grouped(position.averagePrice, price), api::grouped(position.markPrice, price),
                      api::grouped(position.unrealised, 2), api::grouped(position.realised, 2),
                      api::grouped(position.fees, 2)});
    }
    terminal.print(table.empty() ? "There is no position." : table.text());
    return kOk;
}

int orders(const Invocation &invocation, const SessionInfo &info, const Frame &frame)
{
    std::vector<Order> chosen = frame.orders;
    if (invocation.has("open")) {
        std::erase_if(chosen, [](const Order &order) { return isFinal(order.state); });
    }
    std::sort(chosen.begin(), chosen.end(), [](const Order &a, const Order &b) { return a.id < b.id; });
    chosen = newest(chosen, limitOf(invocation, 20));
    Terminal &terminal = invocation.terminal;
    if (terminal.json()) {
        terminal.printJson(codec::toJson(chosen));
        return kOk;
    }
    TextTable table({"order", "time", "what", "purpose", "state", "filled", "reason"});
    for (const Order &order : chosen) {
        const Instrument instrument = instrumentOf(info, order.instrument);
        table.addRow({std::to_string(order.id.value), toString(order.created), api::orderLine(order, instrument),
                      std::string(enumName(order.purpose)), std::string(enumName(order.state)),
                      api::grouped(order.filled, api::quantityDecimals(instrument)), order.reason});
    }
    terminal.print(table.empty() ? "There is no order."
                                 : table.text() + "`coinswarm-cli explain ORDER` says why it exists.");
    return kOk;
}

Command named(const char *name, const char *summary, std::function<int(const Invocation &, RemoteSession &)> act)
{
    Command command;
    command.name = QLatin1StringView(name);
    command.summary = QLatin1StringView(summary);
    command.options = remoteOptions();
    command.examples = {command.name, command.name + QStringLiteral(" --json")};
    command.run = [act = std::move(act)](const Invocation &invocation) {
        return withSession(invocation, [&](RemoteSession &session) { return act(invocation, session); });
    };
    return command;
}

Command listing(const char *name, const char *summary, Show show)
{
    return named(name, summary, [show = std::move(show)](const Invocation &invocation, RemoteSession &session) {
        return withSnapshot(invocation, session, show);
    });
}

} // namespace

std::vector<Command> statusCommands()
{
    const Option limit{QStringLiteral("limit"), QStringLiteral("N"), QStringLiteral("The newest N only.")};
    Command votesCommand = listing("votes", "Show the newest decisions with every agent's vote and reasons.", votes);
    votesCommand.options.push_back(limit);
    Command ordersCommand = listing("orders", "List the newest orders and their states.", orders);
    ordersCommand.options.push_back(limit);
    ordersCommand.options.push_back({QStringLiteral("open"), {}, QStringLiteral("Only orders that are not final.")});
    return {named("status", "Show how the running engine is.", status), votesCommand,
            listing("positions", "List the positions.", positions), ordersCommand};
}

} // namespace coinswarm::cli
