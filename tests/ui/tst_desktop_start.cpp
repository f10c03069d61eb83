// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desktop/desktop.h"
#include "scripted_engine.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <future>

using namespace coinswarm;
using namespace coinswarm::desktop;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

/// From the first moment to the main window, with an engine that takes its time to open.
class DesktopStartTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void windowIsThereWhileTheEngineOpens();
    void stagesAreTold();
    void failureIsShownWithItsReason();
    void waitingCanBeCancelled();
    void closingTheOutlineCancels();
    void openingThatWillNotEndIsNoticed();

private:
    /// Opens when the test says so.
    EngineOpening::Open held(Result<void> outcome = {});
    void release() { m_gate->set_value(); }

    QTemporaryDir m_folder;
    std::unique_ptr<Preferences> m_preferences;
    std::shared_ptr<std::promise<void>> m_gate;
};

void DesktopStartTest::init()
{
    m_preferences = std::make_unique<Preferences>(m_folder.filePath(u"settings.ini"_s));
}

EngineOpening::Open DesktopStartTest::held(Result<void> outcome)
{
    m_gate = std::make_shared<std::promise<void>>();
    auto gate = std::make_shared<std::future<void>>(m_gate->get_future());
    return [gate, outcome](const EngineOpening::Progress &progress) -> Result<std::unique_ptr<api::Engine>> {
        progress("reading the journal");
        gate->wait();
        progress("opening the database");
        if (!outcome.ok()) {
            return outcome.error();
        }
        return std::unique_ptr<api::Engine>(std::make_unique<ScriptedEngine>());
    };
}

void DesktopStartTest::windowIsThereWhileTheEngineOpens()
{
    Desktop desktop(*m_preferences);
    desktop.open(held());
    QVERIFY(desktop.openingWindow()->isVisible());
    QVERIFY(!desktop.openingWindow()->grab().isNull());
    QTRY_COMPARE(desktop.openingWindow()->stage(), u"reading the journal"_s);
    QVERIFY(desktop.mainWindow() == nullptr);
    if (const QString folder = qEnvironmentVariable("COINSWARM_SCREENSHOTS"); !folder.isEmpty()) {
        QVERIFY(desktop.openingWindow()->grab().save(folder + u"/opening.png"_s));
    }
    release();
    QTRY_VERIFY(desktop.mainWindow() != nullptr);
    QVERIFY(desktop.mainWindow()->isVisible());
    QVERIFY(!desktop.openingWindow()->isVisible());
    QTRY_COMPARE(desktop.mainWindow()->session().freshness(), Freshness::Live);
}

void DesktopStartTest::stagesAreTold()
{
    QStringList stages;
    EngineOpening opening;
    connect(&opening, &EngineOpening::progressed, this, [&](const QString &what) { stages.append(what); });
    QSignalSpy finished(&opening, &EngineOpening::finished);
    opening.start(held());
    release();
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY(opening.take().ok());
    QCOMPARE(stages, (QStringList{u"reading the journal"_s, u"opening the database"_s}));
}

void DesktopStartTest::failureIsShownWithItsReason()
{
    Desktop desktop(*m_preferences);
    desktop.open(held(Error{ErrorKind::Environment, "the journal folder cannot be written"}));
    release();
    QTRY_VERIFY(desktop.errorWindow() != nullptr);
    QVERIFY(desktop.errorWindow()->isVisible());
    QVERIFY(desktop.mainWindow() == nullptr);
    QVERIFY(!desktop.openingWindow()->isVisible());
    QString said;
    for (const QLabel *label : desktop.errorWindow()->findChildren<QLabel *>()) {
        said += label->text();
    }
    QVERIFY2(said.contains(u"the journal folder cannot be written"_s), qPrintable(said));
}

void DesktopStartTest::waitingCanBeCancelled()
{
    Desktop desktop(*m_preferences);
    desktop.open(held());
    QTest::keyClick(desktop.openingWindow()->cancelButton(), Qt::Key_Space);
    QVERIFY(desktop.cancelled());
    release();
    QTimer::singleShot(0, &desktop, &QCoreApplication::quit);
    QCOMPARE(desktop.run(), 0); // comes back when the opening has ended
    QCoreApplication::processEvents();
    QVERIFY(desktop.mainWindow() == nullptr);
}

void DesktopStartTest::closingTheOutlineCancels()
{
    Desktop desktop(*m_preferences);
    desktop.open(held());
    desktop.openingWindow()->close();
    QVERIFY(desktop.cancelled());
    release();
}

void DesktopStartTest::openingThatWillNotEndIsNoticed()
{
    EngineOpening opening;
    opening.start(held());
    QVERIFY(!opening.finishes(std::chrono::milliseconds(20)));
    release();
    QVERIFY(opening.finishes(std::chrono::seconds(30)));
}

QTEST_MAIN(DesktopStartTest)
#include "tst_desktop_start.moc"
