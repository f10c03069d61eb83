// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "api/denial_code.h"

namespace coinswarm::api {

std::string_view description(DenialCode code)
{
    switch (code) {
    case DenialCode::PositionSize:
        return "The position with all pending entries would be larger than allowed, in money or as a share of equity.";
    case DenialCode::OrderNotional:
        return "The order alone is larger than allowed.";
    case DenialCode::GrossExposure:
        return "All positions with all pending entries together would exceed the allowed share of equity.";
    case DenialCode::LossPerTrade:
        return "The loss at the protective stop with fees, or the whole notional without a stop, is more than the "
               "allowed "
               "share of equity.";
    case DenialCode::DailyLoss:
        return "Equity has fallen too far since the UTC day began.";
    case DenialCode::Drawdown:
        return "Equity has fallen too far from its running peak.";
    case DenialCode::TradesPerDay:
        return "Enough entries have been sent or are pending this UTC day.";
    case DenialCode::OrderRate:
        return "Enough orders have been sent within 60 seconds.";
    case DenialCode::PriceBand:
        return "The order's limit or reference price is too far from the last trade.";
    case DenialCode::OpenOrders:
        return "Enough orders are open or pending, protective orders included.";
    case DenialCode::StaleMarket:
        return "The instrument has not traded for too long.";
    case DenialCode::InstrumentRules:
        return "The venue would refuse it: tick, lot, minimum quantity or minimum notional.";
    case DenialCode::InsufficientCash:
        return "Cash does not cover the order with fees and all pending buys.";
    case DenialCode::ShortNotAllowed:
        return "The position would become short where the instrument does not allow it.";
    case DenialCode::Halted:
        return "The kill switch is on.";
    case DenialCode::Paused:
        return "New entries are paused.";
    case DenialCode::NoMarket:
        return "The instrument has no last price yet.";
    case DenialCode::ProtectivePrices:
        return "The stop or the target lies on the wrong side of the entry price.";
    case DenialCode::NotReducing:
        return "A reduce-only order would open, enlarge or turn a position.";
    case DenialCode::Reconciling:
        return "The venue has not yet answered for every order of the session before.";
    case DenialCode::PositionMismatch:
        return "The venue reports another position than the one booked.";
    case DenialCode::NotApproved:
        return "The policy demands an operator's approval of exactly this order within its price band.";
    }
    return "";
}

bool isWaivedForReducing(DenialCode code)
{
    switch (code) {
    case DenialCode::InstrumentRules:
    case DenialCode::NotReducing:
    case DenialCode::Reconciling:
    case DenialCode::PositionMismatch:
    case DenialCode::NotApproved:
        return false;
    default:
        return true;
    }
}

} // namespace coinswarm::api
