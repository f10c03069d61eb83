// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/disabled_plugins.h"

#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QSaveFile>

namespace coinswarm::plugins {

Result<void> DisabledPlugins::open(const std::string &folder)
{
    const std::string path = folder + "/disabled_plugins.json";
    QFile file(QString::fromStdString(path));
    if (file.exists()) {
        if (!file.open(QIODevice::ReadOnly)) {
            return Error{ErrorKind::Environment, path + " cannot be read: " + file.errorString().toStdString() + "."};
        }
        QJsonParseError error;
        const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &error);
        if (!document.isObject()) {
            return Error{ErrorKind::Corrupt,
                         path + " is damaged (" + error.errorString().toStdString()
                             + "). Mend or delete it; deleting enables every plugin."};
        }
        const QJsonObject object = document.object();
        for (auto it = object.begin(); it != object.end(); ++it) {
            m_reasons[it.key().toStdString()] = it.value().toString().toStdString();
        }
    }
    m_file = path;
    return {};
}

std::optional<std::string> DisabledPlugins::reason(const std::string &id) const
{
    const auto found = m_reasons.find(id);
    return found == m_reasons.end() ? std::nullopt : std::optional(found->second);
}

Result<void> DisabledPlugins::add(const std::string &id, const std::string &reason)
{
    m_reasons[id] = reason;
    return write();
}

Result<void> DisabledPlugins::remove(const std::string &id)
{
    return m_reasons.erase(id) == 0 ? Result<void>() : write();
}

Result<void> DisabledPlugins::write() const
{
    if (m_file.empty()) {
        return {};
    }
    QJsonObject object;
    for (const auto &[id, reason] : m_reasons) {
        object.insert(QString::fromStdString(id), QString::fromStdString(reason));
    }
    QSaveFile file(QString::fromStdString(m_file));
    // commit() alone does not notice a disk that took only part of it.
    if (file.open(QIODevice::WriteOnly) && file.write(QJsonDocument(object).toJson()) > 0 && file.flush()
        && file.commit()) {
        return {};
    }
    return Error{ErrorKind::Environment, m_file + " cannot be written: " + file.errorString().toStdString() + "."};
}

} // namespace coinswarm::plugins
