// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/crc32c.h"

#include <QTest>

#include <string_view>

using namespace coinswarm;
using namespace coinswarm::journal;

namespace {

ByteView view(std::string_view text)
{
    return {reinterpret_cast<const std::byte *>(text.data()), text.size()};
}

} // namespace

class TestJournalCrc32c : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // RFC 3720, B.4, and the check value of the Rocksoft catalogue.
    void givesThePublishedValues()
    {
        QCOMPARE(crc32c(view("123456789")), 0xE3069283U);
        QCOMPARE(crc32c(ByteBuffer(32)), 0x8A9136AAU);
        QCOMPARE(crc32c(ByteBuffer(32, std::byte{0xFF})), 0x62A8AB43U);
        QCOMPARE(crc32c({}), 0U);
    }

    void hardwareAndTablesAgreeAtEveryLengthAndCut()
    {
        ByteBuffer bytes(300);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<std::byte>(i * 167 + 13);
        for (std::size_t n = 0; n <= bytes.size(); ++n) {
            const ByteView all = ByteView(bytes).first(n);
            QCOMPARE(crc32c(all), crc32cPortable(all));
            const std::size_t cut = n * 3 / 7;
            QCOMPARE(crc32c(all.subspan(cut), crc32c(all.first(cut))), crc32cPortable(all));
            QCOMPARE(crc32cPortable(all.subspan(cut), crc32cPortable(all.first(cut))), crc32c(all));
        }
    }
};

QTEST_APPLESS_MAIN(TestJournalCrc32c)
#include "tst_journal_crc32c.moc"
