// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/risk_text.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

QString valueText(std::int64_t value, api::CheckUnit unit, const Instrument *instrument)
{
    switch (unit) {
    case api::CheckUnit::Money:
        return fixedText(value, 2);
    case api::CheckUnit::Quantity:
        return fixedText(value, instrument ? decimalsOf(instrument->lot.raw) : 5);
    case api::CheckUnit::Price:
        return fixedText(value, instrument ? decimalsOf(instrument->tick.raw) : 2);
    case api::CheckUnit::Count:
        return numberText(static_cast<double>(value), 0);
    case api::CheckUnit::Ratio:
        return percentText(static_cast<double>(value) / 1e8);
    case api::CheckUnit::Bps:
        return numberText(static_cast<double>(value), 0);
    case api::CheckUnit::Duration:
        return numberText(static_cast<double>(value) / 1e9, 1);
    case api::CheckUnit::Flag:
        return value != 0 ? u"yes"_s : u"no"_s;
    }
    return {};
}

QString unitText(api::CheckUnit unit, const Instrument *instrument)
{
    switch (unit) {
    case api::CheckUnit::Money:
    case api::CheckUnit::Price:
        return instrument ? u' ' + text(instrument->quote) : QString();
    case api::CheckUnit::Quantity:
        return instrument ? u' ' + text(instrument->base) : QString();
    case api::CheckUnit::Bps:
        return u" bp"_s;
    case api::CheckUnit::Duration:
        return u" s"_s;
    default:
        return {};
    }
}

QString ruleText(api::CheckRule rule)
{
    switch (rule) {
    case api::CheckRule::AtMost:
        return u" ≤ "_s;
    case api::CheckRule::AtLeast:
        return u" ≥ "_s;
    case api::CheckRule::MultipleOf:
        return u" in steps of "_s;
    case api::CheckRule::Equal:
        break;
    }
    return u" = "_s;
}

} // namespace

QString checkName(const api::RiskCheck &check)
{
    return words(enumName(check.code));
}

QString checkNumbers(const api::RiskCheck &check, const Instrument *instrument)
{
    QString numbers;
    if (check.unit == api::CheckUnit::Flag) {
        numbers = valueText(check.actual, check.unit, instrument);
        if (!check.passed) {
            numbers += u", must be "_s + valueText(check.limit, check.unit, instrument);
        }
    } else {
        numbers = valueText(check.actual, check.unit, instrument) + ruleText(check.rule)
            + valueText(check.limit, check.unit, instrument) + unitText(check.unit, instrument);
    }
    return check.waived ? numbers + u" (waived: only reduces risk)"_s : numbers;
}

QString passedText(const api::RiskReport &report)
{
    const auto passed =
        std::count_if(report.checks.begin(), report.checks.end(), [](const api::RiskCheck &c) { return c.passed; });
    return QString::number(passed) + u'/' + QString::number(report.checks.size());
}

} // namespace coinswarm::ui
