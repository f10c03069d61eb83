// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/plugin_host.h"

#include "plugins/foreign_call.h"
#include "plugins/plugin_resolver.h"

#include <QtCore/QDir>
#include <QtCore/QPluginLoader>

#include <algorithm>

namespace coinswarm::plugins {

namespace {

std::string joined(const std::vector<std::string> &reasons)
{
    std::string text;
    for (const std::string &reason : reasons) {
        text += (text.empty() ? "" : " ") + reason;
    }
    return text;
}

std::vector<PluginSpec> readFolder(const PluginFolder &folder, const BuildTraits &traits)
{
    std::vector<PluginSpec> specs;
    const QDir directory(QString::fromStdString(folder.path));
    const QStringList names = directory.entryList(QDir::Files, QDir::Name);
    for (const QString &name : names) {
        if (!QLibrary::isLibrary(name)) {
            continue;
        }
        PluginSpec spec = readPluginSpec(directory.absoluteFilePath(name).toStdString(), traits);
        spec.shipped = folder.shipped;
        specs.push_back(std::move(spec));
    }
    return specs;
}

} // namespace

PluginHost::PluginHost(PluginHostOptions options) : m_options(std::move(options)) {}

PluginHost::~PluginHost() = default;

Result<void> PluginHost::scan()
{
    Result<void> state = m_options.stateFolder.empty() ? Result<void>() : openState();
    std::vector<PluginSpec> specs;
    for (const PluginFolder &folder : m_options.folders) {
        std::vector<PluginSpec> found = readFolder(folder, m_options.traits);
        std::move(found.begin(), found.end(), std::back_inserter(specs));
    }
    for (PluginSpec &spec : specs) {
        const std::optional<std::string> disabled = m_disabled.reason(spec.id);
        if (disabled.has_value()) {
            spec.refuse(spec.state == api::PluginState::Invalid ? api::PluginState::Invalid
                                                                : api::PluginState::Disabled,
                        *disabled);
        } else if (m_options.safeMode && !spec.shipped && spec.state == api::PluginState::Read) {
            spec.refuse(api::PluginState::Disabled, "Safe mode: only the plugins that came with the program are used.");
        }
    }
    resolvePlugins(specs);
    for (PluginSpec &spec : specs) {
        m_entries.push_back({std::move(spec), nullptr});
    }
    return state;
}

Result<void> PluginHost::openState()
{
    if (!QDir().mkpath(QString::fromStdString(m_options.stateFolder))) {
        return Error{ErrorKind::Environment,
                     "The folder " + m_options.stateFolder
                         + " cannot be made: which plugins are disabled is not known, and crashes are not attributed."};
    }
    Result<void> read = m_disabled.open(m_options.stateFolder);
    if (!read.ok()) {
        return read;
    }
    const Result<std::vector<CrashMarker::Suspect>> suspects = m_marker.open(m_options.stateFolder);
    if (!suspects.ok()) {
        return suspects.error();
    }
    for (const CrashMarker::Suspect &suspect : *suspects) {
        const Result<void> kept =
            m_disabled.add(suspect.plugin, "Disabled because " + suspect.what + ". Enable it again once it is mended.");
        if (!kept.ok()) {
            return kept;
        }
    }
    return {};
}

Result<void> PluginHost::load(const std::string &id)
{
    Entry *target = entry(id);
    if (target == nullptr) {
        std::vector<std::string> known;
        for (const Entry &other : m_entries) {
            known.push_back(other.spec.id);
        }
        const std::string near = nearestWord(id, known);
        return Error{ErrorKind::NotFound,
                     "There is no plugin \"" + id + "\"" + (near.empty() ? "." : "; did you mean \"" + near + "\"?")};
    }
    if (target->spec.state == api::PluginState::Started) {
        return {};
    }
    if (target->spec.state != api::PluginState::Resolved) {
        return Error{ErrorKind::Refused, "The plugin \"" + id + "\" cannot be used. " + joined(target->spec.reasons)};
    }
    // Resolved means that there is no circle, so this ends.
    for (const api::PluginDependency &dependency : target->spec.dependencies) {
        const Result<void> loaded = load(dependency.id);
        if (!loaded.ok()) {
            target->spec.refuse(api::PluginState::Faulted, "It needs another plugin: " + loaded.error().message);
            return loaded;
        }
    }
    const Result<void> loaded = loadLibrary(*target);
    return loaded.ok() ? startPlugin(*target) : loaded;
}

Result<void> PluginHost::loadLibrary(Entry &target)
{
    const CrashMarker::Scope scope(&m_marker, m_marker.slotFor(target.spec.id), CrashMarker::Doing::Loading);
    QPluginLoader loader(QString::fromStdString(target.spec.file));
    loader.setLoadHints(QLibrary::ResolveAllSymbolsHint | QLibrary::PreventUnloadHint);
    QObject *instance = nullptr;
    const std::string thrown = foreignCall(nullptr, 0, "its constructor", [&] { instance = loader.instance(); });
    target.plugin = qobject_cast<Plugin *>(instance);
    if (target.plugin != nullptr) {
        target.spec.state = api::PluginState::Loaded;
        return {};
    }
    return fault(target,
                 !thrown.empty()           ? thrown
                     : instance == nullptr ? "It cannot be loaded: " + loader.errorString().toStdString()
                                           : "Its class does not derive from coinswarm::Plugin.");
}

Result<void> PluginHost::startPlugin(Entry &target)
{
    const CrashMarker::Scope scope(&m_marker, m_marker.slotFor(target.spec.id), CrashMarker::Doing::Loading);
    const PluginContext context = contextFor(target);
    Result<void> started;
    const std::string thrown = foreignCall(nullptr, 0, "start()", [&] { started = target.plugin->start(context); });
    if (!thrown.empty()) {
        return fault(target, thrown);
    }
    if (!started.ok()) {
        return fault(target, "It did not start: " + started.error().message);
    }
    target.spec.state = api::PluginState::Started;
    return {};
}

Error PluginHost::fault(Entry &target, const std::string &reason)
{
    target.spec.refuse(api::PluginState::Faulted, reason);
    return {ErrorKind::Refused, "The plugin \"" + target.spec.id + "\" failed. " + reason};
}

PluginContext PluginHost::contextFor(const Entry &target) const
{
    if (m_options.stateFolder.empty()) {
        return {};
    }
    const QString path = QString::fromStdString(m_options.stateFolder + "/plugins/" + target.spec.id);
    return {QDir().mkpath(path) ? path.toStdString() : std::string(), {}};
}

void PluginHost::loadAll()
{
    for (const Entry &target : m_entries) {
        if (target.spec.state == api::PluginState::Resolved) {
            // What goes wrong is kept in the entry, where list() shows it.
            static_cast<void>(load(target.spec.id));
        }
    }
}

std::vector<api::PluginInfo> PluginHost::list() const
{
    std::vector<api::PluginInfo> all;
    for (const Entry &target : m_entries) {
        api::PluginInfo info = target.spec.info();
        info.enabled = !m_disabled.reason(info.id).has_value();
        all.push_back(std::move(info));
    }
    return all;
}

std::optional<api::PluginInfo> PluginHost::find(const std::string &id) const
{
    const Entry *target = entry(id);
    if (target == nullptr) {
        return std::nullopt;
    }
    api::PluginInfo info = target->spec.info();
    info.enabled = !m_disabled.reason(id).has_value();
    return info;
}

Result<std::vector<SettingSpec>> PluginHost::settingSpecs(const std::string &id) const
{
    const Entry *target = entry(id);
    if (target == nullptr) {
        return Error{ErrorKind::NotFound, "There is no plugin \"" + id + "\"."};
    }
    return target->spec.settings;
}

Result<Settings> PluginHost::checkSettings(const std::string &id, const GivenSettings &given) const
{
    const Entry *target = entry(id);
    if (target == nullptr) {
        return Error{ErrorKind::NotFound, "There is no plugin \"" + id + "\"."};
    }
    Result<Settings> checked = checkedSettings(target->spec.settings, given);
    return checked.ok() ? checked : invalid("Plugin \"" + id + "\": " + checked.error().message + ".");
}

template <class PluginKind, class Make>
auto PluginHost::create(const std::string &id, const GivenSettings &given, const char *method, Make make)
    -> decltype(make(std::declval<PluginKind &>(), std::declval<Settings>(), std::declval<PluginContext>()))
{
    const Result<void> loaded = load(id);
    if (!loaded.ok()) {
        return loaded.error();
    }
    const Result<Settings> settings = checkSettings(id, given);
    if (!settings.ok()) {
        return settings.error();
    }
    Entry &target = *entry(id);
    auto *plugin = qobject_cast<PluginKind *>(target.plugin);
    if (plugin == nullptr) {
        return invalid("The plugin \"" + id + "\" is a " + target.spec.kind + " and has no " + method + ".");
    }
    decltype(make(*plugin, *settings, PluginContext())) made(invalid("nothing was made"));
    const std::string thrown = foreignCall(&m_marker, m_marker.slotFor(id), method,
                                           [&] { made = make(*plugin, *settings, contextFor(target)); });
    if (!thrown.empty()) {
        return fault(target, thrown);
    }
    if (made.ok() && *made == nullptr) {
        return fault(target, std::string(method) + " returned nothing.");
    }
    return made;
}

Result<std::unique_ptr<Agent>> PluginHost::createAgent(const std::string &id, const GivenSettings &given)
{
    return create<AgentPlugin>(id, given, "createAgent()",
                               [](AgentPlugin &plugin, const Settings &settings, const PluginContext &) {
                                   return plugin.createAgent(settings);
                               });
}

Result<std::unique_ptr<Feed>> PluginHost::createFeed(const std::string &id, const GivenSettings &given)
{
    return create<FeedPlugin>(id, given, "createFeed()",
                              [](FeedPlugin &plugin, const Settings &settings, const PluginContext &) {
                                  return plugin.createFeed(settings);
                              });
}

Result<std::unique_ptr<Venue>> PluginHost::createVenue(const std::string &id, const GivenSettings &given,
                                                       const std::string &stateFolder)
{
    return create<VenuePlugin>(id, given, "createVenue()",
                               [&stateFolder](VenuePlugin &plugin, const Settings &settings, const PluginContext &) {
                                   return plugin.createVenue(settings, PluginContext{stateFolder, {}});
                               });
}

Result<std::unique_ptr<HotMemory>> PluginHost::createMemory(const std::string &id, const GivenSettings &given,
                                                            const PluginContext &context)
{
    return create<MemoryPlugin>(id, given, "createMemory()",
                                [&context](MemoryPlugin &plugin, const Settings &settings, const PluginContext &) {
                                    return plugin.createMemory(settings, context);
                                });
}

Result<std::unique_ptr<Bus>> PluginHost::createBus(const std::string &id, const GivenSettings &given)
{
    return create<BusPlugin>(
        id, given, "createBus()",
        [](BusPlugin &plugin, const Settings &settings, const PluginContext &) { return plugin.createBus(settings); });
}

Result<void> PluginHost::enable(const std::string &id)
{
    return m_disabled.remove(id);
}

Result<void> PluginHost::disable(const std::string &id, const std::string &reason)
{
    if (entry(id) == nullptr) {
        return Error{ErrorKind::NotFound, "There is no plugin \"" + id + "\"."};
    }
    return m_disabled.add(id, reason);
}

PluginHost::Entry *PluginHost::entry(const std::string &id)
{
    return const_cast<Entry *>(std::as_const(*this).entry(id));
}

const PluginHost::Entry *PluginHost::entry(const std::string &id) const
{
    // The usable ones come first, so a refused duplicate never hides the one in use.
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&](const Entry &candidate) { return candidate.spec.id == id; });
    return found == m_entries.end() ? nullptr : &*found;
}

} // namespace coinswarm::plugins
