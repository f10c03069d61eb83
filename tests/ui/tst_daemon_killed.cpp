// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/paths.h"
#include "main_window.h"
#include "rpc/control_files.h"
#include "rpc/remote_engine.h"

#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

/// The desktop attached to a real coinswarmd, which is killed and started again.
class DaemonKilledTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void desktopOutlivesTheDaemonAndFindsItAgain();
    void desktopThatCameFirstFindsTheDaemon();

private:
    /// Starts a daemon on the data of this test and waits for its address.
    [[nodiscard]] bool startDaemon(const QStringList &more = {});
    void killDaemon();
    [[nodiscard]] std::unique_ptr<api::Engine> attach() const;

    static constexpr int kPatience = 60'000;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_daemon;
    rpc::ControlEndpoint m_endpoint;
};

void DaemonKilledTest::initTestCase()
{
    QVERIFY2(QFileInfo(QStringLiteral(COINSWARM_BINARY_DIR "/bin/coinswarmd")).isExecutable(), "build it: programs");
}

void DaemonKilledTest::cleanup()
{
    if (m_daemon) {
        killDaemon();
    }
    m_folder.reset();
}

bool DaemonKilledTest::startDaemon(const QStringList &more)
{
    if (!m_folder) {
        m_folder = std::make_unique<QTemporaryDir>();
    }
    m_daemon = std::make_unique<QProcess>();
    m_daemon->setProcessChannelMode(QProcess::MergedChannels);
    m_daemon->start(QStringLiteral(COINSWARM_BINARY_DIR "/bin/coinswarmd"),
                    QStringList{u"--data-folder"_s, m_folder->path(), u"--speed"_s, u"120"_s} + more);
    const std::string state = config::Paths::below(m_folder->path().toStdString()).state;
    const bool told = QTest::qWaitFor(
        [&] {
            const Result<rpc::ControlEndpoint> endpoint = rpc::readEndpoint(state);
            if (endpoint.ok() && endpoint->pid == m_daemon->processId()) {
                m_endpoint = *endpoint;
                return true;
            }
            return m_daemon->state() == QProcess::NotRunning && m_daemon->error() != QProcess::UnknownError;
        },
        kPatience);
    if (!told || m_daemon->state() != QProcess::Running) {
        qWarning("%s", m_daemon->readAll().constData());
        return false;
    }
    return true;
}

void DaemonKilledTest::killDaemon()
{
    m_daemon->kill(); // SIGKILL: nothing in it has a chance to say good-bye
    m_daemon->waitForFinished();
}

std::unique_ptr<api::Engine> DaemonKilledTest::attach() const
{
    const Result<std::string> token = rpc::readToken(m_endpoint.tokenFile);
    return token.ok()
        ? rpc::connectRemoteEngine(QUrl(QString::fromStdString(m_endpoint.url)), QString::fromStdString(*token))
        : nullptr;
}

void DaemonKilledTest::desktopOutlivesTheDaemonAndFindsItAgain()
{
    QVERIFY(startDaemon());
    const std::unique_ptr<api::Engine> engine = attach();
    QVERIFY(engine);
    Preferences preferences(m_folder->filePath(u"desktop.ini"_s));
    MainWindow window(*engine, preferences);
    window.show();
    SessionStore &session = window.session();
    QTRY_COMPARE_WITH_TIMEOUT(session.freshness(), Freshness::Live, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(session.decisions().rowCount() > 3, kPatience);
    const DecisionId seen = session.decisions().row(session.decisions().rowCount() - 1).id;

    killDaemon();
    QTRY_COMPARE_WITH_TIMEOUT(session.freshness(), Freshness::Disconnected, kPatience);
    const QRegularExpression said(
        u"^Engine gone since \\d\\d:\\d\\d:\\d\\d UTC; trading may go on there; reconnecting in \\d+ s"_s);
    QTRY_VERIFY2(said.match(window.noticeBar().text()).hasMatch(), qPrintable(window.noticeBar().text()));
    QVERIFY(window.windowTitle().contains(u"disconnected"_s));
    QVERIFY(window.dock(u"market"_s)->dimmed());

    // What was seen stays to be read, the window does what it is told, and what needs the engine says that it is gone.
    QVERIFY(session.decisions().find(seen.value) != nullptr);
    window.applyLayout(Layout::Research);
    QVERIFY(!window.dock(u"approvals"_s)->isVisible());
    window.openPalette();
    window.palette().input()->setText(u"chart"_s);
    QVERIFY(window.palette().matches() > 0);
    QVERIFY(!window.grab().isNull());
    QSignalSpy answered(&session, &SessionStore::answered);
    session.setPaused(true);
    QTRY_COMPARE(answered.count(), 1);
    QCOMPARE(answered.front().at(0).toBool(), false);
    QVERIFY2(answered.front().at(1).toString().contains(u"gone"_s), qPrintable(answered.front().at(1).toString()));

    const std::string url = m_endpoint.url;
    QVERIFY(startDaemon());
    QCOMPARE(m_endpoint.url, url); // or nobody who was connected would find it again
    QTRY_COMPARE_WITH_TIMEOUT(session.freshness(), Freshness::Live, kPatience);
    QVERIFY2(window.noticeBar().textOf(NoticeBar::Level::State).isEmpty(), qPrintable(window.noticeBar().text()));
    QVERIFY(!window.dock(u"market"_s)->dimmed());
    // The session goes on where it was, and so does the window.
    QTRY_VERIFY_WITH_TIMEOUT(session.decisions().rowCount() > 0
                                 && session.decisions().row(session.decisions().rowCount() - 1).id > seen,
                             kPatience);
    session.setPaused(true);
    QTRY_COMPARE_WITH_TIMEOUT(session.status().state, api::RunState::Paused, kPatience);
}

void DaemonKilledTest::desktopThatCameFirstFindsTheDaemon()
{
    QVERIFY(startDaemon());
    const std::unique_ptr<api::Engine> engine = attach();
    QVERIFY(engine);
    killDaemon();
    Preferences preferences(m_folder->filePath(u"desktop.ini"_s));
    MainWindow window(*engine, preferences);
    window.show();
    QTRY_COMPARE_WITH_TIMEOUT(window.session().freshness(), Freshness::Disconnected, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(window.noticeBar().text().contains(u"reconnecting"_s), kPatience);
    QVERIFY(startDaemon());
    QTRY_COMPARE_WITH_TIMEOUT(window.session().freshness(), Freshness::Live, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(window.market().instrumentBox()->count() > 0, kPatience);
}

QTEST_MAIN(DaemonKilledTest)
#include "tst_daemon_killed.moc"
