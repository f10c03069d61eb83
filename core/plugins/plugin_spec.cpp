// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/plugin_spec.h"

#include "plugins/setting_parser.h"

#include <coinswarm/plugin.h>

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>
#include <QtCore/QLibraryInfo>
#include <QtCore/QPluginLoader>
#include <QtCore/QVersionNumber>
#include <QtCore/QtEndian>

#include <algorithm>
#include <array>

namespace coinswarm::plugins {

namespace {

/// The text under `name`; a problem if it is absent or empty and `required`.
std::string text(const QJsonObject &json, const char *name, bool required, std::vector<std::string> &problems)
{
    const QJsonValue value = json.value(QLatin1String(name));
    if (!value.isUndefined() && !value.isString()) {
        problems.push_back(std::string("\"") + name + "\" in its metadata must be a text.");
    } else if (required && value.toString().isEmpty()) {
        problems.push_back(std::string("\"") + name + "\" is missing from its metadata.");
    }
    return value.toString().toStdString();
}

QVersionNumber parsedVersion(const std::string &version)
{
    const QString string = QString::fromStdString(version);
    qsizetype end = 0;
    const QVersionNumber number = QVersionNumber::fromString(string, &end);
    return end == string.size() ? number : QVersionNumber();
}

void checkBuild(const QJsonObject &json, const BuildTraits &host, std::vector<std::string> &problems)
{
    const QJsonValue api = json.value(QLatin1String("ApiVersion"));
    if (api.toInt(-1) != host.apiVersion) {
        problems.push_back("It was built for plugin interface "
                           + (api.isDouble() ? std::to_string(api.toInt()) : std::string("?")) + "; this program has "
                           + std::to_string(host.apiVersion) + ". Build it again with this program's SDK.");
    }
    const std::string qt = json.value(QLatin1String("QtVersion")).toString().toStdString();
    if (qt != host.qtVersion) {
        problems.push_back("It was built with Qt " + (qt.empty() ? "?" : qt) + "; this program uses Qt "
                           + host.qtVersion + ".");
    }
    const std::string compiler = json.value(QLatin1String("Compiler")).toString().toStdString();
    if (compiler.substr(0, compiler.find('-')) != host.compiler) {
        problems.push_back("It was compiled with " + (compiler.empty() ? "?" : compiler) + "; this program with "
                           + host.compiler + ".");
    }
}

std::vector<api::PluginDependency> parseDependencies(const QJsonObject &json, std::vector<std::string> &problems)
{
    std::vector<api::PluginDependency> dependencies;
    const QJsonValue value = json.value(QLatin1String("Dependencies"));
    if (!value.isUndefined() && !value.isArray()) {
        problems.emplace_back("\"Dependencies\" in its metadata must be a list.");
    }
    const QJsonArray list = value.toArray();
    for (const QJsonValue &element : list) {
        const QJsonObject object = element.toObject();
        api::PluginDependency dependency{object.value(QLatin1String("Id")).toString().toStdString(),
                                         object.value(QLatin1String("Version")).toString().toStdString()};
        if (dependency.id.empty() || parsedVersion(dependency.version).isNull()) {
            problems.push_back("A dependency in its metadata needs an \"Id\" and a \"Version\" such as 1.0.");
            continue;
        }
        dependencies.push_back(std::move(dependency));
    }
    return dependencies;
}

void checkId(const std::string &id, std::vector<std::string> &problems)
{
    // It becomes a folder, a key of the configuration and a thread's name.
    const bool wellFormed = std::all_of(
        id.begin(), id.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    if (!wellFormed) {
        problems.push_back("Its id \"" + id + "\" may only have small letters, digits and underscores.");
    }
}

/// True if an ELF file ends before the table of sections that its header announces. The loader would map it
/// nevertheless and crash on the first page that is not there.
bool isTruncated(QFile &file)
{
    constexpr qint64 headerBytes = 64;
    const QByteArray header = file.peek(headerBytes);
    if (!header.startsWith("\x7f"
                           "ELF\x02\x01"))
    { // 64 bits, little endian: the layout that is read below
        return false;
    }
    if (header.size() < headerBytes) {
        return true;
    }
    const char *bytes = header.constData();
    const auto offset = qFromLittleEndian<quint64>(bytes + 0x28);
    const auto size = static_cast<quint64>(qFromLittleEndian<quint16>(bytes + 0x3A));
    const auto count = static_cast<quint64>(qFromLittleEndian<quint16>(bytes + 0x3C));
    const auto fileSize = static_cast<quint64>(file.size());
    return offset > fileSize || size * count > fileSize - offset;
}

std::string hashOf(QFile &file)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    return hash.addData(&file) ? hash.result().toHex().toStdString() : std::string();
}

} // namespace

BuildTraits BuildTraits::ofHost()
{
#if defined(Q_CC_CLANG)
    const char *compiler = "clang";
#elif defined(Q_CC_GNU)
    const char *compiler = "gcc";
#else
    const char *compiler = "msvc";
#endif
    // The Qt that runs, not the one that was compiled with.
    const QVersionNumber qt = QLibraryInfo::version();
    return {kPluginApiVersion, std::to_string(qt.majorVersion()) + "." + std::to_string(qt.minorVersion()), compiler};
}

void PluginSpec::refuse(api::PluginState newState, std::string reason)
{
    state = newState;
    reasons.push_back(std::move(reason));
}

api::PluginInfo PluginSpec::info() const
{
    api::PluginInfo info;
    info.id = id;
    info.name = name;
    info.version = version;
    info.kind = kind;
    info.vendor = vendor;
    info.license = license;
    info.description = description;
    info.file = file;
    info.shipped = shipped;
    info.state = state;
    info.reasons = reasons;
    info.dependencies = dependencies;
    info.sha256 = sha256;
    for (const SettingSpec &setting : settings) {
        info.settings.push_back(settingInfo(setting));
    }
    return info;
}

PluginSpec parsePluginMetadata(const QJsonObject &metaData, const BuildTraits &host)
{
    PluginSpec spec;
    const QString iid = metaData.value(QLatin1String("IID")).toString();
    if (iid != QLatin1String(COINSWARM_PLUGIN_IID)) {
        spec.refuse(api::PluginState::Invalid,
                    iid.isEmpty() ? std::string("It is a library, but not a plugin: it has no plugin metadata.")
                                  : "It is a plugin for something else (" + iid.toStdString() + ").");
        return spec;
    }
    const QJsonObject json = metaData.value(QLatin1String("MetaData")).toObject();
    std::vector<std::string> problems;
    spec.id = text(json, "Id", true, problems);
    spec.name = text(json, "Name", true, problems);
    spec.version = text(json, "Version", true, problems);
    spec.kind = text(json, "Kind", true, problems);
    spec.vendor = text(json, "Vendor", false, problems);
    spec.license = text(json, "License", false, problems);
    spec.description = text(json, "Description", false, problems);
    checkId(spec.id, problems);
    if (!spec.version.empty() && parsedVersion(spec.version).isNull()) {
        problems.push_back("Its version \"" + spec.version + "\" is not a number such as 1.2.0.");
    }
    static constexpr std::array<std::string_view, 6> kinds{"agent", "feed", "venue", "bus", "memory", "backend"};
    if (!spec.kind.empty() && std::find(kinds.begin(), kinds.end(), spec.kind) == kinds.end()) {
        problems.push_back("Its kind \"" + spec.kind + "\" is none of agent, feed, venue, bus, memory, backend.");
    }
    checkBuild(json, host, problems);
    spec.dependencies = parseDependencies(json, problems);
    spec.settings = parseSettings(json.value(QLatin1String("Settings")), problems);
    spec.state = problems.empty() ? api::PluginState::Read : api::PluginState::Invalid;
    spec.reasons = std::move(problems);
    return spec;
}

PluginSpec readPluginSpec(const std::string &path, const BuildTraits &host)
{
    const QString name = QString::fromStdString(path);
    PluginSpec spec;
    QFile file(name);
    std::string hash;
    if (!file.open(QIODevice::ReadOnly)) {
        spec.refuse(api::PluginState::Invalid, "The file cannot be read: " + file.errorString().toStdString() + ".");
    } else if (file.size() == 0) {
        spec.refuse(api::PluginState::Invalid, "The file is empty.");
    } else if (isTruncated(file)) {
        spec.refuse(api::PluginState::Invalid,
                    "The file is truncated: it ends before its own table of contents. Copy it again.");
    } else {
        hash = hashOf(file);
        const QPluginLoader loader(name);
        const QJsonObject metaData = loader.metaData();
        spec = parsePluginMetadata(metaData, host);
        if (metaData.isEmpty()) {
            // Qt knows more precisely what is wrong with the file: truncated, not a library, for another machine.
            spec.reasons.assign(1, "It is not a plugin: " + loader.errorString().toStdString());
        }
    }
    spec.file = path;
    spec.sha256 = std::move(hash);
    if (spec.id.empty()) {
        spec.id = QFileInfo(name).completeBaseName().toStdString();
    }
    return spec;
}

bool versionSatisfies(const std::string &present, const std::string &wanted)
{
    const QVersionNumber have = parsedVersion(present);
    const QVersionNumber need = parsedVersion(wanted);
    return !have.isNull() && !need.isNull() && have.majorVersion() == need.majorVersion()
        && QVersionNumber::compare(have, need) >= 0;
}

} // namespace coinswarm::plugins
