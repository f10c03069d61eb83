// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "control/audit_desk.h"

#include "control/audit_index.h"
#include "memory/audit/audit_verifier.h"

#include <algorithm>
#include <mutex>
#include <thread>

namespace coinswarm::control {

namespace {

using Clock = std::chrono::steady_clock;

/// How long one question may keep the reading thread: then it says how far it came, and whoever wants more asks again.
constexpr std::chrono::milliseconds kTurn{80};
/// Read forwards together, since a disk does not read backwards.
constexpr std::uint64_t kBlock = 256;

AuditState stateOf(quorum::AuditStatus status)
{
    switch (status) {
    case quorum::AuditStatus::Sound:
        return AuditState::Sound;
    case quorum::AuditStatus::Bad:
        return AuditState::Bad;
    case quorum::AuditStatus::Torn:
        return AuditState::Torn;
    case quorum::AuditStatus::Unreadable:
        break;
    }
    return AuditState::Unreadable;
}

double secondsSince(Clock::time_point begun)
{
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

} // namespace

struct AuditDesk::Check {
    std::mutex mutex;
    AuditCheckView view;
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

void AuditDesk::readSlots(const std::string &file, const SlotQuery &query, std::function<void(Result<SlotPage>)> done)
{
    m_reader.start([this, file, query, done = std::move(done)] { done(read(file, query)); });
}

Result<SlotPage> AuditDesk::read(const std::string &file, const SlotQuery &query)
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
    SlotPage page;
    page.known = m_index->known();
    page.total = m_index->slots();
    if (page.known < 1) {
        return page;
    }
    const std::vector<SlotWord> words = slotWords(query.text);
    const std::size_t most = std::min(query.limit, SlotQuery::kMostSlots);
    page.lookedFrom = page.total + 1;
    if (query.beforeSlot > 0) {
        page.lookedFrom = std::min(page.lookedFrom, query.beforeSlot);
    }
    // What cannot pass need not be read.
    const SlotRange range = slotRange(words);
    if (range.last < page.lookedFrom - 1) {
        page.lookedFrom = range.last + 1;
    }
    while (page.lookedFrom > range.first && page.slots.size() < most && !m_stopping) {
        // Without words every slot is one that is wanted.
        const std::uint64_t wanted = words.empty() ? std::min<std::uint64_t>(kBlock, most - page.slots.size()) : kBlock;
        const std::uint64_t last = page.lookedFrom - 1;
        const std::uint64_t first = last - std::min(wanted, last - range.first + 1) + 1;
        std::vector<QuorumSlotView> block;
        const Result<void> read = m_index->read(first, last, [&](QuorumSlotView slot) {
            if (passes(slot, words)) {
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

AuditCheckView AuditDesk::check(const std::string &file, bool begin)
{
    const std::lock_guard lock(m_check->mutex);
    AuditCheckView &view = m_check->view;
    if (view.state == AuditState::Running) {
        view.seconds = secondsSince(m_check->begun);
        return view;
    }
    if (!begin) {
        return view;
    }
    view = {};
    view.state = AuditState::Running;
    m_check->begun = Clock::now();
    // Nothing stops a verifier half way, and leaving the program must not wait minutes for one.
    std::thread([check = m_check, file] {
        quorum::AuditOptions options;
        options.progress = [&check](std::uint64_t done, std::uint64_t total) {
            const std::lock_guard inner(check->mutex);
            check->view.progress = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
        };
        const quorum::AuditReport report = quorum::verifyAudit(file, options);
        const std::lock_guard inner(check->mutex);
        check->view = {stateOf(report.status),    1, report.slot, report.sentence(), report.slots,
                       secondsSince(check->begun)};
    }).detach();
    return view;
}

} // namespace coinswarm::control
