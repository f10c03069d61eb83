// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis/redis_settings.h"

#include <QtCore/QFile>

#include <charconv>
#include <cstdlib>

namespace coinswarm::redis {

namespace {

Error wrongAddress(const std::string &address)
{
    return invalid(
        "\"" + address
        + "\" is no address of a Redis server. Write host:port, as in 127.0.0.1:6379, or the absolute path of "
          "its unix socket.");
}

} // namespace

std::string RedisSettings::address() const
{
    if (!socket.empty()) {
        return socket;
    }
    const bool six = host.find(':') != std::string::npos;
    return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<void> setRedisAddress(RedisSettings &settings, const std::string &address)
{
    if (address.find('@') != std::string::npos) {
        return invalid(
            "The address of the Redis server names a user or a password. Put the password into a file and name that in "
            "\"password_file\".");
    }
    if (address.starts_with('/')) {
        settings.socket = address;
        settings.host.clear();
        return {};
    }
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos || colon == 0) {
        return wrongAddress(address);
    }
    std::string host = address.substr(0, colon);
    if (host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    } else if (host.find_first_of(":/[] ") != std::string::npos) {
        return wrongAddress(address);
    }
    int port = 0;
    const char *end = address.data() + address.size();
    const auto [rest, failure] = std::from_chars(address.data() + colon + 1, end, port);
    if (failure != std::errc() || rest != end || port < 1 || port > 65'535 || host.empty()) {
        return wrongAddress(address);
    }
    settings.socket.clear();
    settings.host = host;
    settings.port = port;
    return {};
}

Result<RedisSettings> redisSettings(const Settings &settings)
{
    RedisSettings out;
    if (const Result<void> address = setRedisAddress(out, settings.text("address")); !address.ok()) {
        return address.error();
    }
    out.user = settings.text("user");
    out.passwordFile = settings.text("password_file");
    out.passwordVariable = settings.text("password_variable");
    out.database = static_cast<int>(settings.integer("database"));
    out.connections = static_cast<int>(settings.integer("connections"));
    out.connectTimeout = std::chrono::milliseconds(settings.integer("connect_timeout_ms"));
    out.commandTimeout = std::chrono::milliseconds(settings.integer("command_timeout_ms"));
    if (const Result<std::string> password = redisPassword(out); !password.ok()) {
        return password.error();
    }
    return out;
}

Result<std::string> redisPassword(const RedisSettings &settings)
{
    if (!settings.passwordFile.empty() && !settings.passwordVariable.empty()) {
        return invalid("Both password_file and password_variable are set for Redis; set one.");
    }
    if (!settings.passwordVariable.empty()) {
        const char *value = std::getenv(settings.passwordVariable.c_str());
        if (value == nullptr || *value == '\0') {
            return Error{ErrorKind::Environment,
                         "password_variable names the environment variable " + settings.passwordVariable
                             + ", which is not set. Set it to the password of Redis before the program starts."};
        }
        return std::string(value);
    }
    if (settings.passwordFile.empty()) {
        return std::string();
    }
    QFile file(QString::fromStdString(settings.passwordFile));
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{ErrorKind::Environment,
                     "password_file " + settings.passwordFile + " cannot be read: " + file.errorString().toStdString()
                         + "."};
    }
    QByteArray line = file.readLine(1024);
    while (line.endsWith('\n') || line.endsWith('\r')) {
        line.chop(1);
    }
    if (line.isEmpty()) {
        return invalid("password_file " + settings.passwordFile
                       + " must have the password of Redis in its first line.");
    }
    return line.toStdString();
}

} // namespace coinswarm::redis
