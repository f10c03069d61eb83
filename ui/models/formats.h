// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "api/engine.h"
#include "models/format.h"

namespace coinswarm::ui {

/// What is needed to show a value: instrument steps, agent names, the clock to use.
struct Formats {
    bool localTime = false;
    api::SessionInfo info;

    const Instrument *instrument(InstrumentId id) const;
    QString symbol(InstrumentId id) const;
    QString price(InstrumentId id, Price price) const;
    QString quantity(InstrumentId id, Quantity quantity, Sign sign = Sign::WhenNegative) const;
    QString money(Money amount, Sign sign = Sign::WhenNegative) const { return fixedText(amount, 2, sign); }
    QString agent(AgentId id) const;
    QString time(Timestamp time) const { return timeText(time, localTime); }
    /// "21 Nov 12:04:31"
    QString dayTime(Timestamp time) const { return dayTimeText(time, localTime); }
    QLatin1StringView zone() const { return localTime ? QLatin1StringView("local") : QLatin1StringView("UTC"); }
};

/// "▲ BUY", "▼ SELL", "– HOLD": shape, word and colour carry the same meaning.
QString actionText(Action action);
QString sideText(Side side);
/// "limit 61,824.10", "stop 60,900.00", "market"
QString orderPriceText(const Formats &formats, const Order &order);

} // namespace coinswarm::ui
