// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "simulated_venue.h"

#include <coinswarm/plugin.h>

#include <set>

namespace coinswarm {

/// The simulated venue behind a bad network. Its books stay true; what is lost is only what it says about them. Answers
/// to a question arrive: a network that loses those too is only slower.
class FaultyVenue final : public simulated::SimulatedVenue
{
public:
    FaultyVenue(simulated::VenueRules rules, std::string stateFolder, const Settings &settings);

    void submit(const ApprovedOrder &order, Timestamp now) override;
    void cancel(const std::string &clientId, Timestamp now) override;
    void query(const std::string &clientId, Timestamp now) override;
    void takeReports(Timestamp now, std::vector<VenueReport> &out) override;

private:
    /// Counts; true for every `every`-th.
    struct Nth {
        std::int64_t every = 0;
        std::int64_t count = 0;

        bool hit() { return every > 0 && ++count % every == 0; }
    };
    bool isAway(Timestamp now) const;

    Nth m_loseReport;
    Nth m_repeatFill;
    Nth m_loseOrder;
    Nth m_unknownCancel;
    std::int64_t m_awaySeconds;
    bool m_wasAway = false;
    std::int64_t m_userEndsStops; ///< so many stops are still to be ended by hand
    std::vector<std::string> m_stops; ///< accepted soon, and ended then
    std::set<std::string> m_asked; ///< orders whose answers are on their way
    std::vector<VenueReport> m_refusals;
    std::vector<VenueReport> m_reports;
};

class FaultyVenuePlugin final : public VenuePlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID COINSWARM_PLUGIN_IID FILE "plugin.json")

public:
    Result<std::unique_ptr<Venue>> createVenue(const Settings &settings, const PluginContext &context) override;
};

} // namespace coinswarm
