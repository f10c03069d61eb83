// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/memory_store.h"
#include "theme/preferences.h"

#include <QtWidgets/QWidget>

namespace coinswarm::ui {

/// The mean reward of a pattern as slots changed it while this window watched, with the moments at which its status
/// changed. GUI thread.
class PatternHistory : public QWidget
{
    Q_OBJECT

public:
    /// Both outlive it.
    PatternHistory(const MemoryStore &memory, const Preferences &preferences, QWidget *parent = nullptr);

    void show(PatternId pattern);
    QSize minimumSizeHint() const override { return {160, 76}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const MemoryStore &m_memory;
    const Preferences &m_preferences;
    PatternId m_pattern;
};

} // namespace coinswarm::ui
