// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/record_model.h"

#include <QtCore/QHash>

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

/// Final slots by number, the newest million, with one column per manager. GUI thread.
class QuorumModel final : public RecordModel<QuorumRow>
{
public:
    explicit QuorumModel(const Formats &formats, QObject *parent = nullptr);

    void assignSlots(const std::vector<control::QuorumSlotView> &slotList);
    void append(const control::QuorumSlotView &slot);
    /// Slots before the first one, oldest first.
    void prependSlots(const std::vector<control::QuorumSlotView> &slotList);
    /// Who was caught, by name: their cells turn red.
    void setConvicted(const QStringList &managers);
    const QStringList &managers() const { return m_managers; }
    const QStringList &convicted() const { return m_convicted; }
    /// Words: "kind:add_episode", "slot:18200-18300", "coordinator:m3", "silent:m2", "round:1", "rejected"; anything else is
    /// looked for in the changes, reasons and commits. All must hold.
    RowFilter filterOf(const QString &text) const override;
    /// A filter looks at numbers here, not at formatted cells.
    int filterSlice() const override { return 2'000; }

private:
    QuorumRow rowOf(const control::QuorumSlotView &slot);
    QString shared(const QString &text);
    void meetManagers(const std::vector<control::QuorumSlotView> &slotList);
    std::vector<ColumnSpec<QuorumRow>> columns();

    QStringList m_managers; ///< columns
    QStringList m_convicted;
    QHash<QString, QString> m_texts;
};

} // namespace coinswarm::ui
