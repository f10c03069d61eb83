// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desktop/desktop_arguments.h"

#include <QtCore/QCommandLineParser>

using namespace Qt::StringLiterals;

namespace coinswarm::desktop {

Result<Arguments> parseArguments(const QCoreApplication &app)
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
         {u"size"_s, u"Size of the window in those pictures; 1440x900 if not given."_s, u"WxH"_s},
         {u"start-times"_s, u"Say on the terminal how long window, engine and first vote took."_s},
         {u"for"_s, u"Exit after so many seconds, as in 30s."_s, u"TIME"_s}});
    parser.process(app);
    Arguments arguments{parser.value(u"connect"_s),
                        parser.value(u"token-file"_s),
                        parser.value(u"config"_s),
                        parser.values(u"set"_s),
                        parser.values(u"plugin-path"_s),
                        parser.value(u"screenshots"_s),
                        {1440, 900},
                        {},
                        parser.isSet(u"fresh"_s),
                        parser.isSet(u"safe-mode"_s),
                        parser.isSet(u"start-times"_s)};
    if (parser.isSet(u"size"_s)) {
        const QStringList sides = parser.value(u"size"_s).split(u'x');
        arguments.screenshotSize = sides.size() == 2 ? QSize(sides[0].toInt(), sides[1].toInt()) : QSize();
        if (arguments.screenshotSize.width() < 960 || arguments.screenshotSize.height() < 600) {
            return invalid("--size " + parser.value(u"size"_s).toStdString()
                           + ": expected at least 960x600, as in 1280x720");
        }
    }
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

} // namespace coinswarm::desktop
