// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/config_loader.h"

#include "config/environment_name.h"
#include "config/key_table.h"
#include "config/secret_names.h"
#include "config/toml_document.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>
#include <QtCore/QProcessEnvironment>

#include <algorithm>

namespace coinswarm::config {

namespace {

std::string dotted(const std::vector<std::string> &path)
{
    std::string text;
    for (const std::string &part : path) {
        text += (text.empty() ? "" : ".") + part;
    }
    return text;
}

std::string hint(const std::string &word, const std::vector<std::string> &known)
{
    const std::string near = nearestWord(word, known);
    return near.empty() ? std::string() : "; did you mean " + near + "?";
}

bool isPluginSettings(const std::vector<std::string> &path)
{
    return (path.size() >= 2 && (path[0] == "feed" || path[0] == "venue" || path[0] == "memory")
            && path[1] == "settings")
        || (path.size() >= 2 && path[0] == "memory" && path[1] == "bus_settings")
        || (path.size() >= 3 && path[0] == "agents" && path[2] == "settings");
}

bool isSymbol(const std::string &text)
{
    const std::size_t dash = text.find('-');
    return dash != 0 && dash != std::string::npos && dash + 1 < text.size()
        && text.find_first_of(" .\t") == std::string::npos;
}

class Loader
{
public:
    explicit Loader(const Sources &sources) : m_sources(sources) {}

    Loaded load()
    {
        collect();
        nameAgentsAndInstruments();
        KeyTable table = keyTable(m_loaded.configuration);
        for (const WrittenKey &written : m_written) {
            apply(written, table);
        }
        finish(table);
        return std::move(m_loaded);
    }

private:
    void problem(const Origin &origin, std::string message)
    {
        m_loaded.problems.push_back({origin, std::move(message)});
    }

    /// All sources as one list, later ones win.
    void collect()
    {
        m_written = readToml(m_sources.fileText, m_sources.fileName, m_loaded.problems);
        Configuration defaults;
        const KeyTable known = keyTable(defaults);
        std::vector<std::pair<std::string, std::string>> environment = m_sources.environment;
        std::sort(environment.begin(), environment.end());
        for (const auto &[name, text] : environment) {
            const Origin origin{Origin::Kind::Environment, name, 0, 0};
            const std::vector<std::string> path = environmentPath(name, known);
            if (!path.empty()) {
                m_written.push_back({path, {WrittenValue::Kind::Untyped, text, {}, origin}, origin, false});
            } else if (const std::string meant = misspeltEnvironmentName(name, known); !meant.empty()) {
                problem(origin, "a section and its key are joined by two underscores; did you mean " + meant + "?");
            }
        }
        for (const std::string &text : m_sources.overrides) {
            const std::size_t equals = text.find('=');
            const std::string name = text.substr(0, equals);
            const Origin origin{Origin::Kind::CommandLine, "--set " + name, 0, 0};
            if (equals == std::string::npos || equals == 0) {
                problem(origin, "expected key=value, as in engine.decision_interval=5m");
                continue;
            }
            std::vector<std::string> path;
            std::size_t start = 0;
            for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', start)) {
                path.push_back(name.substr(start, dot - start));
                start = dot + 1;
            }
            path.push_back(name.substr(start));
            m_written.push_back(
                {path, {WrittenValue::Kind::Untyped, text.substr(equals + 1), {}, origin}, origin, false});
        }
    }

    /// Sections whose name is the user's choice exist as soon as something is written in them.
    void nameAgentsAndInstruments()
    {
        Configuration &c = m_loaded.configuration;
        for (const WrittenKey &written : m_written) {
            const std::vector<std::string> &path = written.path;
            if (path.size() < 2 || path[1].empty() || (path.size() == 2 && !written.emptySection)) {
                continue;
            }
            if (path[0] == "agents"
                && std::none_of(c.agents.begin(), c.agents.end(), [&](const auto &a) { return a.name == path[1]; }))
            {
                AgentConfiguration agent;
                agent.name = path[1];
                agent.plugin = path[1];
                c.agents.push_back(std::move(agent));
            } else if (path[0] == "instruments" && c.instrument(path[1]) == nullptr) {
                if (!isSymbol(path[1])) {
                    problem(written.origin, "instruments." + path[1] + ": expected a symbol such as BTC-USDT");
                }
                InstrumentConfiguration instrument;
                instrument.symbol = path[1];
                c.instruments.push_back(std::move(instrument));
            }
        }
    }

    void apply(const WrittenKey &written, const KeyTable &table)
    {
        const std::string path = dotted(written.path);
        const Key *key = table.find(path);
        if (key == nullptr && !written.emptySection
            && (looksSecret(written.path.back()) || isSecretMaterial(written.value.text)))
        {
            problem(written.origin, path + ": " + secretAdvice());
        } else if (key != nullptr && isSecretMaterial(written.value.text)) {
            problem(written.origin, path + ": " + secretAdvice());
        } else if (isPluginSettings(written.path)) {
            applyPluginSetting(written, path);
        } else if (key != nullptr && !written.emptySection) {
            const Result<void> assigned = assign(*key, written.value);
            if (assigned.ok()) {
                m_origins[path] = written.value.origin;
            } else {
                problem(written.value.origin, path + ": " + assigned.error().message);
            }
        } else {
            reportUnknown(written, path, table);
        }
    }

    void applyPluginSetting(const WrittenKey &written, const std::string &path)
    {
        const std::size_t depth = written.path[0] == "agents" ? 3 : 2;
        if (written.path.size() == depth && written.emptySection) {
            return;
        }
        if (written.path.size() != depth + 1 || written.emptySection) {
            problem(written.origin,
                    path + ": plugin settings are plain values in one section, as in ["
                        + dotted({written.path.begin(), written.path.begin() + static_cast<std::ptrdiff_t>(depth)})
                        + "]");
            return;
        }
        Configuration &c = m_loaded.configuration;
        PluginSettings *settings = written.path[0] == "feed" ? &c.feed.settings
            : written.path[0] == "venue"                     ? &c.venue.settings
            : written.path[1] == "settings"                  ? &c.memory.settings
                                                             : &c.memory.busSettings;
        for (AgentConfiguration &agent : c.agents) {
            if (depth == 3 && agent.name == written.path[1]) {
                settings = &agent.settings;
            }
        }
        (*settings)[written.path.back()] = written.value;
    }

    void reportUnknown(const WrittenKey &written, const std::string &path, const KeyTable &table)
    {
        std::vector<std::string> known = table.paths();
        bool isSection = path == "agents" || path == "instruments";
        for (const Section &section : table.sections) {
            known.push_back(section.name);
            isSection = isSection || section.name == path;
        }
        known.emplace_back("agents");
        known.emplace_back("instruments");
        if (isSection && written.emptySection) {
            return;
        }
        const Origin &origin = written.origin;
        if (isSection) {
            problem(origin, path + ": is a section, not a key; write [" + path + "] and its keys below it");
        } else if (written.value.origin.kind == Origin::Kind::Environment) {
            std::vector<std::string> variables;
            for (const Key &key : table.keys) {
                variables.push_back(environmentName(key.path));
            }
            problem(origin, "unknown key " + path + hint(origin.name, variables));
        } else {
            problem(origin, path + ": unknown " + (written.emptySection ? "section" : "key") + hint(path, known));
        }
    }

    Origin originOf(const std::string &path) const
    {
        const auto origin = m_origins.find(path);
        return origin == m_origins.end() ? Origin() : origin->second;
    }

    /// What only the whole can tell.
    void checkWhole()
    {
        const Configuration &c = m_loaded.configuration;
        if (c.session.mode == api::TradingMode::Live) {
            if (!c.live.armed) {
                problem(originOf("session.mode"),
                        "session.mode: live trades real money and needs live.armed = true as well; \"paper\" does not");
            }
            if (c.venue.plugin == "simulated_venue") {
                problem(originOf("session.mode"),
                        "session.mode: live needs a venue that trades, but venue.plugin is "
                        "\"simulated_venue\"; choose a live venue's plugin or mode \"paper\"");
            }
            if (c.journal.sync != JournalSync::EveryGroup) {
                problem(originOf("journal.sync"),
                        "journal.sync: live mode needs \"every_group\", so that no order "
                        "leaves before its record is on disk");
            }
        }
        if (c.memory.enabled && !c.memory.bus.empty() && c.memory.genesis.empty()) {
            problem(originOf("memory.bus"),
                    "memory.genesis: managers behind a bus are known by their genesis file; name it");
        }
        if (c.memory.name.empty() || c.memory.name.find('/') != std::string::npos || c.memory.name.starts_with('.')) {
            problem(originOf("memory.name"),
                    "memory.name: expected a name without \"/\" that does not begin with a dot");
        }
        const std::vector<AgentConfiguration> agents = c.committeeAgents();
        const auto weighs = [](const AgentConfiguration &agent) { return agent.weight > 0; };
        if (std::none_of(agents.begin(), agents.end(), weighs)) {
            problem({}, "agents: none is enabled with a weight above 0, so nothing would ever be traded; enable one");
        } else if (c.committee.minimumVoters > agents.size()) {
            problem(originOf("committee.minimum_voters"),
                    "committee.minimum_voters: " + std::to_string(c.committee.minimumVoters)
                        + " voters are asked for, but only " + std::to_string(agents.size())
                        + " agents are enabled, so nothing would ever be traded");
        }
        if (c.orders.postOnly && c.orders.entryType != OrderType::Limit) {
            problem(originOf("orders.post_only"), "orders.post_only: needs orders.entry_type = \"limit\"");
        }
    }

    void finish(const KeyTable &table)
    {
        checkWhole();
        EngineConfiguration &engine = m_loaded.configuration.engine;
        engine.intervals.push_back(engine.decisionInterval);
        std::sort(engine.intervals.begin(), engine.intervals.end());
        engine.intervals.erase(std::unique(engine.intervals.begin(), engine.intervals.end()), engine.intervals.end());
        for (const Section &section : table.sections) {
            for (const Key &key : table.keys) {
                if (key.path.substr(0, key.path.rfind('.')) == section.name) {
                    const std::string value = rendered(key);
                    if (!value.empty()) {
                        m_loaded.values.push_back({key.path, value, originOf(key.path)});
                    }
                }
            }
            addPluginValues(section.name);
        }
        std::stable_sort(m_loaded.problems.begin(), m_loaded.problems.end(), [](const Problem &a, const Problem &b) {
            return std::tuple(a.origin.kind, a.origin.line, a.origin.column)
                < std::tuple(b.origin.kind, b.origin.line, b.origin.column);
        });
    }

    void addPluginValues(const std::string &section)
    {
        const Configuration &c = m_loaded.configuration;
        const auto add = [&](const PluginSettings &settings, const char *below = ".settings.") {
            for (const auto &[name, value] : settings) {
                const bool text = value.kind == WrittenValue::Kind::Text;
                m_loaded.values.push_back(
                    {section + below + name, text ? quotedText(value.text) : value.text, value.origin});
            }
        };
        if (section == "feed") {
            add(c.feed.settings);
        } else if (section == "venue") {
            add(c.venue.settings);
        } else if (section == "memory") {
            add(c.memory.settings);
            add(c.memory.busSettings, ".bus_settings.");
        }
        for (const AgentConfiguration &agent : c.agents) {
            if (section == "agents." + agent.name) {
                add(agent.settings);
            }
        }
    }

    const Sources &m_sources;
    Loaded m_loaded;
    std::vector<WrittenKey> m_written;
    std::map<std::string, Origin> m_origins;
};

} // namespace

std::string toString(const Problem &problem)
{
    return problem.origin.kind == Origin::Kind::Default ? problem.message
                                                        : toString(problem.origin) + ": " + problem.message;
}

Loaded loadConfiguration(const Sources &sources)
{
    return Loader(sources).load();
}

Result<Loaded> loadConfigurationFile(const std::string &file, const std::vector<std::string> &overrides)
{
    Sources sources;
    sources.fileName = file;
    sources.overrides = overrides;
    if (!file.empty()) {
        QFile input(QString::fromStdString(file));
        if (!input.exists()) {
            return Error{ErrorKind::NotFound, "the configuration file " + file + " does not exist"};
        }
        if (!input.open(QIODevice::ReadOnly)) {
            return Error{ErrorKind::Environment,
                         "the configuration file " + file + " cannot be read: " + input.errorString().toStdString()};
        }
        sources.fileText = input.readAll().toStdString();
        if (input.error() != QFileDevice::NoError) {
            return Error{ErrorKind::Environment,
                         "the configuration file " + file + " cannot be read: " + input.errorString().toStdString()};
        }
    }
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys()) {
        sources.environment.emplace_back(name.toStdString(), environment.value(name).toStdString());
    }
    return loadConfiguration(sources);
}

std::string problemsText(const std::vector<Problem> &problems)
{
    std::string text;
    for (const Problem &problem : problems) {
        text += toString(problem) + '\n';
    }
    return text;
}

std::string canonicalText(const Loaded &loaded)
{
    std::string text;
    for (const EffectiveValue &value : loaded.values) {
        text += value.key + " = " + value.value + '\n';
    }
    return text;
}

std::string configurationHash(const Loaded &loaded)
{
    const std::string text = canonicalText(loaded);
    return QCryptographicHash::hash(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())),
                                    QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

std::string effectiveText(const Loaded &loaded)
{
    std::size_t width = 0;
    for (const EffectiveValue &value : loaded.values) {
        width = std::max(width, value.key.size() + 3 + value.value.size());
    }
    // One very long value must not push all origins out of sight.
    width = std::min<std::size_t>(width, 72);
    std::string text;
    for (const EffectiveValue &value : loaded.values) {
        const std::string line = value.key + " = " + value.value;
        text += line + std::string(width > line.size() ? width - line.size() : 0, ' ') + "  # " + toString(value.origin)
            + '\n';
    }
    return text;
}

} // namespace coinswarm::config
