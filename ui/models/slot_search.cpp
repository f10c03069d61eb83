// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/slot_search.h"

using namespace Qt::StringLiterals;

namespace coinswarm::ui {

namespace {

constexpr int kTypingMs = 250;

} // namespace

SlotSearch::SlotSearch(SessionStore &session, QObject *parent) : QObject(parent), m_session(session)
{
    m_typed.setSingleShot(true);
    m_typed.setInterval(kTypingMs);
    m_next.setSingleShot(true);
    m_next.setInterval(0);
    connect(&m_typed, &QTimer::timeout, this, &SlotSearch::begin);
    connect(&m_next, &QTimer::timeout, this, &SlotSearch::ask);
}

void SlotSearch::setText(const QString &text)
{
    if (text.simplified() == m_text) {
        return;
    }
    m_text = text.simplified();
    ++m_search;
    m_next.stop();
    m_typed.stop();
    m_session.memory().quorum().setSearch(m_text);
    if (!m_text.isEmpty()) {
        m_typed.start();
    }
    m_lookedFrom = m_total = 0;
    m_known = 0;
    m_found = 0;
    m_restAt = kManyFound;
    setState(State::Idle);
}

void SlotSearch::begin()
{
    if (m_session.memory().enabled()) {
        setState(State::Running);
        ask();
    }
}

void SlotSearch::ask()
{
    const api::SlotQuery query{m_lookedFrom, api::SlotQuery::kMostSlots, m_text.toStdString()};
    m_session.readSlots(query, [self = QPointer(this), search = m_search](const Result<api::SlotPage> &page) {
        if (self && search == self->m_search) {
            self->take(page);
        }
    });
}

void SlotSearch::take(const Result<api::SlotPage> &page)
{
    if (!page.ok()) {
        m_error = text(page.error().message);
        setState(State::Failed);
        return;
    }
    m_known = page->known;
    m_total = page->total;
    if (page->known >= 1) {
        m_lookedFrom = page->lookedFrom;
        m_found += static_cast<int>(page->slots.size());
        m_session.memory().takeFound(page->slots);
    }
    if (m_known >= 1 && m_lookedFrom <= 1) {
        setState(State::Done);
    } else if (m_state == State::Running && m_found >= m_restAt) {
        setState(State::Resting);
    } else if (m_state == State::Running) {
        m_next.start();
        Q_EMIT changed();
    }
}

void SlotSearch::stop()
{
    if (m_state == State::Running) {
        ++m_search;
        m_next.stop();
        setState(State::Resting);
    }
}

void SlotSearch::goOn()
{
    if (m_state == State::Resting || m_state == State::Failed) {
        m_restAt = m_found + kManyFound;
        setState(State::Running);
        ask();
    }
}

void SlotSearch::setState(State state)
{
    m_state = state;
    Q_EMIT changed();
}

QString SlotSearch::says() const
{
    const QString found = countText(static_cast<std::uint64_t>(m_found)) + u" found"_s;
    const QString place = m_lookedFrom == 0
        ? u"the log has not been looked at"_s
        : u"looked down to slot "_s + countText(m_lookedFrom) + u" of "_s + countText(m_total) + u" · "_s + found;
    switch (m_state) {
    case State::Idle:
        break;
    case State::Running:
        return m_known < 1 ? u"Going through the audit log for the first time: "_s + percentText(m_known, 0)
                           : u"Searching the audit log: "_s + place;
    case State::Resting:
        return u"Search stopped: "_s + place;
    case State::Done:
        return u"Whole audit log searched: "_s + found + u" in "_s + plural(m_total, "slot"_L1);
    case State::Failed:
        return u"The audit log cannot be searched: "_s + m_error;
    }
    return {};
}

} // namespace coinswarm::ui
