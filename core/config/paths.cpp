// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/paths.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QStorageInfo>
#include <QtCore/QTemporaryFile>

namespace coinswarm::config {

namespace {

std::string baseFolder(const char *variable, const char *fallback)
{
    const QString set = qEnvironmentVariable(variable);
    const QString base =
        QDir::isAbsolutePath(set) ? set : QDir::homePath() + QLatin1Char('/') + QLatin1String(fallback);
    return QDir::cleanPath(base + QStringLiteral("/coinswarm")).toStdString();
}

Error cannot(const std::string &what, const std::string &folder, const std::string &purpose, const std::string &reason)
{
    return Error{ErrorKind::Environment,
                 "the folder for " + purpose + ", " + folder + ", " + what
                     + (reason.empty() ? std::string() : " (" + reason + ")")
                     + "; free space on its disk, mend its permissions, or choose another folder"};
}

/// The first part of the path that exists.
QString existingPart(const std::string &folder)
{
    QString path = QDir::cleanPath(QDir(QString::fromStdString(folder)).absolutePath());
    while (!QFileInfo::exists(path) && path.size() > 1) {
        path = QFileInfo(path).path();
    }
    return path;
}

} // namespace

Paths Paths::standard()
{
    return {baseFolder("XDG_CONFIG_HOME", ".config"), baseFolder("XDG_DATA_HOME", ".local/share"),
            baseFolder("XDG_STATE_HOME", ".local/state"), baseFolder("XDG_CACHE_HOME", ".cache")};
}

Paths Paths::below(const std::string &folder)
{
    return {folder + "/config", folder + "/data", folder + "/state", folder + "/cache"};
}

SessionPaths sessionPaths(const Configuration &configuration, const Paths &paths)
{
    const auto chosen = [](const std::string &given, const std::string &fallback) {
        return given.empty() ? fallback
                             : QDir::cleanPath(QDir(QString::fromStdString(given)).absolutePath()).toStdString();
    };
    SessionPaths result;
    result.dataFolder = chosen(configuration.session.dataFolder, paths.data);
    const std::string name = configuration.session.name.empty() ? std::string(enumName(configuration.session.mode))
                                                                : configuration.session.name;
    result.sessionFolder = result.dataFolder + "/sessions/" + name;
    result.journalFolder = configuration.journal.folder.empty() ? result.sessionFolder + "/journal"
                                                                : chosen(configuration.journal.folder, {}) + '/' + name;
    result.databaseFile = chosen(configuration.storage.file, result.dataFolder + "/coinswarm.sqlite");
    result.bufferFolder = paths.state + "/storage/" + name;
    result.tokenFile = chosen(configuration.control.tokenFile, paths.state + "/control.token");
    return result;
}

Result<void> prepareFolder(const std::string &folder, const std::string &purpose)
{
    const QString path = QString::fromStdString(folder);
    const QString existing = existingPart(folder);
    if (!QFileInfo(existing).isDir()) {
        return cannot("cannot be made", folder, purpose, existing.toStdString() + " is a file");
    }
    constexpr auto ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner;
    QDir directory(existing);
    for (const QString &part : QDir(existing).relativeFilePath(path).split(QLatin1Char('/'), Qt::SkipEmptyParts)) {
        if (part == QLatin1String(".")) {
            continue;
        }
        // Made private from the first moment, not afterwards; that another program made it meanwhile is no failure.
        if (!directory.mkdir(part, ownerOnly) && !directory.exists(part)) {
            return cannot("cannot be made", folder, purpose, {});
        }
        if (!directory.cd(part)) {
            return cannot("cannot be entered", folder, purpose, {});
        }
    }
    // Permissions alone do not tell: the disk may be full, its quota used up, or mounted read-only.
    QTemporaryFile probe(path + QStringLiteral("/.probe-XXXXXX"));
    if (!probe.open()) {
        return cannot("cannot be written", folder, purpose, probe.errorString().toStdString());
    }
    if (probe.write(QByteArray(4096, '.')) != 4096 || !probe.flush()) {
        return cannot("cannot be written", folder, purpose, probe.errorString().toStdString());
    }
    return {};
}

Result<void> prepareFolders(const Paths &paths)
{
    const std::pair<const std::string &, const char *> folders[] = {
        {paths.config, "configuration"}, {paths.data, "data"}, {paths.state, "state"}, {paths.cache, "the cache"}};
    for (const auto &[folder, purpose] : folders) {
        Result<void> prepared = prepareFolder(folder, purpose);
        if (!prepared.ok()) {
            return prepared;
        }
    }
    return {};
}

Result<std::uint64_t> freeSpace(const std::string &folder)
{
    const QStorageInfo storage(existingPart(folder));
    if (!storage.isValid() || storage.bytesAvailable() < 0) {
        return Error{ErrorKind::Environment, "the free space of the disk with " + folder + " cannot be found out"};
    }
    return static_cast<std::uint64_t>(storage.bytesAvailable());
}

Result<void> requireFreeSpace(const std::string &folder, std::uint64_t bytes)
{
    const Result<std::uint64_t> available = freeSpace(folder);
    if (!available.ok()) {
        return available.error();
    }
    if (*available < bytes) {
        constexpr std::uint64_t mebibyte = 1'048'576;
        return Error{ErrorKind::Environment,
                     "the disk with " + folder + " has " + std::to_string(*available / mebibyte) + " MiB free, "
                         + std::to_string((bytes + mebibyte - 1) / mebibyte) + " MiB are needed; free some space"};
    }
    return {};
}

} // namespace coinswarm::config
