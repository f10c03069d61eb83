// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A table of a million orders, and one of a million slots, in a real view, offscreen: what one arrival, one change, a sort
// and a filter cost the GUI thread. The baseline in the same run is what Qt offers for the same, QSortFilterProxyModel, at a tenth of the rows.
#include "performance/frame_times.h"

#include "models/orders_model.h"
#include "models/quorum_model.h"
#include "scripted_swarm.h"
#include "theme/preferences.h"
#include "widgets/record_table.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QSortFilterProxyModel>
#include <QtCore/QTemporaryDir>
#include <QtWidgets/QApplication>
#include <QtWidgets/QHeaderView>

using namespace coinswarm;
using namespace coinswarm::bench;
using namespace coinswarm::ui;
using coinswarm::bench::percentiles;
using coinswarm::bench::printResult;
using namespace Qt::StringLiterals;

namespace {

constexpr int kQuantityColumn = 4;

Order orderOf(std::uint64_t id)
{
    Order made;
    made.id = OrderId(id);
    made.instrument = InstrumentId(1 + static_cast<std::uint32_t>(id % 3));
    made.side = id % 2 == 0 ? Side::Buy : Side::Sell;
    made.quantity = Quantity::fromRaw(static_cast<std::int64_t>(id * 2'654'435'761U % 1'000'000'007U));
    made.state = id % 5 == 0 ? OrderState::Cancelled : OrderState::Filled;
    made.created = Timestamp{1'700'000'000'000'000'000 + static_cast<std::int64_t>(id) * 1'000'000'000};
    made.reason = id % 1'000 == 0 ? "the band was left" : "";
    return made;
}

std::vector<Order> orders(std::uint64_t count)
{
    std::vector<Order> list;
    list.reserve(count);
    for (std::uint64_t id = 1; id <= count; ++id) {
        list.push_back(orderOf(id));
    }
    return list;
}

template <class Act>
double timed(Act act)
{
    QElapsedTimer timer;
    timer.start();
    act();
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

/// Turns of the event loop until `busy` is over, each with its own time.
template <class Busy>
QJsonObject turns(Busy busy)
{
    std::vector<double> times;
    double sum = 0;
    do {
        times.push_back(timed([] { QCoreApplication::processEvents(); }));
        sum += times.back();
    } while (busy());
    QJsonObject result = percentiles(times);
    result.insert(u"turns"_s, static_cast<int>(times.size()));
    result.insert(u"total_ms"_s, sum);
    return result;
}

QJsonObject benchTable(std::uint64_t count, int acts)
{
    QTemporaryDir folder;
    Preferences preferences(folder.filePath(u"settings.ini"_s));
    const Formats formats;
    OrdersModel model(formats);
    RecordTable table(model, preferences, u"Orders"_s);
    table.resize(900, 400);
    table.sortDescending(0);
    table.show();
    QJsonObject result{{u"rows"_s, static_cast<double>(count)}};
    const std::vector<Order> list = orders(count);
    result.insert(u"first_show_ms"_s, timed([&] {
                      model.assign(list);
                      QCoreApplication::processEvents();
                  }));
    const auto each = [&](auto act) {
        std::vector<double> times;
        for (int i = 0; i < acts; ++i) {
            times.push_back(timed([&] {
                act(i);
                QCoreApplication::processEvents();
            }));
        }
        return percentiles(times);
    };
    auto next = count;
    result.insert(u"arrival"_s, each([&](int) { model.upsert(orderOf(++next)); }));
    result.insert(u"change"_s, each([&](int i) {
                      Order changed = orderOf(next - static_cast<std::uint64_t>(i) % 100);
                      changed.filled = Quantity::fromRaw(i);
                      model.upsert(changed);
                  }));
    auto *order = qobject_cast<RecordOrder *>(table.view()->model());
    const auto busy = [order] { return order->busy(); };
    table.sortDescending(kQuantityColumn);
    result.insert(u"sort_by_quantity"_s, turns(busy));
    result.insert(u"arrival_while_sorted"_s, each([&](int) { model.upsert(orderOf(++next)); }));
    table.sortDescending(0);
    table.setFilter(u"band was left"_s);
    result.insert(u"filter_one_in_a_thousand"_s, turns(busy));
    table.setFilter(u"no such text"_s);
    result.insert(u"filter_without_a_match"_s, turns(busy));
    return result;
}

QJsonObject benchQt(std::uint64_t count)
{
    const Formats formats;
    OrdersModel model(formats);
    QSortFilterProxyModel proxy;
    proxy.setSourceModel(&model);
    proxy.setSortRole(RecordModelBase::SortRole);
    proxy.setFilterKeyColumn(-1);
    QTableView view;
    view.setModel(&proxy);
    view.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view.resize(900, 400);
    view.show();
    model.assign(orders(count));
    QCoreApplication::processEvents();
    QJsonObject result{{u"rows"_s, static_cast<double>(count)}};
    result.insert(u"sort_by_quantity_ms"_s, timed([&] {
                      proxy.sort(kQuantityColumn, Qt::DescendingOrder);
                      QCoreApplication::processEvents();
                  }));
    result.insert(u"filter_ms"_s, timed([&] {
                      proxy.setFilterFixedString(u"band was left"_s);
                      QCoreApplication::processEvents();
                  }));
    return result;
}

/// The audit trail of the quorum: pages of a thousand slots come in from the newest to the oldest, as the panel reads them.
QJsonObject benchSlots(std::uint64_t count, int acts)
{
    constexpr std::uint64_t kPage = api::SlotQuery::kMostSlots;
    QTemporaryDir folder;
    Preferences preferences(folder.filePath(u"settings.ini"_s));
    const Formats formats;
    const ScriptedSwarm swarm;
    QuorumModel model(formats);
    RecordTable table(model, preferences, u"Slots"_s);
    table.resize(900, 400);
    table.sortDescending(0);
    table.show();
    QJsonObject result{{u"rows"_s, static_cast<double>(count)}};
    std::vector<double> pages;
    for (std::uint64_t last = count; last > 0; last -= std::min(last, kPage)) {
        std::vector<api::QuorumSlotView> page;
        for (std::uint64_t slot = last - std::min(last, kPage) + 1; slot <= last; ++slot) {
            page.push_back(swarm.slot(slot));
        }
        pages.push_back(timed([&] {
            model.prependSlots(page);
            QCoreApplication::processEvents();
        }));
    }
    result.insert(u"page_of_1000_arrives"_s, percentiles(pages));
    std::vector<double> arrivals;
    for (int i = 0; i < acts; ++i) {
        const api::QuorumSlotView next = swarm.slot(++count);
        arrivals.push_back(timed([&] {
            model.append(next);
            QCoreApplication::processEvents();
        }));
    }
    result.insert(u"slot_arrives"_s, percentiles(arrivals));
    auto *order = qobject_cast<RecordOrder *>(table.view()->model());
    const auto busy = [order] { return order->busy(); };
    for (const QString &filter : {u"rejected silent:m4"_s, u"wrong_pnl"_s, u"no such text"_s}) {
        result.insert(u"filter_set_ms "_s + filter, timed([&] { table.setFilter(filter); }));
        result.insert(u"filter "_s + filter, turns(busy));
    }
    return result;
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    const bool quick = app.arguments().contains(u"--quick"_s);
    const int acts = quick ? 200 : 2'000;
    QJsonObject result{{u"benchmark"_s, u"tables"_s}};
    result.insert(u"baseline_qt_proxy_100k"_s, benchQt(100'000));
    for (const auto &[name, rows] :
         {std::pair(u"table_1k"_s, 1'000U), std::pair(u"table_100k"_s, 100'000U), std::pair(u"table_1M"_s, 1'000'000U)})
    {
        result.insert(name, benchTable(rows, acts));
    }
    result.insert(u"slots_1M"_s, benchSlots(1'000'000, acts));
    return printResult(result, app.arguments().contains(u"--json"_s));
}
