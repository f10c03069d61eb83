// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "runtime/session.h"
#include "supervision/local_engine.h"
#include "support/paper_session.h"

#include <QtTest/QtTest>

namespace coinswarm::test {

namespace {

/// Remembers what a session does; its thread writes, the test's reads.
class Witness final : public runtime::SessionObserver
{
public:
    void onEvent(const engine::Event &event) override
    {
        const std::lock_guard lock(m_mutex);
        if (const auto *step = std::get_if<engine::event::ClockStepped>(&event.body)) {
            m_steps.push_back(step->step);
        }
    }
    void onEffect(Timestamp, const engine::Effect &effect) override
    {
        const std::lock_guard lock(m_mutex);
        if (const auto *changed = std::get_if<engine::effect::ApprovalChanged>(&effect)) {
            m_approvals[changed->approval.id] = changed->approval;
        } else if (const auto *halt = std::get_if<engine::effect::HaltChanged>(&effect)) {
            m_halt = halt->state;
        } else if (const auto *alert = std::get_if<engine::effect::Alert>(&effect)) {
            m_alerts.insert(alert->code);
        }
    }
    void onJournalFailed(const Error &) override {}
    void onTick(runtime::Session &) override { ++m_ticks; }

    std::vector<Duration> steps() const
    {
        const std::lock_guard lock(m_mutex);
        return m_steps;
    }
    std::size_t approvals(api::ApprovalState state) const
    {
        const std::lock_guard lock(m_mutex);
        return static_cast<std::size_t>(std::count_if(m_approvals.begin(), m_approvals.end(),
                                                      [&](const auto &row) { return row.second.state == state; }));
    }
    trading::HaltState halt() const
    {
        const std::lock_guard lock(m_mutex);
        return m_halt;
    }
    bool alerted(const std::string &code) const
    {
        const std::lock_guard lock(m_mutex);
        return m_alerts.contains(code);
    }
    std::uint64_t ticks() const { return m_ticks.load(); }

private:
    mutable std::mutex m_mutex;
    std::vector<Duration> m_steps;
    std::map<ApprovalId, api::Approval> m_approvals;
    trading::HaltState m_halt;
    std::set<std::string> m_alerts;
    std::atomic<std::uint64_t> m_ticks{0};
};

} // namespace

/// The computer's clock jumps while a session runs.
class TestSessionClock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aStepHaltsAndExpiresApprovals_data()
    {
        QTest::addColumn<int>("seconds");
        QTest::newRow("an hour forward") << 3'600;
        QTest::newRow("two seconds back") << -2;
    }

    void aStepHaltsAndExpiresApprovals()
    {
        QFETCH(int, seconds);
        QTemporaryDir folder;
        std::atomic<std::int64_t> offset{0};
        plugins::PluginHostOptions hostOptions;
        hostOptions.folders = {{shippedPlugins(), true}};
        hostOptions.stateFolder = folder.filePath(QStringLiteral("plugins")).toStdString();
        plugins::PluginHost plugins(std::move(hostOptions));
        take(plugins.scan());
        config::Sources sources;
        sources.overrides = {"feed.speed=600", "approval.rule=all", "approval.expiry=12h", "approval.band_bps=5000"};
        runtime::SessionOptions options;
        options.configuration = config::loadConfiguration(sources).configuration;
        options.paths = config::Paths::below(folder.path().toStdString());
        take(config::prepareFolders(options.paths));
        options.clockOffset = [&offset] { return Duration(offset.load()); };
        const std::unique_ptr<runtime::Session> session = take(runtime::Session::open(std::move(options), plugins));
        Witness witness;
        session->start({&witness});
        QVERIFY(waitFor([&] { return witness.approvals(api::ApprovalState::Pending) > 0; }, std::chrono::seconds(60)));

        // What a time server corrects is no step, however often it does.
        for (int i = 0; i < 5; ++i) {
            offset += 900'000'000;
            const std::uint64_t ticks = witness.ticks();
            QVERIFY(waitFor([&] { return witness.ticks() > ticks + 1; }));
        }
        QVERIFY(witness.steps().empty());
        QVERIFY(!witness.halt().halted);

        offset += std::int64_t{seconds} * 1'000'000'000;
        QVERIFY(waitFor([&] { return witness.halt().halted; }));
        QVERIFY(witness.steps() == std::vector<Duration>{std::chrono::seconds(seconds)});
        QVERIFY(witness.alerted("clock_stepped"));
        QVERIFY2(witness.halt().reason.find("clock") != std::string::npos, witness.halt().reason.c_str());
        QVERIFY(waitFor([&] { return witness.approvals(api::ApprovalState::Pending) == 0; }));
        QVERIFY(witness.approvals(api::ApprovalState::Expired) > 0);
        QCOMPARE(witness.approvals(api::ApprovalState::Approved), std::size_t{0});
        session->stop();
    }
};

} // namespace coinswarm::test

QTEST_GUILESS_MAIN(coinswarm::test::TestSessionClock)
#include "tst_session_clock.moc"
