// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/explanation_text.h"
#include "cli/exit_code.h"
#include "cli/remote_session.h"
#include "cli/text_table.h"
#include "codec/json_writer.h"

#include <QtCore/QJsonArray>

#include <algorithm>

namespace coinswarm::cli {

namespace {

using api::Frame;
using api::SessionInfo;

/// An approval with the order that it is about.
struct Question {
    api::Approval approval;
    Order order;
    Instrument instrument;
};

Question questionOf(const api::Approval &approval, const Frame &frame, const SessionInfo &info)
{
    Question question{approval, {}, {}};
    const auto order =
        std::find_if(frame.orders.begin(), frame.orders.end(), [&](const Order &o) { return o.id == approval.order; });
    if (order != frame.orders.end()) {
        question.order = *order;
    }
    const auto instrument = std::find_if(info.instruments.begin(), info.instruments.end(),
                                         [&](const Instrument &i) { return i.id == approval.instrument; });
    if (instrument != info.instruments.end()) {
        question.instrument = *instrument;
    }
    return question;
}

QJsonObject toJson(const Question &question)
{
    QJsonObject json = codec::toJson(question.approval).toObject();
    json.insert(QStringLiteral("order_shown"), codec::toJson(question.order));
    json.insert(QStringLiteral("symbol"), QString::fromStdString(question.instrument.symbol));
    return json;
}

/// What the operator decides about, as a card.
std::string card(const Question &question, const Frame &frame)
{
    const api::Approval &approval = question.approval;
    const int price = api::priceDecimals(question.instrument);
    std::string out = "Approval " + std::to_string(approval.id.value) + " (" + std::string(enumName(approval.state))
        + ")\n  " + api::orderLine(question.order, question.instrument) + "\n  worst case "
        + api::grouped(approval.worstCase, 2) + ' ' + question.instrument.quote + ", counts while the price is between "
        + api::grouped(approval.bandLow, price) + " and " + api::grouped(approval.bandHigh, price) + ", until "
        + toString(approval.expires) + '\n';
    for (const Decision &decision : frame.decisions) {
        if (decision.id == question.order.decision) {
            out += "  " + decision.summary + '\n';
        }
    }
    for (const api::RiskReport &report : frame.riskReports) {
        if (report.order == question.order.id) {
            out += "  risk gate: " + api::describe(report, &question.instrument) + '\n';
        }
    }
    return out + "  order hash " + approval.orderHash + "\n  `coinswarm-cli explain "
        + std::to_string(approval.order.value) + "` shows the whole chain.\n";
}

int list(const Invocation &invocation, RemoteSession &session)
{
    Terminal &terminal = invocation.terminal;
    const Result<SessionInfo> info = session.wait(session.engine().sessionInfo());
    if (!info.ok()) {
        return terminal.fail(info.error());
    }
    const Result<Frame> frame = session.wait(session.engine().snapshot());
    if (!frame.ok()) {
        return terminal.fail(frame.error());
    }
    QJsonArray json;
    std::string text;
    for (const api::Approval &approval : frame->approvals) {
        if (approval.state == api::ApprovalState::Pending || invocation.has("all")) {
            const Question question = questionOf(approval, *frame, *info);
            json.append(toJson(question));
            text += (text.empty() ? "" : "\n") + card(question, *frame);
        }
    }
    if (terminal.json()) {
        terminal.printJson(json);
    } else {
        terminal.printChapter(text.empty() ? "Nothing waits for approval." : text);
    }
    return kOk;
}

Result<Question> findQuestion(const Invocation &invocation, RemoteSession &session, std::string &shown)
{
    const Result<std::uint64_t> number = parseNumber(invocation.arguments.first(), "approval");
    if (!number.ok()) {
        return number.error();
    }
    const Result<SessionInfo> info = session.wait(session.engine().sessionInfo());
    if (!info.ok()) {
        return info.error();
    }
    const Result<Frame> frame = session.wait(session.engine().snapshot());
    if (!frame.ok()) {
        return frame.error();
    }
    for (const api::Approval &approval : frame->approvals) {
        if (approval.id.value == *number) {
            Question question = questionOf(approval, *frame, *info);
            shown = card(question, *frame);
            return question;
        }
    }
    return Error{ErrorKind::NotFound,
                 "there is no approval " + std::to_string(*number)
                     + "; `coinswarm-cli approvals list --all` shows those there are"};
}

int answer(const Invocation &invocation, RemoteSession &session, bool approve)
{
    Terminal &terminal = invocation.terminal;
    std::string shown;
    const Result<Question> question = findQuestion(invocation, session, shown);
    if (!question.ok()) {
        return terminal.fail(question.error());
    }
    const std::string &hash = question->approval.orderHash;
    if (invocation.has("hash") && invocation.value("hash") != hash) {
        return terminal.fail({ErrorKind::Refused, "the approval has changed: its order hash is now " + hash});
    }
    if (!terminal.json()) {
        terminal.printChapter(shown);
    }
    if (terminal.interactive() && !invocation.has("yes") && !terminal.json()
        && !terminal.confirm(approve ? "Approve it?" : "Reject it?"))
    {
        terminal.note("Nothing was answered.");
        return kFinding;
    }
    // The hash of exactly what was shown: if it has changed meanwhile, the engine refuses.
    const Result<api::Approval> result = session.wait(session.engine().answerApproval(
        {question->approval.id, hash, approve, operatorName(invocation), invocation.value("reason")}));
    if (!result.ok()) {
        return terminal.fail(result.error());
    }
    if (terminal.json()) {
        terminal.printJson(codec::toJson(*result));
    } else {
        terminal.print("Approval " + std::to_string(result->id.value) + " is " + std::string(enumName(result->state))
                       + (result->reason.empty() ? "." : ": " + result->reason));
    }
    return kOk;
}

Command named(const char *name, const char *summary, std::function<int(const Invocation &, RemoteSession &)> act)
{
    Command command;
    command.name = QLatin1StringView(name);
    command.summary = QLatin1StringView(summary);
    command.options = remoteOptions();
    command.run = [act = std::move(act)](const Invocation &invocation) {
        return withSession(invocation, [&](RemoteSession &session) { return act(invocation, session); });
    };
    return command;
}

Command answering(const char *name, const char *summary, bool approve)
{
    Command command = named(name, summary, [approve](const Invocation &invocation, RemoteSession &session) {
        return answer(invocation, session, approve);
    });
    command.arguments = QStringLiteral("ID");
    command.minimumArguments = command.maximumArguments = 1;
    const std::vector<Option> more{
        operatorOption(),
        {QStringLiteral("reason"), QStringLiteral("TEXT"),
         approve ? QStringLiteral("Why, for the record.") : QStringLiteral("Why, for the record; required.")},
        {QStringLiteral("hash"), QStringLiteral("HASH"), QStringLiteral("Refuse unless the order hash is this one.")},
        {QStringLiteral("yes"), {}, QStringLiteral("Do not ask again on a terminal.")},
    };
    command.options.insert(command.options.end(), more.begin(), more.end());
    command.run = [approve, answerIt = command.run](const Invocation &invocation) {
        if (!approve && invocation.value("reason").empty()) {
            return invocation.terminal.fail(invalid("--reason TEXT is missing: a rejection says why"));
        }
        return answerIt(invocation);
    };
    command.remarks = QStringLiteral(
        "What is answered is printed first, and the answer is bound to its hash: if the order changes in\n"
        "between, the engine refuses the answer.");
    return command;
}

} // namespace

std::vector<Command> approvalCommands()
{
    Command listCommand = named("approvals list", "Show what waits for an operator.", list);
    listCommand.options.push_back({QStringLiteral("all"), {}, QStringLiteral("Decided and expired ones too.")});
    listCommand.examples = {QStringLiteral("approvals list")};
    Command approveCommand = answering("approvals approve", "Let an order go.", true);
    approveCommand.examples = {QStringLiteral("approvals approve 3 --operator alice")};
    Command rejectCommand = answering("approvals reject", "Refuse an order.", false);
    rejectCommand.examples = {QStringLiteral("approvals reject 3 --reason \"news in ten minutes\"")};
    return {listCommand, approveCommand, rejectCommand};
}

} // namespace coinswarm::cli
