// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "rpc/control_files.h"

#include "codec/json_reader.h"
#include "codec/json_writer.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonDocument>
#include <QtCore/QRandomGenerator>
#include <QtCore/QSaveFile>

#include <array>

namespace coinswarm::rpc {

namespace {

constexpr qsizetype kTokenCharacters = 64;
constexpr auto kForOthers =
    QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;

QString endpointFile(const std::string &stateFolder)
{
    return QDir(QString::fromStdString(stateFolder)).filePath(QStringLiteral("control.json"));
}

bool isToken(const QByteArray &text)
{
    return text.size() == kTokenCharacters && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

Result<void> writePrivately(const QString &file, const QByteArray &content)
{
    QDir().mkpath(QFileInfo(file).path());
    QSaveFile out(file);
    // The permissions come before the content, so that nobody reads it in between.
    const bool written = out.open(QIODevice::WriteOnly)
        && out.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) && out.write(content) == content.size()
        && out.flush() && out.commit(); // commit() alone does not notice a disk that took only part of it
    if (!written) {
        return Error{ErrorKind::Environment,
                     "cannot write " + file.toStdString() + ": " + out.errorString().toStdString()
                         + "; the command line and the desktop find the engine by it"};
    }
    return {};
}

} // namespace

std::string randomToken()
{
    std::array<quint32, 8> words{};
    QRandomGenerator::system()->generate(words.begin(), words.end());
    return QByteArray(reinterpret_cast<const char *>(words.data()), sizeof words).toHex().toStdString();
}

Result<std::string> loadOrCreateToken(const std::string &file)
{
    Result<std::string> existing = readToken(file);
    if (existing.ok() || existing.error().kind != ErrorKind::NotFound) {
        return existing;
    }
    const std::string token = randomToken();
    const Result<void> written = writePrivately(QString::fromStdString(file), QByteArray::fromStdString(token + '\n'));
    return written.ok() ? Result<std::string>(token) : Result<std::string>(written.error());
}

Result<std::string> readToken(const std::string &file)
{
    QFile in(QString::fromStdString(file));
    if (!in.exists()) {
        return Error{ErrorKind::NotFound, "there is no token file " + file};
    }
    if ((in.permissions() & kForOthers) != 0) {
        return Error{ErrorKind::Refused,
                     "other users can read or write " + file
                         + ", so its token is no secret; delete it and start again, or "
                           "run chmod 600 on it if you trust it"};
    }
    if (!in.open(QIODevice::ReadOnly)) {
        return Error{ErrorKind::Environment, "cannot read " + file + ": " + in.errorString().toStdString()};
    }
    const QByteArray text = in.read(4096).trimmed();
    if (!isToken(text)) {
        return Error{ErrorKind::Corrupt, file + " holds no token (64 hexadecimal digits); delete it and start again"};
    }
    return text.toStdString();
}

Result<void> writeEndpoint(const std::string &stateFolder, const ControlEndpoint &endpoint)
{
    return writePrivately(endpointFile(stateFolder), QJsonDocument(codec::toJson(endpoint).toObject()).toJson());
}

Result<ControlEndpoint> readEndpoint(const std::string &stateFolder)
{
    QFile in(endpointFile(stateFolder));
    if (!in.exists()) {
        return Error{ErrorKind::NotFound, "no engine has left its address in " + in.fileName().toStdString()};
    }
    if (!in.open(QIODevice::ReadOnly)) {
        return Error{ErrorKind::Environment,
                     "cannot read " + in.fileName().toStdString() + ": " + in.errorString().toStdString()};
    }
    const QJsonDocument document = QJsonDocument::fromJson(in.read(65'536));
    Result<ControlEndpoint> endpoint = codec::fromJson<ControlEndpoint>(document.object());
    if (!endpoint.ok() || endpoint->url.empty()) {
        return Error{ErrorKind::Corrupt, in.fileName().toStdString() + " does not say where the engine is; delete it"};
    }
    return endpoint;
}

void removeEndpoint(const std::string &stateFolder, qint64 pid)
{
    if (const Result<ControlEndpoint> endpoint = readEndpoint(stateFolder); endpoint.ok() && endpoint->pid == pid) {
        QFile::remove(endpointFile(stateFolder));
    }
}

} // namespace coinswarm::rpc
