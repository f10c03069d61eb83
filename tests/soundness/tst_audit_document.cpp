// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// docs/quorum-protocol.md must say enough to write a verifier of audit logs from: verify_audit.py is one. Both must agree on
// sound logs and on damaged ones, and name the same slot.

#include "memory/audit/audit_verifier.h"
#include "support/memory_log_maker.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <fstream>
#include <random>

using namespace coinswarm;
using namespace coinswarm::audit;
using namespace coinswarm::journal;
using namespace coinswarm::quorum;

class TestAuditDocument : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_python = QStandardPaths::findExecutable(QStringLiteral("python3"));
        if (m_python.isEmpty()) {
            QSKIP("SKIPPED: python3 not found");
        }
        m_log = auditHeader(m_maker.genesis());
        add(decide({m_maker.episode(1), memory::BenchAgent{"trend", true}}));
        add(decide({m_maker.episode(1), m_maker.episode(2)}));
        const Final second = decide({memory::BenchAgent{"trend", false}});
        add(second);
        add(AuditRecord(m_maker.checkpoint()));
        add(evidence(second));
        Epoch next = m_maker.genesis().epoch;
        next.number = 1;
        next.managers.pop_back();
        add(m_maker.decide({BatchKind::Membership, {encodeChange({next, {}})}}));
        add(decide({m_maker.episode(3)}));
        add(AuditRecord(m_maker.checkpoint()));
    }

    void bothFindItSoundAndThePinnedHeadInIt()
    {
        const std::string head = std::to_string(m_maker.tip().slot) + ":" + toHex(m_maker.tip().commit);
        compare({m_log}, {}, 0);
        compare({m_log}, head, 0);
        compare({m_log}, "4:" + head.substr(2), 1);
        compare({m_log}, "9:" + head.substr(2), 1);
    }

    void bothAgreeOnDamage()
    {
        std::mt19937_64 random(20261121);
        std::vector<ByteBuffer> logs;
        for (int round = 0; round < 60; ++round) {
            ByteBuffer bad = m_log;
            const std::size_t place = random() % m_log.size();
            const auto at = bad.begin() + static_cast<std::ptrdiff_t>(place);
            switch (round % 4) {
            case 0:
                *at ^= static_cast<std::byte>(1U << random() % 8);
                break;
            case 1:
                bad.resize(place);
                break;
            case 2:
                bad.erase(
                    at, at + static_cast<std::ptrdiff_t>(std::min<std::size_t>(random() % 200, m_log.size() - place)));
                break;
            default:
                changeInside(bad, random);
            }
            logs.push_back(std::move(bad));
        }
        compare(logs, {}, -1);
    }

private:
    Final decide(const std::vector<memory::ProposalBody> &bodies)
    {
        return m_maker.decide({BatchKind::Items, m_maker.items(bodies)});
    }

    void add(const AuditRecord &record)
    {
        const ByteBuffer frame = framed(record);
        m_frames.push_back(m_log.size());
        m_log.insert(m_log.end(), frame.begin(), frame.end());
    }

    /// Manager 3 signs two receipts for one round.
    AuditRecord evidence(const Final &final) const
    {
        Receipt one = receiptOf(m_maker.key(0), final, 0);
        one.manager = 3;
        Receipt other = one;
        other.commit[0] ^= std::byte{1};
        for (Receipt *receipt : {&one, &other}) {
            receipt->signature = m_maker.key(3).sign(signedBytes(m_maker.key(0), *receipt)).value();
        }
        return Evidence{Offence::DoubleReceipt, 3, 0, one.slot, {Message(one), Message(other)}};
    }

    /// A changed bit in a record whose checksum is repaired.
    void changeInside(ByteBuffer &log, std::mt19937_64 &random) const
    {
        const std::size_t frame = m_frames[random() % m_frames.size()];
        std::uint32_t length = 0;
        std::memcpy(&length, log.data() + frame, sizeof length);
        log[frame + kRecordPrefix + random() % length] ^= static_cast<std::byte>(1U << random() % 8);
        const std::uint32_t checksum = frameChecksum(ByteView(log).subspan(frame, kRecordPrefix + length));
        std::memcpy(log.data() + frame + sizeof length, &checksum, sizeof checksum);
    }

    /// Both say the same of each log: exit code, and slot of the finding.
    void compare(const std::vector<ByteBuffer> &logs, const std::string &pin, int expected)
    {
        AuditOptions options;
        QStringList arguments{QStringLiteral(COINSWARM_SOURCE_DIR "/tests/soundness/verify_audit.py")};
        if (!pin.empty()) {
            AuditOptions::Pin checkpoint{std::stoull(pin), {}};
            const ByteBuffer commit = fromHex(std::string_view(pin).substr(2), 32).value();
            std::copy(commit.begin(), commit.end(), checkpoint.commit.begin());
            options.checkpoint = checkpoint;
            arguments << QStringLiteral("--checkpoint") << QString::fromStdString(pin);
        }
        std::vector<AuditReport> reports;
        for (const ByteBuffer &log : logs) {
            const std::string file = m_folder.path().toStdString() + "/" + std::to_string(reports.size()) + ".csa";
            std::ofstream out(file, std::ios::binary | std::ios::trunc);
            out.write(reinterpret_cast<const char *>(log.data()), static_cast<std::streamsize>(log.size()));
            out.close();
            reports.push_back(verifyAudit(file, options));
            arguments << QString::fromStdString(file);
        }
        QProcess process;
        process.start(m_python, arguments);
        QVERIFY(process.waitForFinished(240'000));
        const QList<QByteArray> lines = process.readAllStandardOutput().trimmed().split('\n');
        QVERIFY2(lines.size() == static_cast<qsizetype>(logs.size()), process.readAllStandardError().constData());
        static constexpr std::array<int, 4> codes{0, 1, 3, 4};
        for (std::size_t i = 0; i < reports.size(); ++i) {
            const QByteArray &line = lines[static_cast<qsizetype>(i)];
            const int code = codes[static_cast<std::size_t>(reports[i].status)];
            const std::string both = std::to_string(i) + ": " + reports[i].sentence() + " / " + line.toStdString();
            const std::string place = std::to_string(code) + " " + std::to_string(reports[i].slot) + " ";
            QVERIFY2(line.startsWith(place.c_str()) && (expected < 0 || code == expected), both.c_str());
        }
    }

    QTemporaryDir m_folder;
    QString m_python;
    testing::MemoryLogMaker m_maker{4};
    ByteBuffer m_log;
    std::vector<std::size_t> m_frames;
};

QTEST_GUILESS_MAIN(TestAuditDocument)
#include "tst_audit_document.moc"
