// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/remote_session.h"

#include "config/paths.h"
#include "rpc/control_files.h"
#include "rpc/remote_engine.h"

#include <QtCore/QUrl>

namespace coinswarm::cli {

std::vector<Option> remoteOptions()
{
    return {
        {QStringLiteral("url"), QStringLiteral("URL"),
         QStringLiteral("Where the engine is, as ws://127.0.0.1:PORT; default: the one started last.")},
        {QStringLiteral("token-file"), QStringLiteral("FILE"), QStringLiteral("File with the engine's token.")},
        {QStringLiteral("data-folder"), QStringLiteral("FOLDER"),
         QStringLiteral("The engine's --data-folder, if it was started with one.")},
    };
}

Option operatorOption()
{
    return {QStringLiteral("operator"), QStringLiteral("NAME"), QStringLiteral("Who acts; default: $USER.")};
}

std::string operatorName(const Invocation &invocation)
{
    if (invocation.has("operator")) {
        return invocation.value("operator");
    }
    for (const char *variable : {"USER", "LOGNAME", "USERNAME"}) {
        if (const QString name = qEnvironmentVariable(variable); !name.isEmpty()) {
            return name.toStdString();
        }
    }
    return "operator";
}

Result<RemoteSession> RemoteSession::open(const Invocation &invocation)
{
    const config::Paths paths = invocation.has("data-folder") ? config::Paths::below(invocation.value("data-folder"))
                                                              : config::Paths::standard();
    const std::string &stateFolder = paths.state;
    std::string url = invocation.value("url");
    std::string tokenFile = invocation.value("token-file");
    std::string hint;
    if (url.empty()) {
        const Result<rpc::ControlEndpoint> endpoint = rpc::readEndpoint(stateFolder);
        if (!endpoint.ok()) {
            return Error{ErrorKind::Unavailable,
                         "no engine runs here: " + endpoint.error().message
                             + "; start one with coinswarmd, or name one with --url"};
        }
        url = endpoint->url;
        tokenFile = tokenFile.empty() ? endpoint->tokenFile : tokenFile;
        hint = "; " + stateFolder + "/control.json names process " + std::to_string(endpoint->pid)
            + ", which may have ended: start coinswarmd";
    }
    if (tokenFile.empty()) {
        tokenFile = stateFolder + "/control.token";
    }
    const Result<std::string> token = rpc::readToken(tokenFile);
    if (!token.ok()) {
        return Error{ErrorKind::Environment,
                     token.error().message + "; name the engine's token file with --token-file"};
    }
    return RemoteSession(rpc::connectRemoteEngine(QUrl(QString::fromStdString(url)), QString::fromStdString(*token)),
                         std::move(hint));
}

Error RemoteSession::explained(const Error &error) const
{
    return error.kind == ErrorKind::Unavailable ? Error{error.kind, error.message + m_hint} : error;
}

int withSession(const Invocation &invocation, const std::function<int(RemoteSession &)> &act)
{
    Result<RemoteSession> session = RemoteSession::open(invocation);
    return session.ok() ? act(*session) : invocation.terminal.fail(session.error());
}

} // namespace coinswarm::cli
