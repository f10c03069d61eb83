// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "charts/candle_chart.h"

#include <QtTest/QtTest>

#include <cmath>

using namespace coinswarm;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

/// The market chart under wheel, mouse and keys.
class CandleChartTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void wheelKeepsTheBarUnderTheCursor();
    void dragPansByTheBarsDragged();
    void doubleClickResets();
    void keysPanAndZoom();
    void tickRepaintsNoLayer();
    void newCandleIsFollowedOnlyAtTheEnd();
    void clickOnMarkerAsksForItsOrder();
    void markersAreReachedByKeyboard();
    void crosshairGoesThroughBothPanes_data();
    void crosshairGoesThroughBothPanes();
    void meanOfALineEqualsPlainLoop();
    void aggregateEqualsPlainLoop_data();
    void aggregateEqualsPlainLoop();
    void movingAverageEqualsPlainLoop();
    void timeAndIndexAreInverse();

private:
    static Candle candle(int index);
    void wheel(QPointF at, int delta);

    CandleSeries m_series;
    std::unique_ptr<CandleChart> m_chart;
};

Candle CandleChartTest::candle(int index)
{
    Candle made;
    made.instrument = InstrumentId(1);
    made.interval = Interval{60};
    made.openTime = Timestamp{1'700'000'040'000'000'000 + index * 60'000'000'000LL};
    const double base = 100 + 10 * std::sin(index / 17.0) + (index * 7919 % 101) / 50.0;
    made.open = *Price::fromDouble(base);
    made.close = *Price::fromDouble(base + (index % 3 - 1) * 0.7);
    made.high = *Price::fromDouble(base + 1.3);
    made.low = *Price::fromDouble(base - 1.1);
    made.volume = Quantity::fromInteger(1 + index % 9);
    return made;
}

void CandleChartTest::init()
{
    std::vector<Candle> candles;
    for (int i = 0; i < 5'000; ++i) {
        candles.push_back(candle(i));
    }
    m_series.assign(candles);
    m_chart = std::make_unique<CandleChart>();
    m_chart->content().series = &m_series;
    m_chart->resize(900, 500);
    m_chart->contentChanged();
    m_chart->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_chart.get()));
    m_chart->grab();
}

void CandleChartTest::cleanup()
{
    m_chart.reset();
}

void CandleChartTest::wheel(QPointF at, int delta)
{
    QWheelEvent event(at, m_chart->mapToGlobal(at), {}, {0, delta}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QCoreApplication::sendEvent(m_chart.get(), &event);
    m_chart->grab();
}

void CandleChartTest::wheelKeepsTheBarUnderTheCursor()
{
    const QPointF at(300, 200);
    const double before = m_chart->indexAtX(at.x());
    for (const int delta : {120, 120, 15, -120, 240}) {
        wheel(at, delta);
        QVERIFY2(std::abs(m_chart->indexAtX(at.x()) - before) < 1e-6,
                 qPrintable(QString::number(m_chart->indexAtX(at.x()))));
    }
    QVERIFY(m_chart->window().count() < ChartWindow::kDefaultBars);
}

void CandleChartTest::dragPansByTheBarsDragged()
{
    const double first = m_chart->window().first();
    const double width = m_chart->xOfIndex(first + 1) - m_chart->xOfIndex(first);
    QTest::mousePress(m_chart.get(), Qt::LeftButton, {}, QPoint(400, 200));
    QTest::mouseMove(m_chart.get(), QPoint(500, 200));
    QTest::mouseRelease(m_chart.get(), Qt::LeftButton, {}, QPoint(500, 200));
    QVERIFY2(std::abs(first - m_chart->window().first() - 100 / width) < 1e-6,
             qPrintable(QString::number(m_chart->window().first())));
    QVERIFY(!m_chart->window().follows());
}

void CandleChartTest::doubleClickResets()
{
    const double first = m_chart->window().first();
    wheel({200, 200}, 600);
    QTest::keyClick(m_chart.get(), Qt::Key_Home);
    QTest::mouseDClick(m_chart.get(), Qt::LeftButton, {}, QPoint(300, 200));
    QCOMPARE(m_chart->window().first(), first);
    QCOMPARE(m_chart->window().count(), ChartWindow::kDefaultBars);
}

void CandleChartTest::keysPanAndZoom()
{
    const ChartWindow before = m_chart->window();
    QTest::keyClick(m_chart.get(), Qt::Key_Left);
    QVERIFY(m_chart->window().first() < before.first());
    QTest::keyClick(m_chart.get(), Qt::Key_Plus);
    QVERIFY(m_chart->window().count() < before.count());
    QTest::keyClick(m_chart.get(), Qt::Key_Home);
    QVERIFY(m_chart->window().first() <= 0);
    QTest::keyClick(m_chart.get(), Qt::Key_End);
    QVERIFY(m_chart->window().follows());
}

void CandleChartTest::tickRepaintsNoLayer()
{
    const std::uint64_t layers = m_chart->layersPainted();
    Candle newest = candle(4'999);
    for (int i = 0; i < 20; ++i) {
        newest.close = newest.open + Price::fromRaw(i * 1'000'000);
        m_series.upsert(newest);
        m_chart->barsChanged();
        m_chart->grab();
    }
    QCOMPARE(m_chart->layersPainted(), layers);
    m_series.upsert(candle(5'000));
    m_chart->barsChanged();
    m_chart->grab();
    QCOMPARE(m_chart->layersPainted(), layers + 1);
}

void CandleChartTest::newCandleIsFollowedOnlyAtTheEnd()
{
    const double end = m_chart->window().end();
    m_series.upsert(candle(5'000));
    m_chart->barsChanged();
    QCOMPARE(m_chart->window().end(), end + 1);
    QTest::keyClick(m_chart.get(), Qt::Key_Left);
    const double first = m_chart->window().first();
    m_series.upsert(candle(5'001));
    m_chart->barsChanged();
    QCOMPARE(m_chart->window().first(), first);
}

void CandleChartTest::clickOnMarkerAsksForItsOrder()
{
    m_chart->content().markers = {{candle(4'950).openTime, 100, Side::Buy, OrderId(42), u"BUY"_s}};
    m_chart->contentChanged();
    m_chart->grab();
    QSignalSpy spy(m_chart.get(), &CandleChart::orderClicked);
    const int x = static_cast<int>(m_chart->xOfIndex(4'950.5));
    for (int y = 20; y < 480 && spy.isEmpty(); y += 4) {
        QTest::mouseClick(m_chart.get(), Qt::LeftButton, {}, QPoint(x, y));
    }
    QCOMPARE(spy.count(), 1);
    QCOMPARE(spy.front().front().value<OrderId>(), OrderId(42));
}

void CandleChartTest::markersAreReachedByKeyboard()
{
    m_chart->content().markers = {{candle(100).openTime, 100, Side::Buy, OrderId(1), u"first"_s},
                                  {candle(4'950).openTime, 100, Side::Sell, OrderId(2), u"second"_s}};
    m_chart->contentChanged();
    QSignalSpy spy(m_chart.get(), &CandleChart::orderClicked);
    QTest::keyClick(m_chart.get(), Qt::Key_Period);
    QCOMPARE(m_chart->content().selected, OrderId(1));
    QVERIFY(m_chart->window().first() < 100 && m_chart->window().end() > 100);
    QTest::keyClick(m_chart.get(), Qt::Key_Period);
    QTest::keyClick(m_chart.get(), Qt::Key_Return);
    QCOMPARE(spy.front().front().value<OrderId>(), OrderId(2));
}

void CandleChartTest::crosshairGoesThroughBothPanes_data()
{
    QTest::addColumn<double>("height");
    QTest::newRow("cursor over the candles") << 0.3;
    QTest::newRow("cursor over the indicator") << 0.88;
}

void CandleChartTest::crosshairGoesThroughBothPanes()
{
    QFETCH(const double, height);
    const QImage without = m_chart->grab().toImage();
    const int x = 400;
    const int y = static_cast<int>(m_chart->height() * height);
    QTest::mouseMove(m_chart.get(), QPoint(x, y));
    const QImage with = m_chart->grab().toImage();
    const auto changed = [&](const QRect &part) {
        int pixels = 0;
        for (int row = part.top(); row <= part.bottom(); ++row) {
            for (int column = part.left(); column <= part.right(); ++column) {
                pixels += without.pixel(column, row) != with.pixel(column, row) ? 1 : 0;
            }
        }
        return pixels;
    };
    const int bottom = m_chart->height() - 20; // the time axis
    const int border = bottom * 4 / 5;
    QVERIFY(changed(QRect(x - 6, 40, 12, border - 50)) > (border - 50) / 4);
    QVERIFY(changed(QRect(x - 6, border + 24, 12, bottom - border - 26)) > (bottom - border - 26) / 4);
    // The value under the cursor is printed at the axis of its pane, the time below.
    QVERIFY(changed(QRect(m_chart->width() - 40, y - 8, 30, 16)) > 100);
    QVERIFY(changed(QRect(x - 20, bottom + 4, 40, 12)) > 100);
}

void CandleChartTest::meanOfALineEqualsPlainLoop()
{
    IndicatorLine line{SmaFormula(20)};
    line.update(m_series);
    QVERIFY(std::isnan(line.mean(3, 40))); // has no value yet where it begins
    for (const auto &[first, last] : {std::pair(30, 31), std::pair(19, 4'999), std::pair(100, 900)}) {
        double sum = 0;
        for (int i = first; i < last; ++i) {
            sum += line.value(static_cast<std::size_t>(i));
        }
        const double mean = line.mean(static_cast<std::size_t>(first), static_cast<std::size_t>(last));
        QVERIFY2(std::abs(mean - sum / (last - first)) < 1e-9, qPrintable(QString::number(mean)));
    }
    // The newest bar moves; the sums follow.
    Candle newest = candle(4'999);
    newest.close = *Price::fromDouble(500);
    m_series.upsert(newest);
    line.update(m_series);
    QVERIFY(std::abs(line.mean(4'998, 5'000) - (line.value(4'998) + line.value(4'999)) / 2) < 1e-9);
}

void CandleChartTest::aggregateEqualsPlainLoop_data()
{
    QTest::addColumn<std::size_t>("first");
    QTest::addColumn<std::size_t>("last");
    for (const auto &[first, last] : {std::pair<std::size_t, std::size_t>{0, 5'000},
                                      {1, 5'000},
                                      {3, 4},
                                      {4, 64},
                                      {63, 257},
                                      {1'023, 4'999},
                                      {16, 16}})
    {
        QTest::addRow("%zu-%zu", first, last) << first << last;
    }
}

void CandleChartTest::aggregateEqualsPlainLoop()
{
    QFETCH(const std::size_t, first);
    QFETCH(const std::size_t, last);
    Candle changed = candle(4'999);
    changed.high = Price::fromInteger(500);
    m_series.upsert(changed);
    const ChartBar bar = m_series.aggregate(first, last);
    ChartBar plain;
    for (std::size_t i = first; i < last; ++i) {
        const ChartBar &one = m_series.bar(i);
        plain.open = i == first ? one.open : plain.open;
        plain.high = i == first ? one.high : std::max(plain.high, one.high);
        plain.low = i == first ? one.low : std::min(plain.low, one.low);
        plain.close = one.close;
        plain.volume += one.volume;
    }
    QCOMPARE(bar.open, plain.open);
    QCOMPARE(bar.high, plain.high);
    QCOMPARE(bar.low, plain.low);
    QCOMPARE(bar.close, plain.close);
    QCOMPARE(bar.volume, plain.volume);
}

void CandleChartTest::movingAverageEqualsPlainLoop()
{
    IndicatorLine<SmaFormula> line{SmaFormula(20)};
    CandleSeries growing;
    for (int i = 0; i < 60; ++i) {
        growing.upsert(candle(i));
        line.update(growing);
    }
    QVERIFY(std::isnan(line.value(18)));
    double sum = 0;
    for (std::size_t i = 40; i < 60; ++i) {
        sum += growing.bar(i).close;
    }
    QVERIFY(std::abs(line.value(59) - sum / 20) < 1e-9);
}

void CandleChartTest::timeAndIndexAreInverse()
{
    for (const double index : {0.0, 17.5, 4'999.0, 5'010.0, -3.0}) {
        QVERIFY(std::abs(m_series.indexAt(m_series.timeAt(index)) - index) < 1e-6);
    }
}

QTEST_MAIN(CandleChartTest)
#include "tst_candle_chart.moc"
