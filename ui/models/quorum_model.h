// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

#include <QtCore/QHash>
#include <QtCore/QSet>

namespace coinswarm::ui {

/// A slot as a row: small, so that a million fit. Its items are kept elsewhere, for the newest slots only. Texts are shared
/// between rows.
struct QuorumRow {
    std::uint64_t slot = 0;
    Timestamp time;
    std::uint64_t voted = 0; ///< a bit per manager
    std::uint64_t receipted = 0;
    std::uint32_t round = 0;
    std::uint32_t items = 0;
    std::uint32_t accepted = 0;
    float latencyMs = 0;
    std::uint32_t managers = 0;
    QString change;
    QString coordinator;
    QString reasons; ///< of what was refused, and who was silent
    std::array<char, 32> commit{};

    std::uint32_t refused() const { return items - accepted; }
    /// Hexadecimal.
    QString commitText() const;
};

/// Final slots by number, the newest million, with one column per manager. Before them there may be rows that a search found
/// in the log. GUI thread.
class QuorumModel final : public RecordModel<QuorumRow>
{
public:
    explicit QuorumModel(const Formats &formats, QObject *parent = nullptr);

    void assignSlots(const std::vector<api::QuorumSlotView> &slotList);
    void append(const api::QuorumSlotView &slot);
    /// Slots before oldest(), oldest first. Not while something is searched.
    void prependSlots(const std::vector<api::QuorumSlotView> &slotList);
    /// From here on every slot is a row, but for those that a search has found; 0 if there is none.
    std::uint64_t oldest() const;
    /// What the engine is asked to look for; rows that were found for another text go.
    void setSearch(const QString &text);
    /// Slots that pass the search, from the newest to the oldest as pages come, each page oldest first. They pass the filter of
    /// the same text even if it is their items that have it.
    void addFound(const std::vector<api::QuorumSlotView> &slotList);
    /// Who was caught, by name: their cells turn red.
    void setConvicted(const QStringList &managers);
    const QStringList &managers() const { return m_managers; }
    const QStringList &convicted() const { return m_convicted; }
    /// In the language of control/slot_filter.h. Rows have no items; the engine's search finds what is in those.
    RowFilter filterOf(const QString &text) const override;
    /// A filter looks at numbers here, not at formatted cells.
    int filterSlice() const override { return 2'000; }

private:
    QuorumRow rowOf(const api::QuorumSlotView &slot);
    QString shared(const QString &text);
    void meetManagers(const std::vector<api::QuorumSlotView> &slotList);
    std::vector<ColumnSpec<QuorumRow>> columns();

    QStringList m_managers; ///< columns
    QStringList m_convicted;
    QHash<QString, QString> m_texts;
    std::uint64_t m_oldest = 0;
    QString m_search;
    std::vector<api::SlotWord> m_searched; ///< the words of it
    QSet<quint64> m_found; ///< by the search
};

} // namespace coinswarm::ui
