// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The desktop: an engine in this process, or one to attach to, and the window that supervises it.
#include "config/config_loader.h"
#include "control/local_engine.h"
#include "control/remote_engine.h"
#include "main_window.h"
#include "screenshot_tour.h"
#include "start_error_window.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QTemporaryDir>
#include <QtGui/QIcon>
#include <QtWidgets/QApplication>

#include <cstdio>

using namespace coinswarm;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr int kUsage = 2;
constexpr int kEnvironment = 3;

struct Arguments {
    QString connect;
    QString tokenFile;
    QString config;
    QStringList overrides;
    QStringList pluginPaths;
    QString screenshots;
    std::chrono::seconds runFor{0};
    bool fresh = false;
    bool safeMode = false;
};

Result<Arguments> parse(const QApplication &app)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(u"A swarm of trading agents that explains every trade."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOptions(
        {{u"connect"_s, u"Attach to a running engine, as in ws://127.0.0.1:8765."_s, u"URL"_s},
         {u"token-file"_s, u"File with the engine's control token."_s, u"FILE"_s},
         {u"config"_s, u"Configuration; the standard one if it exists, else the defaults."_s, u"FILE"_s},
         {u"set"_s, u"Override one key of the configuration; may be repeated."_s, u"KEY=VALUE"_s},
         {u"plugin-path"_s, u"Search this folder for plugins too; may be repeated."_s, u"FOLDER"_s},
         {u"fresh"_s, u"Begin a new session even if one can be continued."_s},
         {u"safe-mode"_s, u"Use the plugins that came with the program only."_s},
         {u"screenshots"_s, u"Render every panel of a simulated session into this folder, then exit."_s, u"DIR"_s},
         {u"for"_s, u"Exit after so many seconds, as in 30s."_s, u"TIME"_s}});
    parser.process(app);
    Arguments arguments{parser.value(u"connect"_s),
                        parser.value(u"token-file"_s),
                        parser.value(u"config"_s),
                        parser.values(u"set"_s),
                        parser.values(u"plugin-path"_s),
                        parser.value(u"screenshots"_s),
                        {},
                        parser.isSet(u"fresh"_s),
                        parser.isSet(u"safe-mode"_s)};
    if (parser.isSet(u"for"_s)) {
        QString time = parser.value(u"for"_s);
        const int unit = time.endsWith(u'm') ? 60 : 1;
        if (time.endsWith(u's') || time.endsWith(u'm')) {
            time.chop(1);
        }
        bool ok = false;
        arguments.runFor = std::chrono::seconds(time.toInt(&ok) * unit);
        if (!ok || arguments.runFor.count() <= 0) {
            return invalid("--for " + parser.value(u"for"_s).toStdString()
                           + ": expected a time above zero, as in 30s or 2m");
        }
    }
    if (!parser.positionalArguments().isEmpty()) {
        return invalid("unexpected argument " + parser.positionalArguments().front().toStdString() + "; see --help");
    }
    return arguments;
}

Result<std::unique_ptr<control::Engine>> attach(const Arguments &arguments)
{
    QString token;
    if (!arguments.tokenFile.isEmpty()) {
        QFile file(arguments.tokenFile);
        if (!file.open(QIODevice::ReadOnly)) {
            return Error{ErrorKind::Environment,
                         "cannot read the token file " + arguments.tokenFile.toStdString() + ": "
                             + file.errorString().toStdString()};
        }
        token = QString::fromUtf8(file.readAll()).trimmed();
    }
    const QUrl url(arguments.connect, QUrl::StrictMode);
    if (!url.isValid() || (url.scheme() != "ws"_L1 && url.scheme() != "wss"_L1)) {
        return invalid("--connect " + arguments.connect.toStdString() + ": expected ws://HOST:PORT or wss://HOST:PORT");
    }
    return control::connectRemoteEngine(url, token);
}

Result<std::unique_ptr<control::Engine>> start(const Arguments &arguments, const config::Paths &paths)
{
    std::string file = arguments.config.toStdString();
    if (file.empty() && QFileInfo::exists(QString::fromStdString(paths.configFile()))) {
        file = paths.configFile();
    }
    std::vector<std::string> overrides;
    for (const QString &each : arguments.overrides) {
        overrides.push_back(each.toStdString());
    }
    const Result<config::Loaded> loaded = config::loadConfigurationFile(file, overrides);
    if (!loaded.ok()) {
        return loaded.error();
    }
    if (!loaded->ok()) {
        return invalid(config::problemsText(loaded->problems));
    }
    control::LocalOptions options;
    options.configuration = loaded->configuration;
    options.configurationHash = config::configurationHash(*loaded);
    options.paths = paths;
    options.fresh = arguments.fresh;
    options.safeMode = arguments.safeMode;
    for (const QString &folder : arguments.pluginPaths) {
        options.pluginFolders.push_back(folder.toStdString());
    }
    return control::startLocalEngine(std::move(options));
}

int fail(int code, const QString &message)
{
    std::fputs(qPrintable(u"coinswarm: "_s + message + u'\n'), stderr);
    return code;
}

/// A window that attaches to nothing shows how that looks.
QString keepDisconnected(Preferences &preferences, const QString &folder)
{
    const auto nobody = control::connectRemoteEngine(QUrl(u"ws://127.0.0.1:9"_s), {});
    MainWindow window(*nobody, preferences);
    window.resize(1440, 900);
    window.show();
    QCoreApplication::processEvents();
    const Result<void> kept = ScreenshotTour::keepBoth(window, preferences, folder, u"disconnected"_s);
    return kept.ok() ? QString() : text(kept.error().message);
}

int takeScreenshots(MainWindow &window, Preferences &preferences, const QString &folder)
{
    QString error =
        QDir().mkpath(folder) ? keepDisconnected(preferences, folder) : u"cannot make the folder "_s + folder;
    if (!error.isEmpty()) {
        return fail(kEnvironment, error);
    }
    ScreenshotTour tour(window, preferences, folder);
    QObject::connect(&tour, &ScreenshotTour::finished, &window, [&error](const QString &message) {
        error = message;
        QCoreApplication::quit();
    });
    QTimer::singleShot(0, &tour, &ScreenshotTour::start);
    QApplication::exec();
    return error.isEmpty() ? 0 : fail(kEnvironment, error);
}

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    QApplication::setApplicationName(u"coinswarm"_s);
    QApplication::setApplicationDisplayName(u"Coinswarm"_s);
    QApplication::setApplicationVersion(QStringLiteral(COINSWARM_VERSION));
    QApplication::setWindowIcon(QIcon(u":/coinswarm/icons/coinswarm.svg"_s));
    const Result<Arguments> arguments = parse(app);
    if (!arguments.ok()) {
        return fail(kUsage, text(arguments.error().message));
    }
    // Pictures come from a session of their own, with the default seed and look, and leave nothing behind.
    const bool pictures = !arguments->screenshots.isEmpty();
    QTemporaryDir scratch;
    const config::Paths paths =
        pictures ? config::Paths::below(scratch.path().toStdString()) : config::Paths::standard();
    Preferences preferences(pictures ? scratch.filePath(u"desktop.ini"_s) : QString());

    Result<std::unique_ptr<control::Engine>> engine =
        arguments->connect.isEmpty() ? start(*arguments, paths) : attach(*arguments);
    if (arguments->runFor.count() > 0) {
        QTimer::singleShot(arguments->runFor, &app, &QCoreApplication::quit);
    }
    if (!engine.ok()) {
        const QString message = text(engine.error().message);
        fail(kEnvironment, message);
        if (pictures) {
            return kEnvironment;
        }
        StartErrorWindow window(preferences, u"The engine did not start"_s, message);
        window.show();
        QApplication::exec();
        return kEnvironment;
    }
    MainWindow window(**engine, preferences);
    window.show();
    return pictures ? takeScreenshots(window, preferences, arguments->screenshots) : QApplication::exec();
}
