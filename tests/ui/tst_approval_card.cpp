// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desktop_fixture.h"

using namespace coinswarm;
using namespace coinswarm::api;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

/// An approval is given on purpose or not at all.
class ApprovalCardTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void buttonsStayInsideANarrowPanel();
    void noSingleKeyAnswers_data();
    void noSingleKeyAnswers();
    void aClickOnlySaysToHold();
    void holdingTheButtonApproves();
    void selectThenHoldEnterApproves();
    void selectThenTapEnterDoesNot();
    void selectThenOtherKeyAnswers_data();
    void selectThenOtherKeyAnswers();
    void escapeDropsTheSelection();
    void anotherHashDropsTheSelection();
    void answerQuotesTheHashThatWasShown();
    void refusedAnswerLeavesTheCardUsable();
    void lastTenSecondsAreUrgent();
    void nothingCanBeAnsweredWhileDisconnected();
};

void ApprovalCardTest::noSingleKeyAnswers_data()
{
    QTest::addColumn<Qt::Key>("key");
    for (const Qt::Key key :
         {Qt::Key_A, Qt::Key_R, Qt::Key_Y, Qt::Key_Return, Qt::Key_Enter, Qt::Key_Space, Qt::Key_Escape})
    {
        QTest::addRow("%d", static_cast<int>(key)) << key;
    }
}

void ApprovalCardTest::noSingleKeyAnswers()
{
    QFETCH(const Qt::Key, key);
    Desktop desktop;
    QVERIFY(desktop.open());
    ApprovalCard *card = desktop.openApproval();
    QVERIFY(card);
    for (QWidget *target : std::initializer_list<QWidget *>{card, card->approveButton(), card->rejectButton()}) {
        QTest::keyClick(target, key);
    }
    for (int i = 0; i < 5; ++i) {
        QTest::keyClick(card, key);
    }
    QVERIFY(desktop.engine.answers.empty());
}

void ApprovalCardTest::aClickOnlySaysToHold()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    ApprovalCard *card = desktop.openApproval();
    QVERIFY(card);
    QTest::mouseClick(card->approveButton(), Qt::LeftButton);
    QTest::mouseDClick(card->approveButton(), Qt::LeftButton);
    QVERIFY(desktop.engine.answers.empty());
}

void ApprovalCardTest::holdingTheButtonApproves()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    ApprovalCard *card = desktop.openApproval();
    QVERIFY(card);
    QTest::mousePress(card->approveButton(), Qt::LeftButton);
    QTRY_COMPARE(desktop.engine.answers.size(), std::size_t{1});
    QVERIFY(desktop.engine.answers.front().approve);
}

void ApprovalCardTest::buttonsStayInsideANarrowPanel()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    QVERIFY(desktop.openApproval());
    // Something for the list of past answers, which is the longest line of the panel.
    const Approval first = desktop.window.approvals().cards().front()->approval();
    desktop.window.session().answerApproval(first, true, {});
    ApprovalCard *card = desktop.openApproval();
    QVERIFY(card);
    ApprovalsPanel &panel = desktop.window.approvals();
    PanelDock *dock = desktop.window.dock(u"approvals"_s);
    dock->setFloating(true);
    dock->resize(280, 400);
    QTRY_VERIFY(panel.width() <= 280);
    card = panel.cards().back();
    QTRY_COMPARE(card->width(), panel.width());
    for (const QWidget *button : {card->approveButton(), card->rejectButton()}) {
        const QRect place(button->mapTo(&panel, QPoint(0, 0)), button->size());
        QVERIFY2(place.left() >= 0 && place.right() < panel.width(), qPrintable(button->accessibleName()));
    }
}

void ApprovalCardTest::selectThenHoldEnterApproves()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    ApprovalCard *card = desktop.openApproval();
    QVERIFY(card);
    QTest::keyClick(card, Qt::Key_A);
    QCOMPARE(card->choice(), ApprovalCard::Choice::Approve);
    QElapsedTimer held;
    held.start();
    QTest::keyPress(card, Qt::Key_Return);
    QTRY_COMPARE(desktop.engine.answers.size(), std::size_t{1});
    QVERIFY2(held.elapsed() >= 600, qPrintable(QString::number(held.elapsed())));
}

void ApprovalCardTest::selectThenTapEnterDoesNot()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    ApprovalCard *card = desktop.openApproval();
    QVERIFY(card);
    QTest::keyClick(card, Qt::Key_A);
    QTest::keyClick(card, Qt::Key_Return);
    QCOMPARE(card->approveButton()->progress(), 0.0);
    QVERIFY(desktop.engine.answers.empty());
}

void ApprovalCardTest::selectThenOtherKeyAnswers_data()
{
    QTest::addColumn<Qt::Key>("select");
    QTest::addColumn<bool>("approve");
    QTest::newRow("approve") << Qt::Key_A << true;
    QTest::newRow("reject") << Qt::Key_R << false;
}

void ApprovalCardTest::selectThenOtherKeyAnswers()
{
    QFETCH(const Qt::Key, select);
    QFETCH(const bool, approve);
    Desktop desktop;
    QVERIFY(desktop.open());
    ApprovalCard *card = desktop.openApproval();
    QVERIFY(card);
    QTest::keyClick(card, select);
    QTest::keyClick(card, Qt::Key_Y);
    QCOMPARE(desktop.engine.answers.size(), std::size_t{1});
    QCOMPARE(desktop.engine.answers.front().approve, approve);
    QCOMPARE(desktop.engine.answers.front().reason.empty(), approve);
}

void ApprovalCardTest::escapeDropsTheSelection()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    ApprovalCard *card = desktop.openApproval();
    QVERIFY(card);
    QTest::keyClick(card, Qt::Key_A);
    QTest::keyClick(card, Qt::Key_Escape);
    QTest::keyClick(card, Qt::Key_Y);
    QVERIFY(desktop.engine.answers.empty());
}

void ApprovalCardTest::anotherHashDropsTheSelection()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    ApprovalCard *card = desktop.openApproval();
    QVERIFY(card);
    QTest::keyClick(card, Qt::Key_A);
    Approval repriced = card->approval();
    repriced.orderHash = "another";
    card->setApproval(repriced);
    QCOMPARE(card->choice(), ApprovalCard::Choice::None);
    QTest::keyClick(card, Qt::Key_Y);
    QVERIFY(desktop.engine.answers.empty());
}

void ApprovalCardTest::answerQuotesTheHashThatWasShown()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    ApprovalCard *card = desktop.openApproval();
    QVERIFY(card);
    const std::string shown = card->approval().orderHash;
    QTest::keyClick(card, Qt::Key_A);
    QTest::keyClick(card, Qt::Key_Y);
    QCOMPARE(desktop.engine.answers.front().orderHash, shown);
}

void ApprovalCardTest::refusedAnswerLeavesTheCardUsable()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    desktop.engine.refuseAnswers("the price has left the band 61,500 – 62,100");
    ApprovalCard *card = desktop.openApproval();
    QVERIFY(card);
    QTest::keyClick(card, Qt::Key_A);
    QTest::keyClick(card, Qt::Key_Y);
    QTRY_VERIFY(desktop.window.noticeBar().text().contains(u"left the band"_s));
    QVERIFY(card->approveButton()->isEnabled());
}

void ApprovalCardTest::lastTenSecondsAreUrgent()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    desktop.engine.sessionStatus().speed = 1;
    ApprovalCard *card = desktop.openApproval(std::chrono::seconds(9));
    QVERIFY(card);
    const auto *bar = card->findChild<CountdownBar *>();
    QVERIFY(bar->urgent());
    QCOMPARE(bar->text(), u"expires 0:09"_s);
}

void ApprovalCardTest::nothingCanBeAnsweredWhileDisconnected()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    ApprovalCard *card = desktop.openApproval();
    QVERIFY(card);
    desktop.engine.setConnection(false, "gone", std::chrono::seconds(3));
    QVERIFY(!card->approveButton()->isEnabled());
    QTest::keyClick(card, Qt::Key_A);
    QTest::keyClick(card, Qt::Key_Y);
    QVERIFY(desktop.engine.answers.empty());
}

QTEST_MAIN(ApprovalCardTest)
#include "tst_approval_card.moc"
