// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "faulty_venue.h"

#include <utility>

namespace coinswarm {

FaultyVenue::FaultyVenue(simulated::VenueRules rules, std::string stateFolder, const Settings &settings)
    : simulated::SimulatedVenue(rules, std::move(stateFolder)),
      m_loseReport{settings.integer("lose_report_every")},
      m_repeatFill{settings.integer("repeat_fill_every")},
      m_loseOrder{settings.integer("lose_order_every")},
      m_unknownCancel{settings.integer("unknown_cancel_every")},
      m_awaySeconds(settings.integer("away_every_s")),
      m_userEndsStops(settings.integer("user_ends_stops"))
{}

bool FaultyVenue::isAway(Timestamp now) const
{
    return m_awaySeconds > 0 && now.ns / 1'000'000'000 / m_awaySeconds % 2 == 1;
}

void FaultyVenue::submit(const ApprovedOrder &order, Timestamp now)
{
    if (!m_loseOrder.hit()) {
        simulated::SimulatedVenue::submit(order, now);
    }
    if (order.order().purpose == OrderPurpose::StopLoss && m_userEndsStops > 0) {
        --m_userEndsStops;
        m_stops.push_back(order.order().clientId);
    }
}

void FaultyVenue::cancel(const std::string &clientId, Timestamp now)
{
    if (!m_unknownCancel.hit()) {
        simulated::SimulatedVenue::cancel(clientId, now);
        return;
    }
    VenueReport refusal;
    refusal.kind = ReportKind::CancelRejected;
    refusal.clientId = clientId;
    refusal.detail = "no such order";
    refusal.time = now;
    m_refusals.push_back(std::move(refusal));
}

void FaultyVenue::query(const std::string &clientId, Timestamp now)
{
    if (isAway(now)) {
        return;
    }
    m_asked.insert(clientId);
    simulated::SimulatedVenue::query(clientId, now);
}

void FaultyVenue::takeReports(Timestamp now, std::vector<VenueReport> &out)
{
    if (std::exchange(m_wasAway, isAway(now)) && !isAway(now)) {
        VenueReport back;
        back.kind = ReportKind::Reconnected;
        back.time = now;
        out.push_back(std::move(back));
    }
    m_reports.clear();
    m_reports.swap(m_refusals);
    simulated::SimulatedVenue::takeReports(now, m_reports);
    for (const VenueReport &report : m_reports) {
        if (report.kind == ReportKind::Accepted && std::erase(m_stops, report.clientId) > 0) {
            simulated::SimulatedVenue::cancel(report.clientId, now); // on the venue's own page, without our asking
        }
    }
    for (VenueReport &report : m_reports) {
        const bool lost = !m_asked.contains(report.clientId) && (isAway(now) || m_loseReport.hit());
        if (lost) {
            continue;
        }
        const bool twice = report.kind == ReportKind::Filled && m_repeatFill.hit();
        out.push_back(report);
        if (twice) {
            out.push_back(std::move(report));
        }
    }
}

Result<std::unique_ptr<Venue>> FaultyVenuePlugin::createVenue(const Settings &settings, const PluginContext &context)
{
    const simulated::VenueRules rules;
    return std::unique_ptr<Venue>(std::make_unique<FaultyVenue>(rules, context.stateFolder, settings));
}

} // namespace coinswarm
