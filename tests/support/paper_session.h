// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/frame_merge.h"
#include "supervision/local_engine.h"
#include "support/check.h"

#include <QtCore/QTemporaryDir>

#include <string>
#include <vector>

/// A real paper session in this process: the plugins that were built, folders of its own, and what its frames have said.
namespace coinswarm::test {

/// The folder that the build puts the shipped plugins in.
inline std::string shippedPlugins()
{
    return std::string(COINSWARM_BINARY_DIR) + "/lib/coinswarm/plugins";
}

/// The folder of one of tests/plugins.
inline std::string testPlugin(const std::string &name)
{
    return std::string(COINSWARM_BINARY_DIR) + "/tests/plugins/" + name;
}

struct PaperSession {
    /// `settings` are as after --set: "feed.speed=0". Folders lie below `folder`.
    explicit PaperSession(std::string folder, std::vector<std::string> settings = {},
                          std::vector<std::string> plugins = {})
        : folder(std::move(folder)), settings(std::move(settings)), plugins(std::move(plugins))
    {
        this->plugins.insert(this->plugins.begin(), shippedPlugins());
    }

    /// Starts, or starts again, with what `settings` say now.
    Result<void> start()
    {
        handle.reset();
        engine.reset();
        seen = {};
        config::Sources sources;
        // A busy machine is not to bench agents that are well.
        sources.overrides = {"engine.agent_deadline=10s"};
        sources.overrides.insert(sources.overrides.end(), settings.begin(), settings.end());
        const config::Loaded loaded = config::loadConfiguration(sources);
        if (!loaded.ok()) {
            return invalid(config::problemsText(loaded.problems));
        }
        supervision::LocalOptions options;
        options.configuration = loaded.configuration;
        options.configurationHash = config::configurationHash(loaded);
        options.paths = config::Paths::below(folder);
        options.pluginFolders = plugins;
        Result<std::unique_ptr<api::Engine>> started = supervision::startLocalEngine(std::move(options));
        if (!started.ok()) {
            return started.error();
        }
        engine = std::move(started).value();
        info = take(answer(engine->sessionInfo()));
        handle = engine->handleFrames(&context, [this](const api::Frame &frame) {
            ++frames;
            api::mergeFrame(seen, frame);
        });
        return {};
    }

    void stop()
    {
        handle.reset();
        engine.reset();
    }

    api::SessionStatus status() { return take(answer(engine->status())); }

    bool alerted(std::string_view code) const
    {
        return std::any_of(seen.alerts.begin(), seen.alerts.end(), [&](const auto &a) { return a.code == code; });
    }
    /// Where the session stands, for the message of a failed check.
    std::string story() const
    {
        std::string text = "state " + std::to_string(static_cast<int>(seen.status.state)) + " ("
            + seen.status.stateReason + "), degraded: " + seen.status.degradedReason + ", now "
            + toString(seen.status.now);
        for (std::size_t i = seen.alerts.size() - std::min<std::size_t>(seen.alerts.size(), 5); i < seen.alerts.size();
             ++i) {
            text += "; " + seen.alerts[i].code + ": " + seen.alerts[i].text;
        }
        return text;
    }
    const api::Approval *pendingApproval() const
    {
        const auto found = std::find_if(seen.approvals.begin(), seen.approvals.end(),
                                        [](const api::Approval &a) { return a.state == api::ApprovalState::Pending; });
        return found == seen.approvals.end() ? nullptr : &*found;
    }
    const Order *order(OrderId id) const
    {
        const auto found =
            std::find_if(seen.orders.begin(), seen.orders.end(), [id](const Order &o) { return o.id == id; });
        return found == seen.orders.end() ? nullptr : &*found;
    }
    template <class Predicate>
    const Order *anyOrder(Predicate predicate) const
    {
        const auto found = std::find_if(seen.orders.begin(), seen.orders.end(), predicate);
        return found == seen.orders.end() ? nullptr : &*found;
    }

    std::string folder;
    std::vector<std::string> settings;
    std::vector<std::string> plugins;
    QObject context;
    std::unique_ptr<api::Engine> engine;
    std::unique_ptr<api::Handle> handle;
    api::SessionInfo info;
    api::Frame seen; ///< all frames in one
    std::uint64_t frames = 0;
};

/// The market of busySettings(), from a feed of its own that nobody interrupts.
struct BusyMarket {
    BusyMarket() : plugins(host())
    {
        take(plugins.scan());
        feed = take(plugins.createFeed("simulated", {{"instruments", std::string("BTC-USDT,ETH-USDT")}}));
        take(feed->open());
    }

    plugins::PluginHost plugins;
    std::unique_ptr<Feed> feed;

private:
    static plugins::PluginHostOptions host()
    {
        plugins::PluginHostOptions options;
        options.folders = {{shippedPlugins(), true}};
        return options;
    }
};

/// Settings for a session that trades a lot in little time and asks nobody.
inline std::vector<std::string> busySettings(const std::string &lengthSeconds = "0", const std::string &speed = "max")
{
    return {"feed.speed=" + speed,
            "feed.settings.length_s=" + lengthSeconds,
            "feed.settings.instruments=BTC-USDT,ETH-USDT",
            "approval.rule=none",
            "risk.max_trades_per_day=100000",
            "risk.max_orders_per_minute=10000",
            "risk.max_drawdown=0.9",
            "risk.max_daily_loss=0.9"};
}

} // namespace coinswarm::test
