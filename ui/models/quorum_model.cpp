// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/quorum_model.h"

#include "models/quorum_text.h"

#include <bit>

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

/// Fewer digits are in too many commits.
constexpr int kLeastCommitDigits = 4;
/// A text that has never been seen costs memory for good; this many are more than kinds and reasons can be.
constexpr int kMostTexts = 20'000;
constexpr int kMostManagerColumns = 64;

using Test = std::function<bool(const QuorumRow &)>;

Cell stateCell(const QuorumRow &row)
{
    const int votes = std::popcount(row.voted);
    const int receipts = std::popcount(row.receipted);
    const QString proof = u"Certificate: "_s + QString::number(votes) + u" votes; final by "_s
        + QString::number(receipts) + u" receipts, of "_s + QString::number(row.managers) + u" managers"_s;
    if (row.accepted == 0 && row.items > 0) {
        return {u"✕ refused"_s, 2, Tone::Down, proof + u". All items were refused."_s};
    }
    if (row.refused() > 0) {
        return {u"◪ in part"_s, 1, Tone::Warn,
                proof + u". "_s + plural(row.refused(), "item"_L1) + u" of "_s + countText(row.items) + u" refused."_s};
    }
    return {u"✓ final"_s, 0, Tone::Up, proof + u'.'};
}

Test numberTest(const QString &range, std::uint64_t (*of)(const QuorumRow &))
{
    const qsizetype dash = range.indexOf(u'-');
    bool okFrom = false;
    bool okTo = false;
    const std::uint64_t from = (dash < 0 ? range : range.left(dash)).toULongLong(&okFrom);
    const std::uint64_t to = dash < 0 ? from : range.mid(dash + 1).toULongLong(&okTo);
    if (!okFrom) {
        return [](const QuorumRow &) { return false; };
    }
    // "slot:18200-" is being typed: from there on.
    const std::uint64_t last = dash < 0 || okTo ? to : std::numeric_limits<std::uint64_t>::max();
    return [=](const QuorumRow &row) { return from <= of(row) && of(row) <= last; };
}

Test textTest(const QString &word)
{
    const bool digits = word.size() >= kLeastCommitDigits
        && std::all_of(word.begin(), word.end(), [](QChar c) {
               return c.isDigit() || (c.toLower() >= u'a' && c.toLower() <= u'f');
           });
    return [word, digits](const QuorumRow &row) {
        return row.change.contains(word, Qt::CaseInsensitive) || row.reasons.contains(word, Qt::CaseInsensitive)
            || (digits && row.commitText().startsWith(word, Qt::CaseInsensitive))
            || row.coordinator.compare(word, Qt::CaseInsensitive) == 0;
    };
}

} // namespace

QString QuorumRow::commitText() const
{
    return QString::fromLatin1(QByteArray::fromRawData(commit.data(), static_cast<qsizetype>(commit.size())).toHex());
}

QuorumModel::QuorumModel(const Formats &formats, QObject *parent)
    : RecordModel(
        formats, [](const QuorumRow &row) { return row.slot; }, {}, kMostRows, parent)
{
    setColumns(columns());
}

std::vector<ColumnSpec<QuorumRow>> QuorumModel::columns()
{
    std::vector<ColumnSpec<QuorumRow>> all{
        {u"slot"_s, u"Place in the chain of commits."_s, Qt::AlignRight, 64,
         [](const QuorumRow &r, const Formats &) {
             return Cell{countText(r.slot), QVariant::fromValue(r.slot)};
         },
         true},
        {u"time"_s, u"When it became final here, wall clock. None for slots from before the start."_s, Qt::AlignLeft,
         70,
         [](const QuorumRow &r, const Formats &f) {
             return Cell{r.time.ns == 0 ? u"–"_s : f.time(r.time), QVariant::fromValue(r.time.ns), Tone::Muted,
                         r.time.ns == 0 ? QString() : fullTimeText(r.time)};
         }},
        {u"change"_s, u"What was asked of memory, by kind."_s, Qt::AlignLeft, 170,
         [](const QuorumRow &r, const Formats &) {
             return Cell{r.change, {}, Tone::Normal, r.change};
         }},
        {u"accepted"_s, u"Items accepted, of those asked."_s, Qt::AlignRight, 70,
         [](const QuorumRow &r, const Formats &) {
             return Cell{countText(r.accepted) + u'/' + countText(r.items), r.refused(),
                         r.refused() > 0 ? Tone::Warn : Tone::Normal};
         }},
    };
    for (int i = 0; i < m_managers.size(); ++i) {
        const QString name = m_managers[i];
        all.push_back(
            {name, u"● voted and confirmed its disk, ◐ voted only, ○ silent, ✕ with the number of items it refused."_s,
             Qt::AlignHCenter, 44, [this, i, name](const QuorumRow &r, const Formats &) {
                 return voteCell(r, i, name, m_convicted.contains(name));
             }});
    }
    all.push_back({u"state"_s, u"A slot is final when a quorum has voted alike and a quorum has it on its disks."_s,
                   Qt::AlignLeft, 80, [](const QuorumRow &r, const Formats &) { return stateCell(r); }});
    all.push_back({u"ms"_s, u"From the first submission known here to the final commit."_s, Qt::AlignRight, 52,
                   [](const QuorumRow &r, const Formats &) {
                       return Cell{r.latencyMs > 0 ? numberText(static_cast<double>(r.latencyMs), 1) : u"–"_s,
                                   static_cast<double>(r.latencyMs)};
                   }});
    all.push_back({u"by"_s, u"Who coordinated the round that decided."_s, Qt::AlignLeft, 40,
                   [](const QuorumRow &r, const Formats &) { return Cell{r.coordinator}; }});
    all.push_back({u"round"_s, u"0 unless coordinators let their time pass."_s, Qt::AlignRight, 48,
                   [](const QuorumRow &r, const Formats &) {
                       return Cell{r.round == 0 ? u"0"_s : u"▲ "_s + QString::number(r.round), r.round,
                                   r.round == 0 ? Tone::Muted : Tone::Warn};
                   }});
    all.push_back({u"reasons"_s, u"Why items were refused, and which managers said nothing."_s, Qt::AlignLeft, 180,
                   [](const QuorumRow &r, const Formats &) {
                       return Cell{r.reasons, {}, Tone::Muted, r.reasons};
                   }});
    return all;
}

QString QuorumModel::shared(const QString &text)
{
    if (m_texts.size() >= kMostTexts) {
        return text;
    }
    return *m_texts.insert(text, m_texts.value(text, text));
}

QuorumRow QuorumModel::rowOf(const control::QuorumSlotView &slot)
{
    QuorumRow row;
    row.slot = slot.slot;
    row.time = slot.time;
    row.round = slot.round;
    row.items = slot.items;
    row.accepted = slot.accepted;
    row.latencyMs = static_cast<float>(slot.latencyMs);
    row.managers = static_cast<std::uint32_t>(slot.managers.size());
    row.change = shared(text(slot.change));
    row.coordinator = shared(text(slot.coordinator));
    row.reasons = shared(reasonsText(slot));
    const QByteArray commit = QByteArray::fromHex(QByteArray::fromStdString(slot.commit));
    std::copy_n(commit.begin(), std::min<qsizetype>(commit.size(), static_cast<qsizetype>(row.commit.size())),
                row.commit.begin());
    for (const control::ManagerVoteView &manager : slot.managers) {
        const qsizetype place = m_managers.indexOf(text(manager.manager));
        if (place >= 0) {
            row.voted |= manager.voted ? std::uint64_t{1} << place : 0;
            row.receipted |= manager.receipted ? std::uint64_t{1} << place : 0;
        }
    }
    return row;
}

void QuorumModel::meetManagers(const std::vector<control::QuorumSlotView> &slotList)
{
    QStringList all = m_managers;
    for (const control::QuorumSlotView &slot : slotList) {
        for (const control::ManagerVoteView &manager : slot.managers) {
            const QString name = text(manager.manager);
            if (all.size() < kMostManagerColumns && !all.contains(name)) {
                all.append(name);
            }
        }
    }
    if (all != m_managers) {
        m_managers = all;
        setColumns(columns());
    }
}

void QuorumModel::assignSlots(const std::vector<control::QuorumSlotView> &slotList)
{
    meetManagers(slotList);
    std::vector<QuorumRow> rows;
    rows.reserve(slotList.size());
    for (const control::QuorumSlotView &slot : slotList) {
        rows.push_back(rowOf(slot));
    }
    assign(rows);
}

void QuorumModel::append(const control::QuorumSlotView &slot)
{
    if (static_cast<qsizetype>(slot.managers.size()) > m_managers.size()) {
        meetManagers({slot});
    }
    upsert(rowOf(slot));
}

void QuorumModel::prependSlots(const std::vector<control::QuorumSlotView> &slotList)
{
    meetManagers(slotList);
    std::vector<QuorumRow> rows;
    rows.reserve(slotList.size());
    for (const control::QuorumSlotView &slot : slotList) {
        if (rowCount() == 0 || slot.slot < row(0).slot) {
            rows.push_back(rowOf(slot));
        }
    }
    prepend(rows);
}

void QuorumModel::setConvicted(const QStringList &managers)
{
    if (managers != m_convicted) {
        m_convicted = managers;
        reformat();
    }
}

RowFilter QuorumModel::filterOf(const QString &text) const
{
    std::vector<Test> tests;
    for (const QString &word : text.split(u' ', Qt::SkipEmptyParts)) {
        const qsizetype colon = word.indexOf(u':');
        const QString key = colon < 0 ? QString() : word.left(colon).toLower();
        const QString value = word.mid(colon + 1);
        if (colon >= 0 && value.isEmpty()) {
            continue; // still being typed
        }
        if (key == "slot"_L1) {
            tests.push_back(numberTest(value, [](const QuorumRow &r) { return r.slot; }));
        } else if (key == "round"_L1) {
            tests.push_back(numberTest(value, [](const QuorumRow &r) { return std::uint64_t{r.round}; }));
        } else if (key == "kind"_L1) {
            tests.push_back([value](const QuorumRow &r) { return r.change.contains(value, Qt::CaseInsensitive); });
        } else if (key == "coordinator"_L1 || key == "by"_L1) {
            tests.push_back([value](const QuorumRow &r) { return r.coordinator == value; });
        } else if (key == "silent"_L1) {
            const qsizetype place = m_managers.indexOf(value);
            tests.push_back([place](const QuorumRow &r) { return place >= 0 && ((r.voted >> place) & 1) == 0; });
        } else if (word.compare("rejected"_L1, Qt::CaseInsensitive) == 0
                   || word.compare("refused"_L1, Qt::CaseInsensitive) == 0)
        {
            tests.push_back([](const QuorumRow &r) { return r.refused() > 0; });
        } else {
            tests.push_back(textTest(word));
        }
    }
    return [this, tests = std::move(tests)](int at) {
        const QuorumRow &candidate = row(at);
        return std::all_of(tests.begin(), tests.end(), [&](const Test &test) { return test(candidate); });
    };
}

} // namespace coinswarm::ui
