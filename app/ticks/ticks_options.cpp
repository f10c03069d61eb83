// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ticks/ticks_options.h"

#include <charconv>

namespace coinswarm::ticks {

namespace {

using Outcome = std::variant<TicksOptions, options::Answer>;

constexpr options::OptionLine kOptions[] = {
    {"config", "FILE", "Read [feed] of this configuration; default: the user's own, if there is one."},
    {"set", "KEY=VALUE", "Change one key of the configuration; may be repeated."},
    {"redis", "ADDRESS", "The server: host:port, or the path of its unix socket; default 127.0.0.1:6379."},
    {"user", "NAME", "Name of an ACL user; default: the server's default user."},
    {"password-file", "FILE", "File with the password in its first line."},
    {"password-variable", "NAME", "Environment variable that holds the password, instead of a file."},
    {"database", "NUMBER", "Number of the database on the server; default 0."},
    {"key", "NAME", "Name of the stream; default coinswarm:ticks."},
    {"kept", "COUNT", "About so many events stay in the stream; default 1000000."},
    {"pending", "COUNT", "So many events wait here while Redis is away; default 100000."},
    {"recorded-times", "", "Write a simulated or recorded market with its own times instead of as of now."},
    {"speed", "FACTOR", "With --recorded-times: market seconds per second; max: as fast as possible."},
    {"for", "DURATION", "Stop in good order after this time, as 60s or 5m."},
    {"json", "", "Print at the end what was done as JSON."},
    {"data-folder", "FOLDER", "Look for the configuration and plugins below this folder, not in the standard ones."},
    {"safe-mode", "", "Use only the plugins that came with the program."},
    {"plugin-path", "FOLDER", "Search this folder for plugins too; may be repeated."},
    {"version", "", "Print the version."},
    {"help", "", "Print this page."},
};

std::string help()
{
    return "Usage: coinswarm-ticks [OPTIONS]\n\nPlays the feed of a configuration and writes every market event into a "
           "Redis Stream, from which any number of\nengines reads it with the feed redis_ticks.\n\nOptions:\n"
        + options::optionLines(kOptions)
        + "\nExit codes: 0 ended in good order, 1 the feed failed or events were not written, 2 wrong usage or "
          "configuration, 3 environment.\n"
          "\nExamples:\n  coinswarm-ticks --redis 127.0.0.1:6379 --for 60s\n  coinswarm-ticks --config market.toml "
          "--redis /run/redis/redis.sock --password-file /etc/coinswarm/redis.password\n  coinswarm-ticks --set "
          "feed.plugin=replay --set feed.settings.file=trades.csv.gz --recorded-times --speed max\n";
}

/// A number of at least `least`; what is there already without the option.
template <class Number>
Result<void> readNumber(const QCommandLineParser &parser, const char *option, Number least, Number most, Number &out)
{
    if (!parser.isSet(QLatin1StringView(option))) {
        return {};
    }
    const std::string text = parser.value(QLatin1StringView(option)).toStdString();
    const char *end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, out);
    if (failure != std::errc() || rest != end || out < least || out > most) {
        return invalid("--" + std::string(option) + ": expected a whole number from " + std::to_string(least) + " to "
                       + std::to_string(most) + ", not \"" + text + '"');
    }
    return {};
}

Result<void> readStream(const QCommandLineParser &parser, redis_ticks::TickStream::Options &stream)
{
    const auto text = [&](const char *option) { return parser.value(QLatin1StringView(option)).toStdString(); };
    if (parser.isSet(QStringLiteral("redis"))) {
        if (const Result<void> address = redis::setRedisAddress(stream.redis, text("redis")); !address.ok()) {
            return invalid("--redis: " + address.error().message);
        }
    }
    stream.redis.name = "coinswarm-ticks";
    stream.redis.user = text("user");
    stream.redis.passwordFile = text("password-file");
    stream.redis.passwordVariable = text("password-variable");
    if (parser.isSet(QStringLiteral("key"))) {
        stream.key = text("key");
    }
    if (stream.key.empty()) {
        return invalid("--key: the stream needs a name");
    }
    for (const Result<void> &number : {readNumber(parser, "database", 0, 65'535, stream.redis.database),
                                       readNumber<std::size_t>(parser, "kept", 1, 1'000'000'000, stream.kept),
                                       readNumber<std::size_t>(parser, "pending", 1, 100'000'000, stream.mostPending)})
    {
        if (!number.ok()) {
            return number;
        }
    }
    // To be told now, not when the connection is lost for the first time.
    const Result<std::string> password = redis::redisPassword(stream.redis);
    return password.ok() ? Result<void>() : Result<void>(password.error());
}

/// Who took an engine's configuration by mistake would write for ever what he has just read.
Result<void> refuseCircle(const config::Configuration &configuration, const redis_ticks::TickStream::Options &stream)
{
    const auto written = [&](const char *key, const std::string &otherwise) {
        const auto found = configuration.feed.settings.find(key);
        return found == configuration.feed.settings.end() ? otherwise : found->second.text;
    };
    const redis_ticks::TickStream::Options standard;
    if (configuration.feed.plugin == "redis_ticks" && written("key", standard.key) == stream.key
        && written("address", standard.redis.address()) == stream.redis.address())
    {
        return invalid("feed.plugin is redis_ticks and reads " + stream.key + " in Redis at " + stream.redis.address()
                       + ", the very stream that is to be written. Name the feed that the ticks come from, as in "
                         "--set feed.plugin=simulated, or another --key.");
    }
    return {};
}

} // namespace

Result<Outcome> ticksOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    if (const Result<void> parsed = options::parseOptions(parser, kOptions, arguments); !parsed.ok()) {
        return parsed.error();
    }
    if (parser.isSet(QStringLiteral("help"))) {
        return Outcome(options::Answer{help()});
    }
    if (parser.isSet(QStringLiteral("version"))) {
        return Outcome(options::Answer{"coinswarm-ticks " COINSWARM_VERSION "\n"});
    }
    TicksOptions options;
    options.paths = options::paths(parser);
    options.recordedTimes = parser.isSet(QStringLiteral("recorded-times"));
    options.safeMode = parser.isSet(QStringLiteral("safe-mode"));
    options.json = parser.isSet(QStringLiteral("json"));
    options.pluginFolders = options::texts(parser, "plugin-path");
    if (parser.isSet(QStringLiteral("speed")) && !options.recordedTimes) {
        return invalid("--speed needs --recorded-times: a market as of now goes by the clock");
    }
    const auto runFor = options::runFor(parser);
    if (!runFor.ok()) {
        return runFor.error();
    }
    options.runFor = *runFor;
    if (const Result<void> stream = readStream(parser, options.stream); !stream.ok()) {
        return stream.error();
    }
    Result<config::Loaded> configuration = options::configuration(parser, options.paths);
    if (!configuration.ok()) {
        return configuration.error();
    }
    options.configuration = std::move(configuration->configuration);
    if (const Result<void> sound = refuseCircle(options.configuration, options.stream); !sound.ok()) {
        return sound.error();
    }
    return Outcome(std::move(options));
}

} // namespace coinswarm::ticks
