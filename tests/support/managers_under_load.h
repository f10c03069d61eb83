// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "support/manager_cluster.h"

#include <QtTest/QTest>

namespace coinswarm::test {

/// Managers, and somebody who proposes to them. For test classes to inherit.
class ManagersUnderLoad
{
protected:
    static constexpr int kLoad = 100; ///< proposals a second

    /// Waits until so many more proposals are decided.
    void goOn(std::size_t more) const
    {
        const std::size_t target = m_proposer->decided() + more;
        QVERIFY2(m_proposer->waitForDecided(target),
                 qPrintable(QStringLiteral("%1 decided of %2, slot %3\n%4")
                                .arg(m_proposer->decided())
                                .arg(m_proposer->proposed())
                                .arg(m_proposer->slot())
                                .arg(QString::fromStdString(m_cluster->printedBy(0)))));
    }

    void endLoadAndCheck()
    {
        m_proposer->end();
        QVERIFY2(m_proposer->waitUntilSettled(),
                 qPrintable(QStringLiteral("%1 of %2 decided").arg(m_proposer->decided()).arg(m_proposer->proposed())));
        const std::string wrong = whatIsWrong(*m_cluster, *m_proposer);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void forget()
    {
        m_proposer.reset();
        m_cluster.reset();
    }

    std::unique_ptr<ManagerCluster> m_cluster;
    std::unique_ptr<Proposer> m_proposer;
};

} // namespace coinswarm::test
