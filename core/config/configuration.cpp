// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/configuration.h"

#include <algorithm>

namespace coinswarm::config {

std::string toString(const Origin &origin)
{
    switch (origin.kind) {
    case Origin::Kind::Default:
        return "default";
    case Origin::Kind::File:
        return origin.name + ':' + std::to_string(origin.line) + ':' + std::to_string(origin.column);
    case Origin::Kind::Environment:
        return "environment " + origin.name;
    case Origin::Kind::CommandLine:
        return "command line " + origin.name;
    }
    return {};
}

Configuration::Configuration()
{
    const auto add = [this](const char *name, double weight) {
        AgentConfiguration agent;
        agent.name = name;
        agent.plugin = name;
        agent.weight = weight;
        agents.push_back(std::move(agent));
    };
    add("trend", 0.4);
    add("mean_reversion", 0.3);
    add("risk", 0.3);
}

std::vector<AgentConfiguration> Configuration::committeeAgents() const
{
    std::vector<AgentConfiguration> enabled;
    double sum = 0;
    for (const AgentConfiguration &agent : agents) {
        if (agent.enabled) {
            enabled.push_back(agent);
            sum += agent.weight;
        }
    }
    for (AgentConfiguration &agent : enabled) {
        agent.weight = sum > 0 ? agent.weight / sum : 0;
    }
    return enabled;
}

const InstrumentConfiguration *Configuration::instrument(std::string_view symbol) const
{
    const auto found = std::find_if(instruments.begin(), instruments.end(),
                                    [&](const InstrumentConfiguration &i) { return i.symbol == symbol; });
    return found == instruments.end() ? nullptr : &*found;
}

Instrument InstrumentConfiguration::appliedTo(Instrument instrument) const
{
    instrument.tick = tick.value_or(instrument.tick);
    instrument.lot = lot.value_or(instrument.lot);
    instrument.minimumQuantity = minimumQuantity.value_or(instrument.minimumQuantity);
    instrument.minimumNotional = minimumNotional.value_or(instrument.minimumNotional);
    instrument.shortAllowed = shortAllowed.value_or(instrument.shortAllowed);
    return instrument;
}

} // namespace coinswarm::config
