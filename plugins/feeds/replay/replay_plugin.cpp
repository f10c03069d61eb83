// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "replay_plugin.h"

#include "replay_feed.h"

namespace coinswarm::replay {

Result<std::unique_ptr<Feed>> ReplayPlugin::createFeed(const Settings &settings)
{
    Result<ReplayFeedOptions> options = replayOptions(settings);
    if (!options.ok()) {
        return options.error();
    }
    return std::unique_ptr<Feed>(std::make_unique<ReplayFeed>(std::move(*options)));
}

} // namespace coinswarm::replay
