// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/exit_code.h"
#include "cli/remote_session.h"
#include "codec/json_writer.h"
#include "config/key_table.h"

#include <QtCore/QDateTime>

namespace coinswarm::cli {

namespace {

using api::SessionStatus;

int report(const Terminal &terminal, const Result<SessionStatus> &status)
{
    if (!status.ok()) {
        return terminal.fail(status.error());
    }
    if (terminal.json()) {
        terminal.printJson(codec::toJson(*status));
    } else {
        terminal.print("The session is " + std::string(enumName(status->state))
                       + (status->stateReason.empty() ? "." : ": " + status->stateReason)
                       + (status->playingUntil != Timestamp() ? " The market is played on to "
                                  + toString(status->playingUntil) + " and stands still there."
                              : status->feedPaused ? " The market stands still."
                                                   : ""));
    }
    return kOk;
}

int halt(const Invocation &invocation, RemoteSession &session)
{
    const std::string reason = invocation.has("reason") ? invocation.value("reason") : "halted from the command line";
    const Result<api::HaltReport> done = session.wait(session.engine().halt(operatorName(invocation), reason));
    if (!done.ok()) {
        return invocation.terminal.fail(done.error());
    }
    if (invocation.terminal.json()) {
        invocation.terminal.printJson(codec::toJson(*done));
    } else {
        invocation.terminal.print(done->text);
    }
    return kOk;
}

int resume(const Invocation &invocation, RemoteSession &session)
{
    return report(invocation.terminal, session.wait(session.engine().resume(operatorName(invocation))));
}

int setPaused(const Invocation &invocation, RemoteSession &session, bool paused)
{
    return report(invocation.terminal, session.wait(session.engine().setPaused(paused, operatorName(invocation))));
}

int speed(const Invocation &invocation, RemoteSession &session)
{
    const QString text = invocation.arguments.first();
    bool ok = text == QLatin1StringView("max");
    const double factor = ok ? 0 : text.toDouble(&ok);
    if (!ok) {
        return invocation.terminal.fail(
            invalid("\"" + text.toStdString() + "\" is no speed; expected max or a number as 60"));
    }
    return report(invocation.terminal, session.wait(session.engine().setSpeed(factor)));
}

/// ISO 8601, UTC unless it says otherwise, or "+2h" from the session's present.
Result<Timestamp> momentOf(const QString &written, RemoteSession &session)
{
    if (written.startsWith(QLatin1Char('+'))) {
        const Result<Duration> ahead = config::parseDuration(written.mid(1).toStdString());
        if (!ahead.ok()) {
            return ahead.error();
        }
        const Result<SessionStatus> status = session.wait(session.engine().status());
        return status.ok() ? Result<Timestamp>(status->now + *ahead) : Result<Timestamp>(status.error());
    }
    QDateTime time = QDateTime::fromString(written, Qt::ISODateWithMs);
    if (!time.isValid()) {
        return invalid("\"" + written.toStdString()
                       + "\" is no time; expected one as 2025-01-06T14:00 (UTC), or +2h from now");
    }
    if (time.timeSpec() == Qt::LocalTime) {
        time.setTimeSpec(Qt::UTC);
    }
    return Timestamp::fromMilliseconds(time.toMSecsSinceEpoch());
}

int seek(const Invocation &invocation, RemoteSession &session)
{
    const Result<Timestamp> time = momentOf(invocation.arguments.first(), session);
    if (!time.ok()) {
        return invocation.terminal.fail(time.error());
    }
    return report(invocation.terminal, session.wait(session.engine().playUntil(*time)));
}

Command named(const char *name, const char *summary, std::function<int(const Invocation &, RemoteSession &)> act)
{
    Command command;
    command.name = QLatin1StringView(name);
    command.summary = QLatin1StringView(summary);
    command.options = remoteOptions();
    command.options.push_back(operatorOption());
    command.examples = {command.name};
    command.run = [act = std::move(act)](const Invocation &invocation) {
        return withSession(invocation, [&](RemoteSession &session) { return act(invocation, session); });
    };
    return command;
}

} // namespace

std::vector<Command> controlCommands()
{
    Command haltCommand = named("halt", "Kill switch: cancel all open orders and stop new entries.", halt);
    haltCommand.options.push_back(
        {QStringLiteral("reason"), QStringLiteral("TEXT"), QStringLiteral("Why, for the record.")});
    haltCommand.examples = {QStringLiteral("halt --reason \"feed looks wrong\"")};
    Command speedCommand = named("speed", "Set how fast a simulated or recorded market is played.", speed);
    speedCommand.arguments = QStringLiteral("FACTOR");
    speedCommand.minimumArguments = speedCommand.maximumArguments = 1;
    speedCommand.examples = {QStringLiteral("speed 60"), QStringLiteral("speed max")};
    Command seekCommand =
        named("seek", "Play a simulated or recorded market as fast as possible to a moment ahead, and freeze it there.",
              seek);
    seekCommand.arguments = QStringLiteral("TIME");
    seekCommand.minimumArguments = seekCommand.maximumArguments = 1;
    seekCommand.examples = {QStringLiteral("seek 2025-01-06T14:00"), QStringLiteral("seek +2h")};
    return {
        haltCommand,
        named("resume", "Arm trading again after a halt.", resume),
        named(
            "pause", "Stop new entries; the market goes on.",
            [](const Invocation &invocation, RemoteSession &session) { return setPaused(invocation, session, true); }),
        named(
            "unpause", "Permit new entries again.",
            [](const Invocation &invocation, RemoteSession &session) { return setPaused(invocation, session, false); }),
        speedCommand,
        seekCommand,
        named("freeze", "Let a simulated or recorded market stand still.",
              [](const Invocation &invocation, RemoteSession &session) {
                  return report(invocation.terminal, session.wait(session.engine().setFeedPaused(true)));
              }),
        named("unfreeze", "Let the market go on.",
              [](const Invocation &invocation, RemoteSession &session) {
                  return report(invocation.terminal, session.wait(session.engine().setFeedPaused(false)));
              }),
    };
}

} // namespace coinswarm::cli
