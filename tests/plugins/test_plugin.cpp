// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "test_plugin.h"

#include <cstdlib>
#include <future>
#include <limits>
#include <stdexcept>

namespace coinswarm {

namespace {

constexpr std::string_view kBehaviour = COINSWARM_TEST_BEHAVIOUR;

class TestAgent final : public Agent
{
public:
    AgentSpec spec() const override { return {}; }
    void start(const IndicatorSlots &) override {}

    Vote decide(const MarketState &) override
    {
        Vote vote;
        vote.confidence = 0.5;
        vote.reasons = {"Only a test."};
        if (kBehaviour == "throws_in_decide") {
            throw std::runtime_error("decide is broken");
        }
        if (kBehaviour == "crashes_in_decide") {
            std::abort();
        }
        if (kBehaviour == "never_returns") {
            std::promise<void> never;
            never.get_future().wait();
        }
        if (kBehaviour == "nan_confidence") {
            vote.confidence = std::numeric_limits<double>::quiet_NaN();
        }
        if (kBehaviour == "confidence_two") {
            vote.confidence = 2;
        }
        return vote;
    }
};

} // namespace

TestPlugin::TestPlugin()
{
    if (kBehaviour == "throws_in_constructor") {
        throw std::runtime_error("the constructor is broken");
    }
}

Result<void> TestPlugin::start(const PluginContext &)
{
    if (kBehaviour == "throws_in_start") {
        throw std::runtime_error("start is broken");
    }
    if (kBehaviour == "refuses_to_start") {
        return invalid("its licence key is missing.");
    }
    if (kBehaviour == "crashes_in_start") {
        std::abort();
    }
    return {};
}

Result<std::unique_ptr<Agent>> TestPlugin::createAgent(const Settings &)
{
    if (kBehaviour == "throws_in_create") {
        throw 42;
    }
    return std::unique_ptr<Agent>(std::make_unique<TestAgent>());
}

} // namespace coinswarm
