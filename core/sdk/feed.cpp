// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/feed.h>
#include <coinswarm/ingestor.h>

namespace coinswarm {

// Key functions: type information and v-tables live in the SDK library alone.
DataSource::~DataSource() = default;
Ingestor::~Ingestor() = default;
Feed::~Feed() = default;

std::vector<DataDefect> Feed::defects() const
{
    return {};
}

std::string Feed::checkpoint(Timestamp) const
{
    return {};
}

Result<void> Feed::resume(std::string_view, Timestamp time)
{
    return seek(time);
}

bool Feed::isLive() const
{
    return false;
}

double Feed::defaultSpeed() const
{
    return 1;
}

} // namespace coinswarm
