// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/plugin.h>

namespace coinswarm::replay {

/// Offers recorded markets as a feed.
class ReplayPlugin : public FeedPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID COINSWARM_PLUGIN_IID FILE "plugin.json")

public:
    Result<std::unique_ptr<Feed>> createFeed(const Settings &settings) override;
};

} // namespace coinswarm::replay
