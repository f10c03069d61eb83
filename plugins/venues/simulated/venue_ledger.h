// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "venue_order.h"

#include <coinswarm/instrument.h>

#include <QtCore/QFile>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

class QJsonObject;

namespace coinswarm::simulated {

/// The venue's own truth: its orders, what was filled and what the account holds. Independent of the engine's books,
/// so that a question after a crash gets an honest answer.
///
/// With a folder every change is appended to venue.jsonl in one write before it is reported; a process that is killed
/// loses nothing that it had reported. A torn last line is ignored. After a write that failed the whole file is written
/// anew with the next change, so that it has no holes once there is room again. Thread: the venue's.
class VenueLedger
{
public:
    /// Closed orders beyond this many are forgotten, oldest first; a question about one is answered with NotFound.
    static constexpr std::size_t kClosedKept = 4'096;

    /// Reads what an earlier session left in `folder`; an empty folder keeps nothing.
    Result<void> open(const std::string &folder, const std::vector<Instrument> &instruments);

    VenueOrder *find(const std::string &clientId);
    /// Open orders by arrival. Valid until the next add() or close().
    const std::vector<VenueOrder *> &openOrders() const { return m_open; }
    Quantity position(InstrumentId instrument) const;
    std::string nextVenueId() { return "sim-" + std::to_string(++m_orderCount); }
    std::string nextFillId() { return "sim-fill-" + std::to_string(++m_fillCount); }

    /// Takes over an order that arrived, open or rejected. Its client id must be new.
    VenueOrder &add(VenueOrder order);
    /// Books a fill: the order, the position, and the end of the order if nothing remains.
    void fill(VenueOrder &order, const VenueReport &report);
    void trigger(VenueOrder &order);
    void close(VenueOrder &order, VenueOrderStatus status, const std::string &detail);
    /// What keeps the ledger from being written, if anything does.
    const std::optional<Error> &failure() const { return m_failure; }

private:
    Result<void> load(const QByteArray &text);
    bool apply(const QJsonObject &line);
    bool applyOrder(const QJsonObject &line);
    bool applyFill(VenueOrder &order, const QJsonObject &line);
    Result<void> rewrite();
    bool keeps() const { return !m_file.fileName().isEmpty(); }
    void append(const QJsonObject &line);
    void removeFromOpen(VenueOrder &order);
    void book(VenueOrder &order, const VenueReport &report);
    const Instrument *instrumentBySymbol(const QString &symbol) const;
    std::string symbolOf(InstrumentId id) const;
    QJsonObject orderLine(const VenueOrder &order) const;
    static QJsonObject fillLine(const VenueOrder &order, const VenueReport &report);
    static QJsonObject triggeredLine(const VenueOrder &order);
    static QJsonObject closedLine(const VenueOrder &order);

    std::vector<Instrument> m_instruments;
    std::unordered_map<std::string, std::unique_ptr<VenueOrder>> m_orders;
    std::vector<VenueOrder *> m_open;
    std::deque<std::string> m_closed; ///< client ids, oldest first
    std::map<InstrumentId, Quantity> m_positions;
    std::map<std::string, Quantity> m_foreignPositions; ///< by symbol, of markets this session does not have
    std::uint64_t m_orderCount = 0;
    std::uint64_t m_fillCount = 0;
    QFile m_file;
    std::size_t m_lines = 0;
    std::optional<Error> m_failure;
};

} // namespace coinswarm::simulated
