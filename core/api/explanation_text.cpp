// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/explanation_text.h"

#include <coinswarm/text.h>

namespace coinswarm::api {

namespace {

constexpr double kBpsPerUnit = 10'000;

std::string upper(std::string_view text)
{
    std::string out(text);
    for (char &c : out) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

/// "partly_filled" as "partly filled".
std::string words(std::string_view name)
{
    std::string out(name);
    for (char &c : out) {
        c = c == '_' ? ' ' : c;
    }
    return out;
}

std::string fixed(double value, int decimals)
{
    return std::string(std::string_view(number(value, decimals)));
}

std::string signedNumber(double value, int decimals)
{
    return (value >= 0 ? "+" : "") + fixed(value, decimals);
}

std::string padded(std::string text, std::size_t width)
{
    if (text.size() < width) {
        text.append(width - text.size(), ' ');
    }
    return text;
}

std::string intervalText(Interval interval)
{
    const std::int32_t s = interval.seconds;
    if (s % 86'400 == 0) {
        return std::to_string(s / 86'400) + "d";
    }
    if (s % 3'600 == 0) {
        return std::to_string(s / 3'600) + "h";
    }
    return s % 60 == 0 ? std::to_string(s / 60) + "m" : std::to_string(s) + "s";
}

/// Writes the sections one after the other.
class Chapter
{
public:
    explicit Chapter(const Explanation &explanation)
        : m_e(explanation),
          m_price(priceDecimals(explanation.instrument)),
          m_quantity(quantityDecimals(explanation.instrument))
    {}

    std::string write()
    {
        writeOrder();
        writeFills();
        writeApproval();
        writeRisk();
        writeDecision();
        writeVotes();
        writeRecall();
        writeMarket();
        return std::move(m_text);
    }

private:
    void heading(const std::string &text) { m_text += (m_text.empty() ? "" : "\n") + text + '\n'; }
    void line(const std::string &text, int depth = 1)
    {
        m_text += std::string(static_cast<std::size_t>(depth) * 2, ' ') + text + '\n';
    }
    std::string price(Price value) const { return grouped(value, m_price); }
    std::string money(Money value) const { return grouped(value, 2) + ' ' + m_e.instrument.quote; }
    std::string quantity(Quantity value) const { return grouped(value, m_quantity) + ' ' + m_e.instrument.base; }

    void writeOrder()
    {
        const Order &order = m_e.order;
        heading("Order " + std::to_string(order.id.value) + ": " + orderLine(order, m_e.instrument));
        line(words(enumName(order.state)) + (order.reason.empty() ? "" : ": " + order.reason));
        line("proposed " + toString(order.created) + ", last change " + toString(order.updated));
        line(words(enumName(order.purpose)) + (order.reduceOnly ? ", reduces only" : "")
             + (order.postOnly ? ", post only" : "") + ", " + std::string(enumName(order.timeInForce)) + ", client id "
             + order.clientId);
        if (m_e.parent) {
            line("protects order " + std::to_string(m_e.parent->id.value) + ": "
                 + orderLine(*m_e.parent, m_e.instrument) + " (" + words(enumName(m_e.parent->state)) + ")");
        }
    }

    void writeFills()
    {
        heading("Fills: " + (m_e.fills.empty() ? std::string("none") : std::to_string(m_e.fills.size())));
        for (const Fill &fill : m_e.fills) {
            line(toString(fill.time) + "  fill " + std::to_string(fill.id.value) + "  "
                 + std::string(enumName(fill.side)) + ' ' + quantity(fill.quantity) + " at " + price(fill.price) + ", "
                 + std::string(enumName(fill.liquidity)) + ", fee " + grouped(fill.fee, 4) + ' '
                 + m_e.instrument.quote);
        }
        const Order &order = m_e.order;
        if (order.filled.isPositive()) {
            const double average = order.filledNotional.toDouble() / order.filled.toDouble();
            std::string text = "in all " + quantity(order.filled) + " for " + money(order.filledNotional) + ", average "
                + fixed(average, m_price);
            if (order.referencePrice.isPositive()) {
                const double reference = order.referencePrice.toDouble();
                const double sign = order.side == Side::Buy ? 1 : -1;
                text += ", " + signedNumber(sign * (average - reference) / reference * kBpsPerUnit, 1)
                    + " bp against the price at decision (" + price(order.referencePrice) + ")";
            }
            line(text + ", fees " + grouped(order.fees, 4) + ' ' + m_e.instrument.quote);
        }
    }

    void writeApproval()
    {
        if (!m_e.approval) {
            heading("Approval: none was needed");
            return;
        }
        const Approval &approval = *m_e.approval;
        std::string by;
        for (const std::string &name : approval.decidedBy) {
            by += (by.empty() ? " by " : ", ") + name;
        }
        heading("Approval " + std::to_string(approval.id.value) + ": " + words(enumName(approval.state)) + by
                + (approval.reason.empty() ? "" : ": " + approval.reason));
        line("asked " + toString(approval.requested) + ", open until " + toString(approval.expires)
             + (approval.decidedAt.ns == 0 ? "" : ", decided " + toString(approval.decidedAt)));
        line("bound to prices from " + price(approval.bandLow) + " to " + price(approval.bandHigh) + " around "
             + price(approval.referencePrice) + "; worst case " + money(approval.worstCase));
        line("order hash " + approval.orderHash);
    }

    void writeReport(const std::string &when, const RiskReport &report)
    {
        line(when + ", " + toString(report.time) + ": " + (report.passed ? "passed" : "refused"));
        for (const RiskCheck &check : report.checks) {
            const std::string mark = check.passed ? (check.waived ? "waived" : "ok") : "NO";
            line(padded(mark, 7) + padded(std::string(enumName(check.code)), 19) + describe(check, &m_e.instrument), 2);
        }
    }

    void writeRisk()
    {
        heading("Risk gate: "
                + (m_e.riskReports.empty()
                       ? std::string("no run is recorded")
                       : std::to_string(m_e.riskReports.size()) + " run" + (m_e.riskReports.size() == 1 ? "" : "s")));
        for (std::size_t i = 0; i < m_e.riskReports.size(); ++i) {
            writeReport(i == 0 ? "at the proposal" : "at the release", m_e.riskReports[i]);
        }
    }

    std::string agentName(AgentId id) const
    {
        return id.value >= 1 && id.value <= m_e.agents.size() ? m_e.agents[id.value - 1]
                                                              : "agent " + std::to_string(id.value);
    }

    void writeDecision()
    {
        const Decision &decision = m_e.decision;
        if (!decision.id) {
            heading("Decision: none; the order was not asked for by the committee");
            return;
        }
        heading("Decision " + std::to_string(decision.id.value)
                + " of the committee: " + upper(enumName(decision.action)) + " with score "
                + signedNumber(decision.score, 3) + ", " + fixed(decision.threshold, 3) + " needed");
        line(toString(decision.time) + "  " + decision.summary);
        if (decision.vetoed) {
            line("vetoed by " + agentName(decision.vetoedBy));
        }
        if (decision.size.isPositive()) {
            line("size " + quantity(decision.size)
                 + (decision.stop.isZero() ? ", no stop" : ", stop " + price(decision.stop))
                 + (decision.target.isZero() ? ", no target" : ", target " + price(decision.target)));
        }
    }

    void writeVotes()
    {
        if (!m_e.decision.id) {
            return;
        }
        heading("Votes");
        for (const CountedVote &counted : m_e.decision.votes) {
            const Vote &vote = counted.vote;
            std::string text = padded(agentName(counted.agent), 16);
            if (counted.status != VoteStatus::Voted) {
                line(text + words(enumName(counted.status)) + ", weight " + fixed(counted.weight, 2));
                continue;
            }
            text += padded(upper(enumName(vote.action)), 5) + "confidence " + fixed(vote.confidence, 2) + " × weight "
                + fixed(counted.weight, 2) + " → " + signedNumber(counted.contribution, 3);
            text += vote.veto ? "  VETO" : "";
            text += counted.dissents ? "  DISSENTS" : "";
            line(text);
            for (const std::string &reason : vote.reasons) {
                line("- " + reason, 2);
            }
        }
    }

    void writeRecall()
    {
        const Recall &recall = m_e.state.recall;
        if (!recall.unavailable.empty()) {
            heading("Memory: not used, " + recall.unavailable);
            return;
        }
        if (recall.slot == 0 && recall.neighbours.empty()) {
            return;
        }
        heading("Memory as of slot " + std::to_string(recall.slot) + ": " + std::to_string(recall.neighbours.size())
                + (recall.neighbours.size() == 1 ? " similar episode" : " similar episodes"));
        for (const Neighbour &neighbour : recall.neighbours) {
            const EpisodeTags &tags = neighbour.tags;
            std::string text = padded("episode " + std::to_string(neighbour.episode.value), 16)
                + padded("distance " + std::to_string(neighbour.distance), 20)
                + padded(upper(enumName(tags.action)) + ' ' + tags.symbol, 16)
                + padded(signedNumber(tags.reward * 100, 2) + " %", 10) + "closed " + toString(tags.time);
            if (tags.pattern) {
                text += ", pattern " + std::to_string(tags.pattern.value)
                    + (tags.deprecated     ? " (deprecated)"
                           : tags.promoted ? " (promoted)"
                                           : "");
            }
            line(text);
        }
    }

    void writeMarket()
    {
        const MarketState &state = m_e.state;
        if (state.candle.interval.seconds == 0) {
            return;
        }
        const Candle &bar = state.candle;
        heading("Market that the agents saw: " + m_e.instrument.symbol + " at " + toString(state.now));
        line("bar of " + intervalText(bar.interval) + " from " + toString(bar.openTime) + ": open " + price(bar.open)
             + ", high " + price(bar.high) + ", low " + price(bar.low) + ", close " + price(bar.close) + ", volume "
             + grouped(bar.volume, m_quantity));
        if (state.bid.isPositive()) {
            line("bid " + price(state.bid) + ", ask " + price(state.bestAsk));
        }
        const Regime &regime = state.regime;
        line("regime: volatility " + std::string(enumName(regime.volatility)) + ", trend "
             + std::string(enumName(regime.trend)) + ", spread " + std::string(enumName(regime.spread)) + ", session "
             + std::string(enumName(regime.session)) + ", since " + toString(regime.start));
        line("position " + quantity(state.position.quantity) + ", cash " + money(state.account.cash) + ", equity "
             + money(state.account.equity) + ", largest position allowed " + quantity(state.maximumPosition));
        line("indicators after " + std::to_string(state.bars) + " bars:");
        for (std::size_t slot = 0; slot < m_e.indicators.size(); ++slot) {
            line(padded(m_e.indicators[slot].full(), 24)
                     + (state.indicators.ready(slot) ? fixed(state.indicators.value(slot), 4) : "not ready"),
                 2);
        }
    }

    const Explanation &m_e;
    int m_price;
    int m_quantity;
    std::string m_text;
};

} // namespace

std::string explanationText(const Explanation &explanation)
{
    return Chapter(explanation).write();
}

template <class Tag>
std::string grouped(Fixed<Tag> value, int decimals)
{
    return fixed(value.toDouble(), decimals);
}

template std::string grouped(Price, int);
template std::string grouped(Quantity, int);
template std::string grouped(Money, int);
template std::string grouped(Ratio, int);

int priceDecimals(const Instrument &instrument)
{
    return decimalsOf(instrument.tick.raw);
}

int quantityDecimals(const Instrument &instrument)
{
    return decimalsOf(instrument.lot.raw);
}

std::string orderLine(const Order &order, const Instrument &instrument)
{
    const int decimals = priceDecimals(instrument);
    std::string text = std::string(enumName(order.side)) + ' ' + grouped(order.quantity, quantityDecimals(instrument))
        + ' ' + instrument.symbol;
    switch (order.type) {
    case OrderType::Market:
        text += " at market";
        break;
    case OrderType::Limit:
        text += " at " + grouped(order.limitPrice, decimals) + " or better";
        break;
    case OrderType::Stop:
        text += " at market when it trades at " + grouped(order.stopPrice, decimals) + " (stop)";
        break;
    case OrderType::TakeProfit:
        text += " at market when it trades at " + grouped(order.stopPrice, decimals) + " (target)";
        break;
    }
    if (order.protectiveStop.isPositive()) {
        text += ", stop " + grouped(order.protectiveStop, decimals);
    }
    if (order.protectiveTarget.isPositive()) {
        text += ", target " + grouped(order.protectiveTarget, decimals);
    }
    return text;
}

} // namespace coinswarm::api
