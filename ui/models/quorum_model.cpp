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

bool saysText(const QuorumRow &row, const QString &text, const QString &reason)
{
    const bool digits = text.size() >= kLeastCommitDigits
        && std::all_of(text.begin(), text.end(), [](QChar c) { return c.isDigit() || (c >= u'a' && c <= u'f'); });
    return row.change.contains(text, Qt::CaseInsensitive) || row.reasons.contains(reason, Qt::CaseInsensitive)
        || row.coordinator == text || (digits && row.commitText().startsWith(text));
}

Test testOf(const api::SlotWord &word, const QStringList &managers)
{
    using Kind = api::SlotWord::Kind;
    const QString value = text(word.value);
    switch (word.kind) {
    case Kind::Slot:
        return [=](const QuorumRow &row) { return word.from <= row.slot && row.slot <= word.to; };
    case Kind::Round:
        return [=](const QuorumRow &row) { return word.from <= row.round && row.round <= word.to; };
    case Kind::Change:
        return [=](const QuorumRow &row) { return row.change.contains(value, Qt::CaseInsensitive); };
    case Kind::Coordinator:
        return [=](const QuorumRow &row) { return row.coordinator == value; };
    case Kind::Silent:
        return [place = managers.indexOf(value)](const QuorumRow &row) {
            return place >= 0 && static_cast<std::uint32_t>(place) < row.managers && ((row.voted >> place) & 1) == 0;
        };
    case Kind::Refused:
        return [](const QuorumRow &row) { return row.refused() > 0; };
    case Kind::Text:
        break;
    }
    // Rows say "wrong pnl" where the log says "wrong_pnl".
    return [=, reason = words(word.value)](const QuorumRow &row) { return saysText(row, value, reason); };
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
        {u"change"_s, u"What was asked of memory, by kind."_s, Qt::AlignLeft, 140,
         [](const QuorumRow &r, const Formats &) {
             return Cell{r.change, {}, Tone::Normal, r.change};
         }},
    };
    for (int i = 0; i < m_managers.size(); ++i) {
        const QString name = m_managers[i];
        all.push_back(
            {name,
             u"● voted and confirmed its disk, ◐ voted only, ○ no vote in the certificate, ✕ with the number of items it refused."_s,
             Qt::AlignHCenter, 56, [this, i, name](const QuorumRow &r, const Formats &) {
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
    all.push_back({u"round"_s, u"0 unless coordinators let their time pass."_s, Qt::AlignRight, 56,
                   [](const QuorumRow &r, const Formats &) {
                       return Cell{r.round == 0 ? u"0"_s : u"▲ "_s + QString::number(r.round), r.round,
                                   r.round == 0 ? Tone::Muted : Tone::Warn};
                   }});
    all.push_back({u"accepted"_s, u"Items accepted, of those asked."_s, Qt::AlignRight, 76,
                   [](const QuorumRow &r, const Formats &) {
                       return Cell{countText(r.accepted) + u'/' + countText(r.items), r.refused(),
                                   r.refused() > 0 ? Tone::Warn : Tone::Normal};
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

QuorumRow QuorumModel::rowOf(const api::QuorumSlotView &slot)
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
    for (const api::ManagerVoteView &manager : slot.managers) {
        const qsizetype place = m_managers.indexOf(text(manager.manager));
        if (place >= 0) {
            row.voted |= manager.voted ? std::uint64_t{1} << place : 0;
            row.receipted |= manager.receipted ? std::uint64_t{1} << place : 0;
        }
    }
    return row;
}

void QuorumModel::meetManagers(const std::vector<api::QuorumSlotView> &slotList)
{
    QStringList all = m_managers;
    for (const api::QuorumSlotView &slot : slotList) {
        for (const api::ManagerVoteView &manager : slot.managers) {
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

void QuorumModel::assignSlots(const std::vector<api::QuorumSlotView> &slotList)
{
    meetManagers(slotList);
    std::vector<QuorumRow> rows;
    rows.reserve(slotList.size());
    for (const api::QuorumSlotView &slot : slotList) {
        rows.push_back(rowOf(slot));
    }
    m_oldest = slotList.empty() ? 0 : slotList.front().slot;
    m_found.clear();
    assign(rows);
}

void QuorumModel::append(const api::QuorumSlotView &slot)
{
    if (static_cast<qsizetype>(slot.managers.size()) > m_managers.size()) {
        meetManagers({slot});
    }
    if (rowCount() == 0) {
        m_oldest = slot.slot;
    }
    if (!m_search.isEmpty() && api::passes(slot, m_searched)) {
        m_found.insert(slot.slot);
    }
    upsert(rowOf(slot));
}

void QuorumModel::prependSlots(const std::vector<api::QuorumSlotView> &slotList)
{
    meetManagers(slotList);
    std::vector<QuorumRow> rows;
    rows.reserve(slotList.size());
    for (const api::QuorumSlotView &slot : slotList) {
        if (rowCount() == 0 || slot.slot < oldest()) {
            rows.push_back(rowOf(slot));
        }
    }
    if (!rows.empty()) {
        m_oldest = rows.front().slot;
        prepend(rows);
    }
}

void QuorumModel::setConvicted(const QStringList &managers)
{
    if (managers != m_convicted) {
        m_convicted = managers;
        reformat();
    }
}

std::uint64_t QuorumModel::oldest() const
{
    return rowCount() == 0 ? 0 : std::max(m_oldest, row(0).slot);
}

void QuorumModel::setSearch(const QString &text)
{
    m_search = text;
    m_searched = api::slotWords(text.toStdString());
    m_found.clear();
    int before = 0;
    while (before < rowCount() && row(before).slot < m_oldest) {
        ++before;
    }
    removeFirst(before);
}

void QuorumModel::addFound(const std::vector<api::QuorumSlotView> &slotList)
{
    meetManagers(slotList);
    std::vector<QuorumRow> before;
    for (const api::QuorumSlotView &slot : slotList) {
        const int place = rowOfKey(slot.slot);
        if (place >= 0) {
            m_found.insert(slot.slot);
            Q_EMIT dataChanged(index(place, 0), index(place, columnCount() - 1));
        } else if (rowCount() == 0 || slot.slot < row(0).slot) {
            m_found.insert(slot.slot);
            before.push_back(rowOf(slot));
        }
    }
    if (rowCount() == 0 && !before.empty()) {
        m_oldest = before.back().slot + 1;
    }
    prepend(before);
}

RowFilter QuorumModel::filterOf(const QString &text) const
{
    std::vector<Test> tests;
    for (const api::SlotWord &word : api::slotWords(text.toStdString())) {
        tests.push_back(testOf(word, m_managers));
    }
    return [this, wanted = text.simplified(), tests = std::move(tests)](int at) {
        const QuorumRow &candidate = row(at);
        return (wanted == m_search && m_found.contains(candidate.slot))
            || std::all_of(tests.begin(), tests.end(), [&](const Test &test) { return test(candidate); });
    };
}

} // namespace coinswarm::ui
