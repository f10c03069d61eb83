// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "csv_target.h"

#include "replay_feed.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace coinswarm {

namespace {

void require(bool condition, const char *what)
{
    if (!condition) {
        std::fprintf(stderr, "broken promise: %s\n", what);
        std::abort();
    }
}

void check(const MarketEvent &event)
{
    if (const auto *candle = std::get_if<Candle>(&event)) {
        require(candle->low.isPositive(), "prices are above 0");
        require(candle->low <= candle->open && candle->low <= candle->close, "low is the lowest");
        require(candle->high >= candle->open && candle->high >= candle->close, "high is the highest");
        require(!candle->volume.isNegative(), "volume is not negative");
    } else if (const auto *trade = std::get_if<Trade>(&event)) {
        require(trade->price.isPositive() && trade->quantity.isPositive(), "trades have price and size");
    } else if (const auto *quote = std::get_if<Quote>(&event)) {
        require(quote->bid.isPositive() && quote->ask.isPositive(), "quotes are above 0");
    }
}

void play(const std::string &path, replay::DefectPolicy policy)
{
    replay::ReplayFeedOptions options;
    options.file = path;
    options.defects = policy;
    replay::ReplayFeed feed(options);
    if (!feed.open().ok()) {
        return;
    }
    std::vector<MarketEvent> events(64);
    std::size_t total = 0;
    Timestamp last{INT64_MIN};
    for (;;) {
        const Result<std::size_t> count = feed.read(events);
        if (!count.ok()) {
            require(!count.error().message.empty(), "an error says something");
            return;
        }
        if (*count == 0) {
            require(total > 0, "an unusable file is an error");
            return;
        }
        for (std::size_t i = 0; i < *count; ++i) {
            check(events[i]);
            require(visibleAt(events[i]) >= last, "time does not go back");
            last = visibleAt(events[i]);
        }
        total += *count;
    }
}

} // namespace

void playAnything(std::span<const std::uint8_t> file)
{
    static const std::string path =
        (std::filesystem::temp_directory_path() / ("coinswarm_fuzz_" + std::to_string(getpid()) + ".csv")).string();
    std::FILE *out = std::fopen(path.c_str(), "wb");
    require(out != nullptr, "the temporary file can be written");
    require(std::fwrite(file.data(), 1, file.size(), out) == file.size(), "the temporary file can be written");
    std::fclose(out);
    for (const replay::DefectPolicy policy :
         {replay::DefectPolicy::Refuse, replay::DefectPolicy::Drop, replay::DefectPolicy::Repair})
    {
        play(path, policy);
    }
    std::remove(path.c_str());
}

} // namespace coinswarm
