// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/plugin_folders.h"
#include "runtime/assembly.h"
#include "ticks/tick_publisher.h"
#include "ticks/ticks_options.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <atomic>
#include <csignal>
#include <cstdio>

namespace {

using namespace coinswarm;
using namespace coinswarm::ticks;

using Clock = std::chrono::steady_clock;

std::atomic<bool> stopWanted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

extern "C" void onStopSignal(int signal)
{
    stopWanted = true;
    // Who asks twice does not want to wait for good order.
    std::signal(signal, SIG_DFL);
}

void say(const std::string &line)
{
    std::fputs(("coinswarm-ticks: " + line + '\n').c_str(), stderr);
}

int fail(const Error &error)
{
    say(error.message);
    return error.kind == ErrorKind::Invalid ? 2 : 3;
}

Result<std::unique_ptr<plugins::PluginHost>> plugins(const TicksOptions &options)
{
    plugins::PluginHostOptions host;
    host.folders = config::pluginFolders(options.paths, options.pluginFolders);
    // Its own: an engine of the same user says in its folder which plugin it died in.
    host.stateFolder = options.paths.state + "/ticks";
    host.safeMode = options.safeMode;
    if (const Result<void> folder = config::prepareFolder(host.stateFolder, "plugins"); !folder.ok()) {
        return folder.error();
    }
    auto plugins = std::make_unique<plugins::PluginHost>(std::move(host));
    if (const Result<void> scanned = plugins->scan(); !scanned.ok()) {
        return scanned.error();
    }
    return plugins;
}

std::string ending(const TickReport &report)
{
    switch (report.end) {
    case EndReason::Stopped:
        break;
    case EndReason::FeedEnded:
        return "The feed has ended. ";
    case EndReason::FeedFailed:
        return "The feed has failed: " + report.detail + ' ';
    case EndReason::Overtaken:
        return report.detail + ' ';
    }
    return {};
}

std::string summary(const TickReport &report)
{
    std::string out =
        ending(report) + std::to_string(report.written) + " of " + std::to_string(report.read) + " events were written";
    if (report.dropped > 0) {
        out += ", " + std::to_string(report.dropped) + " dropped while Redis was away";
    }
    if (report.unsent > 0) {
        out += ", " + std::to_string(report.unsent) + " could not be sent at the end";
    }
    return out + '.';
}

void printJson(const TicksOptions &options, const TickReport &report, std::chrono::duration<double> time)
{
    const auto number = [](std::uint64_t value) { return static_cast<qint64>(value); };
    const auto text = [](std::string_view value) {
        return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
    };
    const QJsonObject object{{QStringLiteral("feed"), text(options.configuration.feed.plugin)},
                             {QStringLiteral("redis"), text(options.stream.redis.address())},
                             {QStringLiteral("key"), text(options.stream.key)},
                             {QStringLiteral("end"), text(enumName(report.end))},
                             {QStringLiteral("detail"), text(report.detail)},
                             {QStringLiteral("read"), number(report.read)},
                             {QStringLiteral("books"), number(report.books)},
                             {QStringLiteral("written"), number(report.written)},
                             {QStringLiteral("dropped"), number(report.dropped)},
                             {QStringLiteral("unsent"), number(report.unsent)},
                             {QStringLiteral("outages"), number(report.outages)},
                             {QStringLiteral("seconds"), time.count()}};
    std::fputs(QJsonDocument(object).toJson(QJsonDocument::Indented).constData(), stdout);
}

/// Feed and stream are opened, then it runs to the end.
int publish(const TicksOptions &options)
{
    const Result<std::unique_ptr<plugins::PluginHost>> host = plugins(options);
    if (!host.ok()) {
        return fail(host.error());
    }
    Result<std::unique_ptr<Feed>> feed = runtime::openFeed(options.configuration, **host);
    if (!feed.ok()) {
        return fail(feed.error());
    }
    const std::vector<Instrument> instruments = runtime::instrumentsOf(options.configuration, **feed);
    Result<std::unique_ptr<redis_ticks::TickStream>> stream =
        redis_ticks::TickStream::open(options.stream, instruments);
    if (!stream.ok()) {
        return fail(stream.error());
    }
    std::string symbols;
    for (const Instrument &instrument : instruments) {
        symbols += (symbols.empty() ? "" : ", ") + instrument.symbol;
    }
    say("writes " + symbols + " from the feed " + options.configuration.feed.plugin + " into " + options.stream.key
        + " in Redis at " + options.stream.redis.address());
    const TickSource::Options source{options.recordedTimes, runtime::sessionSpeed(options.configuration, **feed)};
    TickPublisher publisher(TickSource(std::move(feed).value(), source), std::move(stream).value(), say);
    const Clock::time_point begin = Clock::now();
    const TickReport report =
        publisher.run([&] { return stopWanted || (options.runFor && Clock::now() - begin >= *options.runFor); });
    say(summary(report));
    if (options.json) {
        printJson(options, report, Clock::now() - begin);
    }
    return report.inGoodOrder() ? 0 : 1;
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("coinswarm-ticks"));
    const auto options = ticksOptions(QCoreApplication::arguments());
    if (!options.ok()) {
        return fail(options.error());
    }
    if (const auto *answer = std::get_if<options::Answer>(&*options)) {
        std::fputs(answer->text.c_str(), stdout);
        return 0;
    }
    std::signal(SIGINT, onStopSignal);
    std::signal(SIGTERM, onStopSignal);
    return publish(std::get<TicksOptions>(*options));
}
