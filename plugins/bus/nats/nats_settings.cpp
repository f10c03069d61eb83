// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "nats_settings.h"

#include "nats_error.h"

#include <QtCore/QFile>
#include <QtCore/QRandomGenerator>

#include <algorithm>
#include <limits>

namespace coinswarm::nats {

namespace {

// NATS_OK, or the first failure of a row of calls.
class Chain
{
public:
    template <class Call>
    Chain &then(const char *what, Call call)
    {
        if (m_status == NATS_OK) {
            m_status = call();
            m_what = what;
        }
        return *this;
    }
    Result<void> result() const
    {
        if (m_status == NATS_OK) {
            return {};
        }
        return natsError(std::string("The setting of the NATS bus \"") + m_what + "\" cannot be used", m_status);
    }

private:
    natsStatus m_status = NATS_OK;
    const char *m_what = "";
};

Result<void> setLogin(natsOptions *options, const std::string &fileName)
{
    QFile file(QString::fromStdString(fileName));
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{ErrorKind::Environment,
                     "login_file " + fileName + " cannot be read: " + file.errorString().toStdString() + "."};
    }
    const QByteArray user = file.readLine(1024).trimmed();
    QByteArray password = file.readLine(1024);
    while (password.endsWith('\n') || password.endsWith('\r')) {
        password.chop(1);
    }
    if (user.isEmpty() || password.isEmpty()) {
        return invalid("login_file " + fileName
                       + " must have the user's name in its first line and the password in its second.");
    }
    const natsStatus set = natsOptions_SetUserInfo(options, user.constData(), password.constData());
    password.fill('\0');
    return set == NATS_OK ? Result<void>() : natsError("login_file cannot be used", set);
}

Result<void> setTls(natsOptions *options, const NatsSettings &settings)
{
    Chain chain;
    if (settings.tls || !settings.tlsCaFile.empty() || !settings.tlsCertificateFile.empty()) {
        chain.then("tls", [&] { return natsOptions_SetSecure(options, true); });
    }
    if (!settings.tlsCaFile.empty()) {
        chain.then("tls_ca_file",
                   [&] { return natsOptions_LoadCATrustedCertificates(options, settings.tlsCaFile.c_str()); });
    }
    if (!settings.tlsCertificateFile.empty()) {
        chain.then("tls_certificate_file", [&] {
            return natsOptions_LoadCertificatesChain(options, settings.tlsCertificateFile.c_str(),
                                                     settings.tlsKeyFile.c_str());
        });
    }
    return chain.result();
}

} // namespace

Result<NatsSettings> natsSettings(const Settings &settings)
{
    NatsSettings out;
    const std::string &servers = settings.text("servers");
    for (std::size_t begin = 0; begin <= servers.size();) {
        const std::size_t end = std::min(servers.find(',', begin), servers.size());
        std::string server = QString::fromStdString(servers.substr(begin, end - begin)).trimmed().toStdString();
        if (server.find('@') != std::string::npos) {
            return invalid(
                "An address in \"servers\" of the NATS bus names a user. Put name and password into a file and "
                "name it in \"login_file\".");
        }
        if (!server.empty()) {
            out.servers.push_back(std::move(server));
        }
        begin = end + 1;
    }
    if (out.servers.empty()) {
        return invalid(
            "\"servers\" of the NATS bus is empty; give at least one address such as nats://127.0.0.1:4222.");
    }
    out.name = settings.text("name");
    out.subjectPrefix = settings.text("subject_prefix");
    out.credentialsFile = settings.text("credentials_file");
    out.loginFile = settings.text("login_file");
    out.tls = settings.boolean("tls");
    out.tlsCaFile = settings.text("tls_ca_file");
    out.tlsCertificateFile = settings.text("tls_certificate_file");
    out.tlsKeyFile = settings.text("tls_key_file");
    out.connectTimeout = std::chrono::milliseconds(settings.integer("connect_timeout_ms"));
    out.reconnectWait = std::chrono::milliseconds(settings.integer("reconnect_wait_ms"));
    out.reconnectLongestWait = std::chrono::milliseconds(settings.integer("reconnect_longest_wait_ms"));
    out.pingInterval = std::chrono::milliseconds(settings.integer("ping_interval_ms"));
    out.pendingMessages = static_cast<int>(settings.integer("pending_messages"));
    out.sendAtOnce = settings.boolean("send_at_once");
    return out;
}

Result<NatsOptionsPtr> natsOptionsFor(const NatsSettings &settings)
{
    natsOptions *made = nullptr;
    if (const natsStatus status = natsOptions_Create(&made); status != NATS_OK) {
        return natsError("The NATS library cannot be used", status);
    }
    NatsOptionsPtr options(made);
    std::vector<const char *> servers;
    for (const std::string &server : settings.servers) {
        servers.push_back(server.c_str());
    }
    Chain chain;
    chain
        .then("servers", [&] { return natsOptions_SetServers(made, servers.data(), static_cast<int>(servers.size())); })
        .then("name", [&] { return natsOptions_SetName(made, settings.name.c_str()); })
        .then("connect_timeout_ms", [&] { return natsOptions_SetTimeout(made, settings.connectTimeout.count()); })
        .then("ping_interval_ms", [&] { return natsOptions_SetPingInterval(made, settings.pingInterval.count()); })
        .then("ping_interval_ms", [&] { return natsOptions_SetMaxPingsOut(made, 2); })
        .then("send_at_once", [&] { return natsOptions_SetSendAsap(made, settings.sendAtOnce); })
        .then("pending_messages", [&] { return natsOptions_SetMaxPendingMsgs(made, settings.pendingMessages); })
        .then("reconnect_wait_ms", [&] { return natsOptions_SetMaxReconnect(made, std::numeric_limits<int>::max()); })
        // The library would keep eight megabytes of what is published while disconnected, and send it later.
        .then("reconnect_wait_ms", [&] { return natsOptions_SetReconnectBufSize(made, 1); })
        .then("reconnect_wait_ms", [&] { return natsOptions_SetFailRequestsOnDisconnect(made, true); });
    if (!settings.credentialsFile.empty()) {
        chain.then("credentials_file", [&] {
            return natsOptions_SetUserCredentialsFromFiles(made, settings.credentialsFile.c_str(), nullptr);
        });
    }
    if (const Result<void> set = chain.result(); !set.ok()) {
        return set.error();
    }
    if (!settings.loginFile.empty()) {
        if (const Result<void> set = setLogin(made, settings.loginFile); !set.ok()) {
            return set.error();
        }
    }
    if (const Result<void> set = setTls(made, settings); !set.ok()) {
        return set.error();
    }
    return options;
}

std::chrono::milliseconds reconnectPause(const NatsSettings &settings, int attempt)
{
    const std::int64_t longest = settings.reconnectLongestWait.count();
    const int doublings = std::clamp(attempt - 1, 0, 20);
    const std::int64_t pause = std::min(settings.reconnectWait.count() << doublings, longest);
    // Otherwise all clients of a server that was restarted would come back in the same moment.
    return std::chrono::milliseconds(pause * 3 / 4
                                     + QRandomGenerator::global()->bounded(static_cast<qint64>(pause / 2 + 1)));
}

} // namespace coinswarm::nats
