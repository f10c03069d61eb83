// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/explanation_chain.h"

#include "models/risk_text.h"

#include <optional>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

QString idText(QLatin1StringView what, std::uint64_t id)
{
    return what + u' ' + QString::number(id);
}

Tone sideTone(Side side)
{
    return side == Side::Buy ? Tone::Up : Tone::Down;
}

ChainStep fillsStep(const api::Explanation &e, const Formats &f)
{
    ChainStep step{u"Executed"_s, plural(e.fills.size(), "fill"_L1), f.dayTime(e.fills.back().time), {}};
    for (const Fill &fill : e.fills) {
        step.lines.push_back({idText("fill"_L1, fill.id.value),
                              sideText(fill.side) + u' ' + f.quantity(fill.instrument, fill.quantity) + u" at "_s
                                  + f.price(fill.instrument, fill.price) + u", fee "_s + f.money(fill.fee) + u", "_s
                                  + words(enumName(fill.liquidity)),
                              sideTone(fill.side)});
    }
    return step;
}

ChainStep orderStep(const api::Explanation &e, const Formats &f)
{
    const Order &o = e.order;
    ChainStep step{u"Order"_s, idText("order"_L1, o.id.value), f.dayTime(o.created), {}};
    step.lines.push_back({u"what"_s,
                          sideText(o.side) + u' ' + f.quantity(o.instrument, o.quantity) + u' ' + f.symbol(o.instrument)
                              + u' ' + orderPriceText(f, o) + u", "_s + words(enumName(o.purpose)),
                          sideTone(o.side)});
    step.lines.push_back(
        {u"state"_s, words(enumName(o.state)) + (o.reason.empty() ? QString() : u": "_s + text(o.reason))});
    step.lines.push_back({u"decided at"_s, f.price(o.instrument, o.referencePrice)});
    if (!o.protectiveStop.isZero() || !o.protectiveTarget.isZero()) {
        step.lines.push_back({u"protection"_s,
                              u"stop "_s + f.price(o.instrument, o.protectiveStop) + u", target "_s
                                  + f.price(o.instrument, o.protectiveTarget)});
    }
    if (e.parent) {
        step.lines.push_back({u"protects"_s, idText("order"_L1, e.parent->id.value)});
    }
    step.lines.push_back({u"client id"_s, text(o.clientId), Tone::Muted});
    return step;
}

ChainStep approvalStep(const api::Approval &a, const Formats &f)
{
    ChainStep step{u"Approval"_s, idText("approval"_L1, a.id.value), f.dayTime(a.decidedAt), {}};
    QStringList names;
    for (const std::string &name : a.decidedBy) {
        names.append(text(name));
    }
    const bool approved = a.state == api::ApprovalState::Approved;
    step.lines.push_back({u"answer"_s,
                          words(enumName(a.state)) + (names.isEmpty() ? QString() : u" by "_s + names.join(u", "_s))
                              + (a.reason.empty() ? QString() : u": "_s + text(a.reason)),
                          approved ? Tone::Up : Tone::Warn});
    step.lines.push_back({u"worst case"_s, f.money(-abs(a.worstCase)), Tone::Down});
    step.lines.push_back(
        {u"price band"_s, f.price(a.instrument, a.bandLow) + u" – "_s + f.price(a.instrument, a.bandHigh)});
    step.lines.push_back({u"order hash"_s, text(a.orderHash).left(16) + u"…"_s, Tone::Muted});
    return step;
}

ChainStep riskStep(const api::RiskReport &report, const Instrument &instrument, const Formats &f)
{
    ChainStep step{u"Risk checks"_s,
                   passedText(report) + (report.passed ? u" passed"_s : u" – denied"_s),
                   f.dayTime(report.time),
                   {}};
    for (const api::RiskCheck &check : report.checks) {
        step.lines.push_back({(check.passed ? u"✓ "_s : u"✕ "_s) + checkName(check), checkNumbers(check, &instrument),
                              check.passed ? Tone::Normal : Tone::Danger});
    }
    return step;
}

/// What the agents were shown of memory; nothing for a session without.
std::optional<ChainStep> recallStep(const api::Explanation &e, const Formats &f)
{
    const Recall &recall = e.state.recall;
    if (!recall.unavailable.empty()) {
        return ChainStep{u"Memory"_s, {}, {}, {{u"not used"_s, text(recall.unavailable), Tone::Warn}}};
    }
    if (recall.slot == 0 && recall.neighbours.empty()) {
        return std::nullopt;
    }
    ChainStep step{u"Memory: similar episodes"_s, idText("slot"_L1, recall.slot), {}, {}};
    for (const Neighbour &n : recall.neighbours) {
        step.lines.push_back({idText("episode"_L1, n.episode.value),
                              actionText(n.tags.action) + u' ' + text(n.tags.symbol) + u"  "_s
                                  + numberText(n.tags.reward * 100, 2, Sign::Always) + u" %, distance "_s
                                  + QString::number(n.distance) + u", "_s + f.dayTime(n.tags.time),
                              n.tags.reward > 0 ? Tone::Up : Tone::Down});
    }
    return step;
}

ChainStep stateStep(const api::Explanation &e, const Formats &f)
{
    const MarketState &s = e.state;
    ChainStep step{
        u"Market state that the agents saw"_s, u"ask "_s + QString::number(s.ask.value), f.dayTime(s.now), {}};
    const auto price = [&](Price p) { return f.price(s.instrument, p); };
    step.lines.push_back({u"candle"_s,
                          u"O "_s + price(s.candle.open) + u"  H "_s + price(s.candle.high) + u"  L "_s
                              + price(s.candle.low) + u"  C "_s + price(s.candle.close)});
    if (!s.bid.isZero()) {
        step.lines.push_back({u"bid / ask"_s, price(s.bid) + u" / "_s + price(s.bestAsk)});
    }
    step.lines.push_back({u"regime"_s,
                          u"trend "_s + words(enumName(s.regime.trend)) + u", volatility "_s
                              + words(enumName(s.regime.volatility)) + u", spread "_s + words(enumName(s.regime.spread))
                              + u", session "_s + words(enumName(s.regime.session))});
    step.lines.push_back(
        {u"position"_s,
         s.position.quantity.isZero() ? u"flat"_s : f.quantity(s.instrument, s.position.quantity, Sign::Always)});
    step.lines.push_back({u"equity"_s, f.money(s.account.equity)});
    for (std::size_t i = 0; i < e.indicators.size(); ++i) {
        step.lines.push_back({text(e.indicators[i].full()),
                              s.indicators.ready(i) ? numberText(s.indicators.value(i), 4) : u"not ready"_s,
                              s.indicators.ready(i) ? Tone::Normal : Tone::Muted});
    }
    return step;
}

QString voteText(const CountedVote &v)
{
    if (v.status != VoteStatus::Voted) {
        return words(enumName(v.status));
    }
    return (v.vote.veto ? u"⊘ VETO"_s : actionText(v.vote.action)) + u"  confidence "_s
        + numberText(v.vote.confidence, 2) + u", weight "_s + numberText(v.weight, 2) + u", share "_s
        + numberText(v.contribution, 2, Sign::Always) + (v.dissents ? u"  ≠ dissents"_s : QString());
}

} // namespace

std::vector<ChainStep> chainOf(const Decision &d, const Formats &f)
{
    std::vector<ChainStep> chain;
    ChainStep decision{u"Committee decision"_s, idText("decision"_L1, d.id.value), f.dayTime(d.time), {}};
    decision.lines.push_back({u"decided"_s, d.vetoed ? u"⊘ VETO by "_s + f.agent(d.vetoedBy) : actionText(d.action),
                              d.vetoed                       ? Tone::Warn
                                  : d.action == Action::Buy  ? Tone::Up
                                  : d.action == Action::Sell ? Tone::Down
                                                             : Tone::Normal});
    decision.lines.push_back(
        {u"score"_s, numberText(d.score, 3, Sign::Always) + u", acts from ±"_s + numberText(d.threshold, 3)});
    decision.lines.push_back({u"in words"_s, text(d.summary)});
    chain.push_back(std::move(decision));
    ChainStep votes{u"Votes"_s, plural(d.votes.size(), "agent"_L1), {}, {}};
    for (const CountedVote &v : d.votes) {
        votes.lines.push_back({f.agent(v.agent), voteText(v), v.dissents ? Tone::Warn : Tone::Normal});
        for (const std::string &reason : v.vote.reasons) {
            votes.lines.push_back({QString(), u"“"_s + text(reason) + u"”"_s, Tone::Muted});
        }
    }
    chain.push_back(std::move(votes));
    return chain;
}

std::vector<ChainStep> chainOf(const api::Explanation &e, const Formats &given)
{
    Formats f = given;
    if (f.info.agents.empty()) {
        f.info.agents = e.agents;
    }
    std::vector<ChainStep> chain;
    if (!e.fills.empty()) {
        chain.push_back(fillsStep(e, f));
    }
    chain.push_back(orderStep(e, f));
    if (e.approval) {
        chain.push_back(approvalStep(*e.approval, f));
    }
    for (auto it = e.riskReports.rbegin(); it != e.riskReports.rend(); ++it) {
        chain.push_back(riskStep(*it, e.instrument, f));
    }
    for (ChainStep &step : chainOf(e.decision, f)) {
        chain.push_back(std::move(step));
    }
    if (std::optional<ChainStep> recall = recallStep(e, f)) {
        chain.push_back(std::move(*recall));
    }
    chain.push_back(stateStep(e, f));
    return chain;
}

QString chainAsHtml(const std::vector<ChainStep> &chain, const Colors &c)
{
    QString html = u"<table cellspacing='0' cellpadding='2' width='100%'>"_s;
    bool first = true;
    for (const ChainStep &step : chain) {
        if (!first) {
            html += u"<tr><td colspan='2' style='color:%1'>&nbsp;↑ because</td></tr>"_s.arg(c.muted.name());
        }
        first = false;
        html +=
            u"<tr><td colspan='2' style='background:%1; padding:4px'><b>%2</b>&nbsp;&nbsp;<span style='color:%3'>%4%5</span></td></tr>"_s
                .arg(c.raised.name(), step.title.toHtmlEscaped(), c.muted.name(), step.id.toHtmlEscaped(),
                     step.when.isEmpty() ? QString() : u" · "_s + step.when);
        for (const ChainLine &line : step.lines) {
            html +=
                u"<tr><td style='color:%1; padding-left:8px; padding-right:10px' width='150'>%2</td><td style='color:%3'>%4</td></tr>"_s
                    .arg(c.muted.name(), QString(line.label.toHtmlEscaped()).replace(u' ', u"&nbsp;"_s),
                         toneColor(c, line.tone).name(), line.value.toHtmlEscaped());
        }
    }
    return html + u"</table>"_s;
}

QString chainAsText(const std::vector<ChainStep> &chain)
{
    QString out;
    for (const ChainStep &step : chain) {
        if (!out.isEmpty()) {
            out += u"  ↑ because\n"_s;
        }
        out += step.title + u" ["_s + step.id + u"] "_s + step.when + u'\n';
        for (const ChainLine &line : step.lines) {
            out += u"    "_s + line.label.leftJustified(18) + u' ' + line.value + u'\n';
        }
    }
    return out;
}

} // namespace coinswarm::ui
