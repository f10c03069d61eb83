// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/session_store.h"

namespace coinswarm::ui {

/// Looks for slots in the whole audit log, newest first. The engine reads, a tenth of a second per question; what is found becomes
/// rows of the model. It rests when much was found, and can be stopped and go on at any time. GUI thread.
class SlotSearch : public QObject
{
    Q_OBJECT

public:
    enum class State : unsigned char {
        Idle, ///< nothing is looked for
        Running,
        Resting, ///< somebody stopped it, or enough was found: goOn()
        Done,
        Failed,
    };
    /// Found ones after which it rests.
    static constexpr int kManyFound = 2'000;

    /// The session outlives it.
    explicit SlotSearch(SessionStore &session, QObject *parent = nullptr);

    /// Begins anew once nobody has typed for a moment, and lets go of what was found before; an empty text ends it.
    void setText(const QString &text);
    void stop();
    void goOn();
    State state() const { return m_state; }
    /// How far it is, for people.
    QString says() const;

Q_SIGNALS:
    void changed();

private:
    void begin();
    void ask();
    void take(const Result<api::SlotPage> &page);
    void setState(State state);

    SessionStore &m_session;
    QString m_text;
    State m_state = State::Idle;
    QTimer m_typed;
    QTimer m_next; ///< the event loop between two questions
    std::uint64_t m_search = 0; ///< answers to earlier ones are late
    std::uint64_t m_lookedFrom = 0; ///< 0 before the first answer
    std::uint64_t m_total = 0;
    double m_known = 0; ///< share of the log that the engine has gone through
    int m_found = 0;
    int m_restAt = kManyFound;
    QString m_error;
};

} // namespace coinswarm::ui
