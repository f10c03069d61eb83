// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Frames of the market chart at 1,000, 20,000 and 1,000,000 candles, offscreen, beside Qt Charts at 1,000 in the same
// run; and the whole window at 10,000 ticks a second.
#include "performance/frame_times.h"

#include "charts/candle_chart.h"
#include "main_window.h"
#include "scripted_engine.h"

#include <QtCharts/QCandlestickSeries>
#include <QtCharts/QCandlestickSet>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCore/QElapsedTimer>
#include <QtCore/QTemporaryDir>
#include <QtWidgets/QApplication>

#include <cmath>
#include <ctime>

using namespace coinswarm;
using namespace coinswarm::bench;
using namespace coinswarm::ui;
using coinswarm::bench::percentiles;
using coinswarm::bench::printResult;
using namespace Qt::StringLiterals;

namespace {

constexpr QSize kSize(1280, 720);

Candle candle(int index)
{
    Candle made;
    made.instrument = InstrumentId(1);
    made.interval = Interval{60};
    made.openTime = Timestamp{1'600'000'000'000'000'000 + index * 60'000'000'000LL};
    const double base = 30'000 + 9'000 * std::sin(index / 40'000.0) + 400 * std::sin(index / 61.0) + index * 7919 % 101;
    made.open = *Price::fromDouble(base);
    made.close = *Price::fromDouble(base + (index * 31 % 61) - 30);
    made.high = *Price::fromDouble(base + 44);
    made.low = *Price::fromDouble(base - 41);
    made.volume = Quantity::fromInteger(1 + index % 9);
    return made;
}

/// Of this thread: on a busy machine the wall clock also measures everybody else.
double threadMilliseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

template <class Act>
QJsonObject measure(QWidget &widget, int frames, Act act)
{
    QImage target(widget.size(), QImage::Format_ARGB32_Premultiplied);
    widget.render(&target);
    std::vector<double> times;
    std::vector<double> cpuTimes;
    for (int i = 0; i < frames; ++i) {
        act(i);
        const double cpu = threadMilliseconds();
        QElapsedTimer timer;
        timer.start();
        widget.render(&target);
        times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        cpuTimes.push_back(threadMilliseconds() - cpu);
    }
    QJsonObject result = percentiles(std::move(times));
    result.insert(u"p99_cpu_ms"_s, percentiles(std::move(cpuTimes)).value(u"p99_ms"_s));
    return result;
}

QJsonObject benchChart(int candles, int frames)
{
    std::vector<Candle> list;
    list.reserve(static_cast<std::size_t>(candles));
    for (int i = 0; i < candles; ++i) {
        list.push_back(candle(i));
    }
    CandleSeries series;
    series.assign(list);
    CandleChart chart;
    chart.content().series = &series;
    chart.resize(kSize);
    chart.contentChanged();
    // Every frame below has another window or another newest bar, so that nothing is measured that a cache gives away.
    const QJsonObject all = measure(chart, frames, [&, zoomed = false](int i) mutable {
        if (!zoomed) {
            for (int k = 0; k < 60; ++k) {
                chart.zoomBy(2);
            }
            zoomed = true;
        }
        chart.zoomBy(i % 2 == 0 ? 0.999 : 1.001);
    });
    const QJsonObject tick = measure(chart, frames, [&](int i) {
        Candle newest = list.back();
        newest.close = *Price::fromDouble(newest.open.toDouble() + i % 20);
        series.upsert(newest);
        chart.barsChanged();
    });
    chart.resetView();
    const QJsonObject pan = measure(chart, frames, [&](int i) {
        QKeyEvent key(QEvent::KeyPress, i % 40 < 20 ? Qt::Key_Left : Qt::Key_Right, Qt::NoModifier);
        QCoreApplication::sendEvent(&chart, &key);
    });
    return {{u"candles"_s, candles}, {u"whole_range"_s, all}, {u"tick"_s, tick}, {u"pan_160_bars"_s, pan}};
}

QJsonObject benchQtCharts(int candles, int frames)
{
    auto *series = new QCandlestickSeries;
    for (int i = 0; i < candles; ++i) {
        const Candle c = candle(i);
        series->append(new QCandlestickSet(c.open.toDouble(), c.high.toDouble(), c.low.toDouble(), c.close.toDouble()));
    }
    auto *chart = new QChart;
    chart->addSeries(series);
    chart->createDefaultAxes();
    chart->legend()->hide();
    QChartView view(chart);
    view.resize(kSize);
    return measure(view, frames, [&](int i) {
        series->sets().back()->setClose(30'000 + i % 20);
        QCoreApplication::processEvents();
    });
}

/// The time that one delivery of a frame takes in the GUI thread, painting included, with 500 ticks in each.
QJsonObject benchWindow(int frames)
{
    QTemporaryDir folder;
    Preferences preferences(folder.filePath(u"settings.ini"_s));
    ScriptedEngine engine;
    MainWindow window(engine, preferences);
    window.resize(1440, 900);
    window.show();
    QCoreApplication::processEvents();
    std::vector<double> times;
    for (int i = 0; i < frames; ++i) {
        engine.stall(true);
        engine.advance(std::chrono::seconds(166)); // 3 instruments, about 500 ticks: 10,000 a second at 20 frames
        engine.stall(false);
        QElapsedTimer timer;
        timer.start();
        engine.deliver();
        QCoreApplication::processEvents();
        times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    return percentiles(std::move(times));
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    const bool quick = app.arguments().contains(u"--quick"_s);
    const int frames = quick ? 200 : 1'000;
    QJsonObject result{{u"benchmark"_s, u"chart"_s}, {u"frames"_s, frames}};
    const QJsonObject baseline = benchQtCharts(1'000, quick ? 20 : 60);
    result.insert(u"baseline_qt_charts_1000"_s, baseline);
    for (const auto &[name, candles] :
         {std::pair(u"1k"_s, 1'000), std::pair(u"20k"_s, 20'000), std::pair(u"1M"_s, 1'000'000)})
    {
        result.insert(u"chart_"_s + name, benchChart(candles, frames));
    }
    const QJsonObject million = result.value(u"chart_1M"_s).toObject().value(u"whole_range"_s).toObject();
    result.insert(u"ratio_to_qt_charts_1000"_s,
                  baseline.value(u"p50_ms"_s).toDouble() / million.value(u"p50_ms"_s).toDouble());
    result.insert(u"window_10000_ticks_per_second"_s, benchWindow(quick ? 60 : 300));
    return printResult(result, app.arguments().contains(u"--json"_s));
}
