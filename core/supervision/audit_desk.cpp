// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "supervision/audit_desk.h"

#include "memory/audit/audit_verifier.h"
#include "supervision/audit_index.h"

#include <algorithm>
#include <mutex>
#include <thread>

namespace coinswarm::supervision {

namespace {

using Clock = std::chrono::steady_clock;

/// How long one question may keep the reading thread: then it says how far it came, and whoever wants more asks again.
constexpr std::chrono::milliseconds kTurn{80};
/// Read forwards together, since a disk does not read backwards.
constexpr std::uint64_t kBlock = 256;

api::AuditState stateOf(audit::AuditStatus status)
{
    switch (status) {
    case audit::AuditStatus::Sound:
        return api::AuditState::Sound;
    case audit::AuditStatus::Bad:
        return api::AuditState::Bad;
    case audit::AuditStatus::Torn:
        return api::AuditState::Torn;
    case audit::AuditStatus::Unreadable:
        break;
    }
    return api::AuditState::Unreadable;
}

double secondsSince(Clock::time_point begun)
{
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

} // namespace

struct AuditDesk::Check {
    std::mutex mutex;
    api::AuditCheckView view;
    Clock::time_point begun;
};

AuditDesk::AuditDesk() : m_check(std::make_shared<Check>())
{
    m_reader.setObjectName(QStringLiteral("audit-read"));
    m_reader.setMaxThreadCount(1);
}

AuditDesk::~AuditDesk()
{
    m_stopping = true;
    m_reader.waitForDone();
}

void AuditDesk::readSlots(const std::string &file, const api::SlotQuery &query,
                          std::function<void(Result<api::SlotPage>)> done)
{
    m_reader.start([this, file, query, done = std::move(done)] { done(read(file, query)); });
}

Result<api::SlotPage> AuditDesk::read(const std::string &file, const api::SlotQuery &query)
{
    const Clock::time_point until = Clock::now() + kTurn;
    if (!m_index) {
        Result<AuditIndex> opened = AuditIndex::open(file);
        if (!opened) {
            return opened.error();
        }
        m_index = std::make_unique<AuditIndex>(std::move(*opened));
    }
    if (const Result<void> followed = m_index->follow(until); !followed) {
        return followed.error();
    }
    api::SlotPage page;
    page.known = m_index->known();
    page.total = m_index->slots();
    if (page.known < 1) {
        return page;
    }
    const std::vector<api::SlotWord> words = api::slotWords(query.text);
    const std::size_t most = std::min(query.limit, api::SlotQuery::kMostSlots);
    page.lookedFrom = page.total + 1;
    if (query.beforeSlot > 0) {
        page.lookedFrom = std::min(page.lookedFrom, query.beforeSlot);
    }
    // What cannot pass need not be read.
    const api::SlotRange range = api::slotRange(words);
    if (range.last < page.lookedFrom - 1) {
        page.lookedFrom = range.last + 1;
    }
    while (page.lookedFrom > range.first && page.slots.size() < most && !m_stopping) {
        // Without words every slot is one that is wanted.
        const std::uint64_t wanted = words.empty() ? std::min<std::uint64_t>(kBlock, most - page.slots.size()) : kBlock;
        const std::uint64_t last = page.lookedFrom - 1;
        const std::uint64_t first = last - std::min(wanted, last - range.first + 1) + 1;
        std::vector<api::QuorumSlotView> block;
        const Result<void> read = m_index->read(first, last, [&](api::QuorumSlotView slot) {
            if (api::passes(slot, words)) {
                block.push_back(std::move(slot));
            }
        });
        if (!read) {
            return read.error();
        }
        page.lookedFrom = first;
        const std::size_t room = most - page.slots.size();
        if (block.size() > room) {
            block.erase(block.begin(), block.end() - static_cast<std::ptrdiff_t>(room));
            page.lookedFrom = block.empty() ? first : block.front().slot;
        }
        page.slots.insert(page.slots.begin(), std::make_move_iterator(block.begin()),
                          std::make_move_iterator(block.end()));
        if (Clock::now() >= until) {
            break;
        }
    }
    if (page.lookedFrom <= range.first) {
        page.lookedFrom = 1;
    }
    return page;
}

api::AuditCheckView AuditDesk::check(const std::string &file, bool begin)
{
    const std::lock_guard lock(m_check->mutex);
    api::AuditCheckView &view = m_check->view;
    if (view.state == api::AuditState::Running) {
        view.seconds = secondsSince(m_check->begun);
        return view;
    }
    if (!begin) {
        return view;
    }
    view = {};
    view.state = api::AuditState::Running;
    m_check->begun = Clock::now();
    // Nothing stops a verifier half way, and leaving the program must not wait minutes for one.
    std::thread([check = m_check, file] {
        audit::AuditOptions options;
        options.progress = [&check](std::uint64_t done, std::uint64_t total) {
            const std::lock_guard inner(check->mutex);
            check->view.progress = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
        };
        const audit::AuditReport report = audit::verifyAudit(file, options);
        const std::lock_guard inner(check->mutex);
        check->view = {stateOf(report.status),    1, report.slot, report.sentence(), report.slots,
                       secondsSince(check->begun)};
    }).detach();
    return view;
}

} // namespace coinswarm::supervision
