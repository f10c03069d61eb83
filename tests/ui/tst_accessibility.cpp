// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "desktop_fixture.h"

#include <QtGui/QAccessible>

using namespace coinswarm;
using namespace coinswarm::ui;
using namespace Qt::StringLiterals;

/// The desktop as a screen reader sees it: the tree of names, roles and values. With COINSWARM_ACCESSIBILITY=folder the trees
/// are kept to be read.
class AccessibilityTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everythingThatTakesTheFocusSaysWhatItIs_data();
    void everythingThatTakesTheFocusSaysWhatItIs();
    void numbersCanBeRead();
    void cellsSayTheirColumn();
    void stateOfAnApprovalCanBeRead();

private:
    struct Node {
        int depth;
        QString role;
        QString name;
        QString value;
        QString description;
        bool focusable;
        QString type;
    };
    static void walk(QAccessibleInterface *at, int depth, std::vector<Node> &nodes);
    static std::vector<Node> treeOf(QWidget &window);
    static QString asText(const std::vector<Node> &nodes);
};

void AccessibilityTest::walk(QAccessibleInterface *at, int depth, std::vector<Node> &nodes)
{
    if (!at || !at->isValid() || at->state().invisible || depth > 40) {
        return;
    }
    const QMetaEnum roles = QMetaEnum::fromType<QAccessible::Role>();
    const char *role = roles.valueToKey(at->role());
    nodes.push_back(
        {depth, QString::fromLatin1(role ? role : "?"), at->text(QAccessible::Name),
         at->valueInterface() ? at->valueInterface()->currentValue().toString() : at->text(QAccessible::Value),
         at->text(QAccessible::Description), at->state().focusable != 0,
         at->object() ? QString::fromLatin1(at->object()->metaObject()->className()) : QString()});
    // The cells of a table are read where the cursor is; their form is tested below.
    if (at->role() == QAccessible::Table || at->role() == QAccessible::Tree || at->role() == QAccessible::List) {
        return;
    }
    for (int i = 0; i < at->childCount(); ++i) {
        walk(at->child(i), depth + 1, nodes);
    }
}

std::vector<AccessibilityTest::Node> AccessibilityTest::treeOf(QWidget &window)
{
    std::vector<Node> nodes;
    walk(QAccessible::queryAccessibleInterface(&window), 0, nodes);
    return nodes;
}

QString AccessibilityTest::asText(const std::vector<Node> &nodes)
{
    QString out;
    for (const Node &node : nodes) {
        out += QString(node.depth * 2, u' ') + node.role + u" “"_s + node.name + u'”';
        out += node.value.isEmpty() ? QString() : u" = "_s + node.value;
        out += node.description.isEmpty() ? QString() : u" ("_s + node.description + u')';
        out += (node.focusable ? u" [focus] "_s : u" "_s) + node.type + u'\n';
    }
    return out;
}

void AccessibilityTest::everythingThatTakesTheFocusSaysWhatItIs_data()
{
    QTest::addColumn<int>("layout");
    QTest::newRow("trading") << static_cast<int>(Layout::Trading);
    QTest::newRow("supervision") << static_cast<int>(Layout::Supervision);
    QTest::newRow("research") << static_cast<int>(Layout::Research);
    QTest::newRow("memory") << static_cast<int>(Layout::Memory);
}

void AccessibilityTest::everythingThatTakesTheFocusSaysWhatItIs()
{
    QFETCH(const int, layout);
    Desktop desktop;
    QVERIFY(desktop.open());
    desktop.engine.turnMemoryOn();
    desktop.window.applyLayout(static_cast<Layout>(layout));
    QVERIFY(desktop.openApproval() || layout == static_cast<int>(Layout::Memory));
    for (QTabBar *bar : desktop.window.findChildren<QTabBar *>(Qt::FindDirectChildrenOnly)) {
        QTRY_VERIFY(!bar->isVisible() || !bar->accessibleName().isEmpty()); // named when the layout has settled
    }
    const std::vector<Node> nodes = treeOf(desktop.window);
    const QString folder = qEnvironmentVariable("COINSWARM_ACCESSIBILITY");
    if (!folder.isEmpty()) {
        QFile file(folder + u"/accessibility-"_s + QString::fromLatin1(QTest::currentDataTag()) + u".txt"_s);
        QVERIFY(QDir().mkpath(folder) && file.open(QIODevice::WriteOnly));
        file.write(asText(nodes).toUtf8());
    }
    int focusable = 0;
    for (const Node &node : nodes) {
        // Parts that Qt makes inside its own widgets are named by their owner.
        if (!node.focusable || node.type.isEmpty() || node.type.startsWith(u"QWidget"_s) || node.type == u"QLineEdit"_s)
        {
            continue;
        }
        ++focusable;
        QVERIFY2(!node.name.isEmpty(), qPrintable(u"no name: "_s + node.role + u' ' + node.type));
        QVERIFY2(node.role != u"NoRole"_s && node.role != u"?"_s, qPrintable(u"no role: "_s + node.name));
    }
    QVERIFY2(focusable > 20, qPrintable(QString::number(focusable)));
}

void AccessibilityTest::numbersCanBeRead()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    const QString tree = asText(treeOf(desktop.window));
    for (const QString &name : {u"equity"_s, u"drawdown"_s, u"risk"_s, u"Session time"_s}) {
        const QRegularExpression line(u"“"_s + name + u"”[^\n]*\\d"_s);
        QVERIFY2(line.match(tree).hasMatch(), qPrintable(name));
    }
    const QRegularExpression mode(u"“Mode”[^\n]*PAPER"_s);
    QVERIFY2(mode.match(tree).hasMatch(), qPrintable(tree.left(2'000)));
    const QRegularExpression health(u"“Engine health”[^\n]*engine ok"_s);
    QVERIFY2(health.match(tree).hasMatch(), qPrintable(tree.left(2'000)));
}

void AccessibilityTest::cellsSayTheirColumn()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    QVERIFY(desktop.openApproval());
    const QAbstractItemModel *model = desktop.window.trading().orders()->view()->model();
    QVERIFY(model->rowCount() > 0);
    for (int column = 0; column < model->columnCount(); ++column) {
        const QString title = model->headerData(column, Qt::Horizontal).toString();
        const QString said = model->index(0, column).data(Qt::AccessibleTextRole).toString();
        QVERIFY2(said.startsWith(title + u": "_s), qPrintable(said));
    }
}

void AccessibilityTest::stateOfAnApprovalCanBeRead()
{
    Desktop desktop;
    QVERIFY(desktop.open());
    ApprovalCard *card = desktop.openApproval();
    QVERIFY(card);
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(card);
    QVERIFY(interface);
    const QString name = interface->text(QAccessible::Name);
    QVERIFY2(name.startsWith(u"Approval "_s) && name.contains(u"BUY"_s) && name.contains(u"BTC-USDT"_s),
             qPrintable(name));
    const QString said = asText(treeOf(*card));
    for (const QString &part : {u"worst case"_s, u"inside band"_s, u"expires"_s}) {
        QVERIFY2(said.contains(part), qPrintable(part + u" in\n"_s + said));
    }
}

QTEST_MAIN(AccessibilityTest)
#include "tst_accessibility.moc"
