// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "rpc/control_files.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

namespace coinswarm::control {

/// Token and address files.
class TestControlFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTokenIsLongAndNeverTheSame();
    void aNewTokenIsForTheUserAlone();
    void anExistingTokenIsKept();
    void refusesATokenThatOthersCanRead();
    void refusesAFileThatHoldsNoToken();
    void theAddressComesBack();
    void onlyItsOwnerRemovesTheAddress();
    void saysThatThereIsNoAddress();

private:
    QTemporaryDir m_folder;
    std::string path(const char *name) const { return m_folder.filePath(QLatin1StringView(name)).toStdString(); }
};

void TestControlFiles::aTokenIsLongAndNeverTheSame()
{
    const std::string token = rpc::randomToken();
    QCOMPARE(token.size(), std::size_t{64});
    QCOMPARE(token.find_first_not_of("0123456789abcdef"), std::string::npos);
    QVERIFY(token != rpc::randomToken());
}

void TestControlFiles::aNewTokenIsForTheUserAlone()
{
    const std::string file = path("new/control.token");
    const Result<std::string> token = rpc::loadOrCreateToken(file);
    QVERIFY2(token.ok(), token.ok() ? "" : token.error().message.c_str());
    QCOMPARE(
        QFile::permissions(QString::fromStdString(file))
            & (QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther),
        QFileDevice::Permissions());
}

void TestControlFiles::anExistingTokenIsKept()
{
    const Result<std::string> first = rpc::loadOrCreateToken(path("kept.token"));
    const Result<std::string> second = rpc::loadOrCreateToken(path("kept.token"));
    QVERIFY(first.ok() && second.ok());
    QCOMPARE(*first, *second);
    QCOMPARE(*rpc::readToken(path("kept.token")), *first);
}

void TestControlFiles::refusesATokenThatOthersCanRead()
{
    const std::string file = path("open.token");
    QVERIFY(rpc::loadOrCreateToken(file).ok());
    QVERIFY(QFile::setPermissions(QString::fromStdString(file),
                                  QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadOther));
    const Result<std::string> token = rpc::loadOrCreateToken(file);
    QVERIFY(!token.ok());
    QVERIFY(token.error().kind == ErrorKind::Refused);
    QVERIFY(token.error().message.find("chmod 600") != std::string::npos);
}

void TestControlFiles::refusesAFileThatHoldsNoToken()
{
    const QString file = m_folder.filePath(QStringLiteral("wrong.token"));
    QFile out(file);
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write("secret\n");
    out.close();
    QVERIFY(out.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner));
    const Result<std::string> token = rpc::readToken(file.toStdString());
    QVERIFY(!token.ok());
    QVERIFY(token.error().kind == ErrorKind::Corrupt);
}

void TestControlFiles::theAddressComesBack()
{
    const rpc::ControlEndpoint written{"ws://127.0.0.1:4711", 4242, "paper", "/somewhere/control.token"};
    QVERIFY(rpc::writeEndpoint(path("state"), written).ok());
    const Result<rpc::ControlEndpoint> read = rpc::readEndpoint(path("state"));
    QVERIFY(read.ok());
    QCOMPARE(read->url, written.url);
    QCOMPARE(read->pid, written.pid);
    QCOMPARE(read->session, written.session);
    QCOMPARE(read->tokenFile, written.tokenFile);
}

void TestControlFiles::onlyItsOwnerRemovesTheAddress()
{
    QVERIFY(rpc::writeEndpoint(path("owned"), {"ws://127.0.0.1:1", 7, "a", "t"}).ok());
    rpc::removeEndpoint(path("owned"), 8);
    QVERIFY(rpc::readEndpoint(path("owned")).ok());
    rpc::removeEndpoint(path("owned"), 7);
    QVERIFY(!rpc::readEndpoint(path("owned")).ok());
}

void TestControlFiles::saysThatThereIsNoAddress()
{
    const Result<rpc::ControlEndpoint> none = rpc::readEndpoint(path("nowhere"));
    QVERIFY(!none.ok());
    QVERIFY(none.error().kind == ErrorKind::NotFound);
}

} // namespace coinswarm::control

QTEST_GUILESS_MAIN(coinswarm::control::TestControlFiles)
#include "tst_control_files.moc"
