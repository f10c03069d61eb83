// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/decimal.h>
#include <coinswarm/instrument.h>
#include <coinswarm/position.h>

#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <map>
#include <set>
#include <string>
#include <vector>

/// What the simulated venue's own books say, read from its file.
namespace coinswarm::test {

struct VenueTruth {
    std::map<std::string, int> orders; ///< how often each client id was taken
    std::set<std::string> fills; ///< fill ids
    std::map<std::string, std::int64_t> filled; ///< raw quantity by client id
    std::map<std::string, std::int64_t> positions; ///< raw quantity by symbol
    bool fillTwice = false;
};

inline VenueTruth readVenueTruth(const std::string &sessionFolder)
{
    VenueTruth truth;
    QFile file(QString::fromStdString(sessionFolder + "/venue/venue.jsonl"));
    if (!file.open(QIODevice::ReadOnly)) {
        return truth;
    }
    const auto text = [](const QJsonObject &line, const char *key) {
        return line.value(QLatin1String(key)).toString().toStdString();
    };
    std::map<std::string, std::pair<std::string, int>> bySymbol;
    while (!file.atEnd()) {
        const QJsonObject line = QJsonDocument::fromJson(file.readLine()).object();
        const std::string client = text(line, "client_id");
        if (text(line, "record") == "order") {
            ++truth.orders[client];
            bySymbol[client] = {text(line, "symbol"), text(line, "side") == "buy" ? 1 : -1};
        } else if (text(line, "record") == "fill") {
            truth.fillTwice = !truth.fills.insert(text(line, "fill_id")).second || truth.fillTwice;
            const auto &[symbol, sign] = bySymbol[client];
            const std::int64_t quantity = Quantity::parse(text(line, "quantity")).value().raw;
            truth.filled[client] += quantity;
            truth.positions[symbol] += sign * quantity;
        }
    }
    return truth;
}

/// Where positions differ from the venue's; empty if nowhere.
inline std::string positionDisagreement(VenueTruth &truth, const std::vector<Position> &positions,
                                        const std::vector<Instrument> &instruments)
{
    std::string text;
    for (const Position &position : positions) {
        const std::string &symbol = instruments[position.instrument.value - 1].symbol;
        if (truth.positions[symbol] != position.quantity.raw) {
            text += symbol + ": booked " + toString(position.quantity) + ", at the venue "
                + toString(Quantity::fromRaw(truth.positions[symbol])) + "; ";
        }
    }
    return text;
}

} // namespace coinswarm::test
