// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/session_files.h"

#include "config/config_loader.h"

#include <filesystem>

namespace coinswarm::cli {

std::string SessionFiles::auditLog() const
{
    return config::sessionPaths(configuration, paths).dataFolder + "/memory/" + configuration.memory.name
        + "/audit.csaudit";
}

std::vector<Option> sessionFileOptions()
{
    return {{QStringLiteral("config"), QStringLiteral("FILE"),
             QStringLiteral("The engine's configuration; default: the user's own, if there is one.")},
            {QStringLiteral("data-folder"), QStringLiteral("FOLDER"),
             QStringLiteral("The engine's --data-folder, if it was started with one.")}};
}

Result<SessionFiles> sessionFiles(const Invocation &invocation)
{
    SessionFiles files;
    files.paths = invocation.has("data-folder") ? config::Paths::below(invocation.value("data-folder"))
                                                : config::Paths::standard();
    std::string file = invocation.value("config");
    if (file.empty() && std::filesystem::exists(files.paths.configFile())) {
        file = files.paths.configFile();
    }
    const Result<config::Loaded> loaded = config::loadConfigurationFile(file);
    if (!loaded) {
        return loaded.error();
    }
    std::string problems;
    for (const config::Problem &problem : loaded->problems) {
        problems += (problems.empty() ? "" : "\n") + config::toString(problem);
    }
    if (!problems.empty()) {
        return invalid(problems);
    }
    files.configuration = loaded->configuration;
    return files;
}

Result<std::string> auditLogOf(const Invocation &invocation, const QString &named)
{
    if (!named.isEmpty()) {
        return named.toStdString();
    }
    const Result<SessionFiles> files = sessionFiles(invocation);
    if (!files) {
        return files.error();
    }
    const std::string log = files->auditLog();
    if (!std::filesystem::exists(log)) {
        return Error{ErrorKind::NotFound,
                     "there is no memory yet at " + log
                         + "; name an audit log, or the engine's --data-folder or --config"};
    }
    return log;
}

} // namespace coinswarm::cli
