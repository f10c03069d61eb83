// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "venue_ledger.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QSaveFile>

#include <algorithm>

namespace coinswarm::simulated {

namespace {

constexpr std::size_t kLinesBeforeRewrite = 20'000;

QString qt(const std::string &text)
{
    return QString::fromStdString(text);
}

std::string text(const QJsonObject &line, const char *key)
{
    return line.value(QLatin1String(key)).toString().toStdString();
}

template <class Number>
Number number(const QJsonObject &line, const char *key)
{
    const Result<Number> value = Number::parse(text(line, key));
    return value.ok() ? *value : Number();
}

/// Nanoseconds do not fit a JSON number.
Timestamp moment(const QJsonObject &line, const char *key)
{
    return Timestamp{line.value(QLatin1String(key)).toString().toLongLong()};
}

template <class Enum>
Enum choice(const QJsonObject &line, const char *key)
{
    const std::string name = text(line, key);
    const auto &names = kEnumNames<Enum>;
    const auto at = std::find(names.begin(), names.end(), name);
    return static_cast<Enum>(at == names.end() ? 0 : at - names.begin());
}

template <class Enum>
QString nameOf(Enum value)
{
    const std::string_view name = enumName(value);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

void put(QJsonObject &line, const char *key, const QString &value)
{
    line.insert(QLatin1String(key), value);
}

/// The number at the end of "sim-12" and "sim-fill-12".
std::uint64_t serialOf(const std::string &id)
{
    return QString::fromStdString(id.substr(id.rfind('-') + 1)).toULongLong();
}

QByteArray encoded(const QJsonObject &line)
{
    return QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
}

} // namespace

Result<void> VenueLedger::open(const std::string &folder, const std::vector<Instrument> &instruments)
{
    m_instruments = instruments;
    if (folder.empty()) {
        return {};
    }
    m_file.setFileName(qt(folder) + QLatin1String("/venue.jsonl"));
    if (m_file.exists()) {
        if (!m_file.open(QIODevice::ReadOnly)) {
            return Error{ErrorKind::Environment,
                         "cannot read " + m_file.fileName().toStdString() + ": " + m_file.errorString().toStdString()};
        }
        const QByteArray content = m_file.readAll();
        m_file.close();
        if (Result<void> loaded = load(content); !loaded.ok()) {
            return loaded;
        }
        // Killed between the last fill and the record of the order's end.
        for (VenueOrder *order : std::vector<VenueOrder *>(m_open)) {
            if (!order->remaining().isPositive()) {
                order->status = VenueOrderStatus::Filled;
                removeFromOpen(*order);
            }
        }
    }
    return rewrite();
}

Result<void> VenueLedger::load(const QByteArray &content)
{
    qsizetype begin = 0;
    for (std::size_t line = 1; begin < content.size(); ++line) {
        const qsizetype end = content.indexOf('\n', begin);
        if (end < 0) {
            // The process died in the middle of this write, so nothing was reported on the strength of it.
            break;
        }
        const QJsonDocument document = QJsonDocument::fromJson(content.mid(begin, end - begin));
        begin = end + 1;
        if (!document.isObject() || !apply(document.object())) {
            return Error{ErrorKind::Corrupt,
                         m_file.fileName().toStdString() + ":" + std::to_string(line)
                             + ": not a record of the simulated venue. Move the file away to start "
                               "with an empty account."};
        }
    }
    return {};
}

bool VenueLedger::apply(const QJsonObject &line)
{
    const std::string kind = text(line, "record");
    if (kind == "counters") {
        m_orderCount = static_cast<std::uint64_t>(line.value(QLatin1String("orders")).toDouble());
        m_fillCount = static_cast<std::uint64_t>(line.value(QLatin1String("fills")).toDouble());
        return true;
    }
    if (kind == "position") {
        const Instrument *instrument = instrumentBySymbol(line.value(QLatin1String("symbol")).toString());
        if (instrument != nullptr) {
            m_positions[instrument->id] = number<Quantity>(line, "quantity");
        } else {
            m_foreignPositions[text(line, "symbol")] = number<Quantity>(line, "quantity");
        }
        return true;
    }
    if (kind == "order") {
        return applyOrder(line);
    }
    VenueOrder *order = find(text(line, "client_id"));
    if (order == nullptr) {
        // Of a market that this session does not have.
        return kind == "fill" || kind == "triggered" || kind == "closed";
    }
    if (kind == "fill") {
        return applyFill(*order, line);
    }
    if (kind == "triggered") {
        order->triggered = true;
        return true;
    }
    if (kind == "closed" && !order->isOpen()) {
        return true; // Said twice: the file was written anew between the order's end and its record.
    }
    if (kind == "closed") {
        order->status = choice<VenueOrderStatus>(line, "status");
        order->detail = text(line, "detail");
        removeFromOpen(*order);
        return true;
    }
    return false;
}

bool VenueLedger::applyOrder(const QJsonObject &line)
{
    const Instrument *instrument = instrumentBySymbol(line.value(QLatin1String("symbol")).toString());
    if (instrument == nullptr) {
        return true;
    }
    VenueOrder order;
    order.clientId = text(line, "client_id");
    order.venueId = text(line, "venue_id");
    order.instrument = instrument->id;
    order.side = choice<Side>(line, "side");
    order.type = choice<OrderType>(line, "type");
    order.timeInForce = choice<TimeInForce>(line, "time_in_force");
    order.reduceOnly = line.value(QLatin1String("reduce_only")).toBool();
    order.postOnly = line.value(QLatin1String("post_only")).toBool();
    order.quantity = number<Quantity>(line, "quantity");
    order.limitPrice = number<Price>(line, "limit_price");
    order.stopPrice = number<Price>(line, "stop_price");
    order.submitted = moment(line, "submitted");
    order.arrived = moment(line, "arrived");
    order.offered = true; // an order that was there before the restart rests
    if (order.clientId.empty() || find(order.clientId) != nullptr) {
        return false;
    }
    m_orderCount = std::max(m_orderCount, serialOf(order.venueId));
    VenueOrder &kept = *m_orders.emplace(order.clientId, std::make_unique<VenueOrder>(order)).first->second;
    m_open.push_back(&kept);
    return true;
}

bool VenueLedger::applyFill(VenueOrder &order, const QJsonObject &line)
{
    VenueReport report;
    report.kind = ReportKind::Filled;
    report.clientId = order.clientId;
    report.venueOrderId = order.venueId;
    report.venueFillId = text(line, "fill_id");
    report.price = number<Price>(line, "price");
    report.quantity = number<Quantity>(line, "quantity");
    report.fee = number<Money>(line, "fee");
    report.liquidity = choice<Liquidity>(line, "liquidity");
    report.time = moment(line, "time");
    m_fillCount = std::max(m_fillCount, serialOf(report.venueFillId));
    // A rewritten file states the positions after its fills, so that these do not count twice.
    book(order, report);
    return report.quantity.isPositive();
}

Result<void> VenueLedger::rewrite()
{
    QSaveFile file(m_file.fileName());
    m_lines = 0;
    const auto write = [&](const QJsonObject &line) {
        file.write(encoded(line));
        ++m_lines;
    };
    m_file.close();
    if (file.open(QIODevice::WriteOnly)) {
        const auto writeOrder = [&](const VenueOrder &order) {
            write(orderLine(order));
            for (const VenueReport &fill : order.fills) {
                write(fillLine(order, fill));
            }
            if (order.triggered) {
                write(triggeredLine(order));
            }
            if (!order.isOpen()) {
                write(closedLine(order));
            }
        };
        for (const std::string &id : m_closed) {
            writeOrder(*m_orders.at(id));
        }
        for (const VenueOrder *order : m_open) {
            writeOrder(*order);
        }
        const auto writePosition = [&](const std::string &symbol, Quantity quantity) {
            QJsonObject line;
            put(line, "record", QStringLiteral("position"));
            put(line, "symbol", qt(symbol));
            put(line, "quantity", qt(toString(quantity)));
            write(line);
        };
        for (const auto &[id, quantity] : m_positions) {
            writePosition(symbolOf(id), quantity);
        }
        for (const auto &[symbol, quantity] : m_foreignPositions) {
            writePosition(symbol, quantity);
        }
        QJsonObject counters;
        put(counters, "record", QStringLiteral("counters"));
        counters.insert(QLatin1String("orders"), static_cast<double>(m_orderCount));
        counters.insert(QLatin1String("fills"), static_cast<double>(m_fillCount));
        write(counters);
        // commit() does not notice a disk that took only part of it, and would put that part in the place of the whole.
        if (!file.flush() || file.error() != QFileDevice::NoError) {
            file.cancelWriting();
        }
    }
    if (!file.commit() || !m_file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered)) {
        const QString reason = file.error() != QFileDevice::NoError ? file.errorString() : m_file.errorString();
        return Error{ErrorKind::Environment,
                     "cannot write " + m_file.fileName().toStdString() + ": " + reason.toStdString()};
    }
    return {};
}

void VenueLedger::append(const QJsonObject &line)
{
    const QByteArray bytes = encoded(line);
    // What could not be written is missing from the file, and its last line may be torn: from then on only the whole
    // truth, written anew, is good enough.
    const bool whole = m_failure || m_lines > kLinesBeforeRewrite + m_open.size() + m_closed.size();
    if (whole || m_file.write(bytes) != bytes.size()) {
        const Result<void> written = rewrite();
        m_failure = written.ok() ? std::nullopt : std::optional(written.error());
        return;
    }
    ++m_lines;
}

VenueOrder *VenueLedger::find(const std::string &clientId)
{
    const auto at = m_orders.find(clientId);
    return at == m_orders.end() ? nullptr : at->second.get();
}

Quantity VenueLedger::position(InstrumentId instrument) const
{
    const auto at = m_positions.find(instrument);
    return at == m_positions.end() ? Quantity() : at->second;
}

VenueOrder &VenueLedger::add(VenueOrder order)
{
    VenueOrder &kept = *m_orders.emplace(order.clientId, std::make_unique<VenueOrder>(order)).first->second;
    m_open.push_back(&kept);
    if (keeps()) {
        append(orderLine(kept));
    }
    if (kept.status != VenueOrderStatus::Open) {
        close(kept, kept.status, kept.detail);
    }
    return kept;
}

void VenueLedger::book(VenueOrder &order, const VenueReport &report)
{
    order.fills.push_back(report);
    order.filled += report.quantity;
    Quantity &position = m_positions[order.instrument];
    position = order.side == Side::Buy ? position + report.quantity : position - report.quantity;
}

void VenueLedger::fill(VenueOrder &order, const VenueReport &report)
{
    book(order, report);
    if (keeps()) {
        append(fillLine(order, report));
    }
    if (order.remaining().isZero()) {
        close(order, VenueOrderStatus::Filled, {});
    }
}

void VenueLedger::trigger(VenueOrder &order)
{
    order.triggered = true;
    if (keeps()) {
        append(triggeredLine(order));
    }
}

void VenueLedger::close(VenueOrder &order, VenueOrderStatus status, const std::string &detail)
{
    order.status = status;
    order.detail = detail;
    if (keeps()) {
        append(closedLine(order));
    }
    removeFromOpen(order);
    while (m_closed.size() > kClosedKept) {
        m_orders.erase(m_closed.front());
        m_closed.pop_front();
    }
}

void VenueLedger::removeFromOpen(VenueOrder &order)
{
    m_open.erase(std::remove(m_open.begin(), m_open.end(), &order), m_open.end());
    m_closed.push_back(order.clientId);
}

const Instrument *VenueLedger::instrumentBySymbol(const QString &symbol) const
{
    const std::string wanted = symbol.toStdString();
    const auto at = std::find_if(m_instruments.begin(), m_instruments.end(),
                                 [&](const Instrument &i) { return i.symbol == wanted; });
    return at == m_instruments.end() ? nullptr : &*at;
}

std::string VenueLedger::symbolOf(InstrumentId id) const
{
    const auto at =
        std::find_if(m_instruments.begin(), m_instruments.end(), [id](const Instrument &i) { return i.id == id; });
    return at == m_instruments.end() ? std::string() : at->symbol;
}

QJsonObject VenueLedger::orderLine(const VenueOrder &order) const
{
    QJsonObject line;
    put(line, "record", QStringLiteral("order"));
    put(line, "client_id", qt(order.clientId));
    put(line, "venue_id", qt(order.venueId));
    put(line, "symbol", qt(symbolOf(order.instrument)));
    put(line, "side", nameOf(order.side));
    put(line, "type", nameOf(order.type));
    put(line, "time_in_force", nameOf(order.timeInForce));
    line.insert(QLatin1String("reduce_only"), order.reduceOnly);
    line.insert(QLatin1String("post_only"), order.postOnly);
    put(line, "quantity", qt(toString(order.quantity)));
    put(line, "limit_price", qt(toString(order.limitPrice)));
    put(line, "stop_price", qt(toString(order.stopPrice)));
    put(line, "submitted", QString::number(order.submitted.ns));
    put(line, "arrived", QString::number(order.arrived.ns));
    return line;
}

QJsonObject VenueLedger::fillLine(const VenueOrder &order, const VenueReport &report)
{
    QJsonObject line;
    put(line, "record", QStringLiteral("fill"));
    put(line, "client_id", qt(order.clientId));
    put(line, "fill_id", qt(report.venueFillId));
    put(line, "price", qt(toString(report.price)));
    put(line, "quantity", qt(toString(report.quantity)));
    put(line, "fee", qt(toString(report.fee)));
    put(line, "liquidity", nameOf(report.liquidity));
    put(line, "time", QString::number(report.time.ns));
    return line;
}

QJsonObject VenueLedger::triggeredLine(const VenueOrder &order)
{
    QJsonObject line;
    put(line, "record", QStringLiteral("triggered"));
    put(line, "client_id", qt(order.clientId));
    return line;
}

QJsonObject VenueLedger::closedLine(const VenueOrder &order)
{
    QJsonObject line;
    put(line, "record", QStringLiteral("closed"));
    put(line, "client_id", qt(order.clientId));
    put(line, "status", nameOf(order.status));
    put(line, "detail", qt(order.detail));
    return line;
}

} // namespace coinswarm::simulated
