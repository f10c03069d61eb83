// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "plugins/crash_marker.h"

#include "plugins/crash_signals.h"

#include <QtCore/QFile>
#include <QtCore/QLockFile>

#include <algorithm>
#include <cstring>

namespace coinswarm::plugins {

static_assert(sizeof(CrashMarker::Slot) == 128 && std::atomic<std::uint32_t>::is_always_lock_free,
              "the slots are the format of the file");

namespace {

constexpr qint64 kBytes = static_cast<qint64>(CrashMarker::kSlots * sizeof(CrashMarker::Slot));

std::string nameIn(const CrashMarker::Slot &slot)
{
    return std::string(slot.name.data(), strnlen(slot.name.data(), slot.name.size()));
}

/// Reads what the last process left in the slots and clears them, except for the strikes that may still add up.
std::vector<CrashMarker::Suspect> takeSuspects(CrashMarker::Slot *slots)
{
    constexpr std::uint32_t strikesToBlame = 2;
    std::vector<CrashMarker::Suspect> suspects;
    for (std::size_t i = 0; i < CrashMarker::kSlots; ++i) {
        CrashMarker::Slot &slot = slots[i];
        const std::uint32_t signal = slot.signal.exchange(0);
        const bool loading = slot.loading.exchange(0) != 0;
        slot.running.store(0);
        const std::uint32_t strikes = loading && signal == 0 ? slot.strikes.load() + 1 : 0;
        slot.strikes.store(strikes < strikesToBlame ? strikes : 0);
        if (signal != 0) {
            suspects.push_back({nameIn(slot),
                                "the program crashed with " + signalText(signal)
                                    + (loading ? " while it was being loaded" : " in its code")});
        } else if (strikes >= strikesToBlame) {
            suspects.push_back({nameIn(slot), "the program ended twice in a row while it was being loaded"});
        }
    }
    return suspects;
}

/// True once the file has its size; one that has another is emptied.
bool hasSlots(const QString &path)
{
    QFile file(path);
    return file.size() == kBytes
        || (file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(QByteArray(kBytes, '\0')) == kBytes);
}

} // namespace

struct CrashMarker::Mapping {
    QFile file;
    std::unique_ptr<QLockFile> lock;
    uchar *bytes = nullptr;
};

CrashMarker::CrashMarker() : m_unkept(std::make_unique<std::array<Slot, kSlots>>())
{
    m_slots = m_unkept->data();
}

CrashMarker::~CrashMarker()
{
    const auto inside = [](const Slot &slot) { return slot.loading.load() != 0 || slot.running.load() != 0; };
    if (std::any_of(m_slots, m_slots + kSlots, inside)) {
        // An abandoned thread may yet come back and count itself out.
        static_cast<void>(m_mapping.release());
        static_cast<void>(m_unkept.release());
    }
}

Result<std::vector<CrashMarker::Suspect>> CrashMarker::open(const std::string &folder)
{
    const QString path = QString::fromStdString(folder) + QStringLiteral("/running_plugins");
    auto mapping = std::make_unique<Mapping>();
    mapping->lock = std::make_unique<QLockFile>(path + QStringLiteral(".lock"));
    // A lock counts for as long as its process lives, not for some seconds.
    mapping->lock->setStaleLockTime(0);
    if (!mapping->lock->tryLock()) {
        if (mapping->lock->error() == QLockFile::LockFailedError) {
            return std::vector<Suspect>{};
        }
        return Error{ErrorKind::Environment,
                     "The crash marker in " + folder
                         + " cannot be locked: is the folder writable and the disk not full?"};
    }
    mapping->file.setFileName(path);
    const bool opened = hasSlots(path) && mapping->file.open(QIODevice::ReadWrite);
    mapping->bytes = opened ? mapping->file.map(0, kBytes) : nullptr;
    if (mapping->bytes == nullptr) {
        return Error{ErrorKind::Environment,
                     "The crash marker " + path.toStdString()
                         + " cannot be used: " + mapping->file.errorString().toStdString()};
    }
    // Zeros are a valid slot: the file is the array.
    auto *slots = reinterpret_cast<Slot *>(mapping->bytes);
    std::vector<Suspect> suspects = takeSuspects(slots);
    m_slots = slots;
    m_mapping = std::move(mapping);
    installCrashSignals();
    return suspects;
}

std::size_t CrashMarker::slotFor(const std::string &plugin)
{
    const std::lock_guard lock(m_mutex);
    for (std::size_t i = 0; i < kSlots; ++i) {
        Slot &slot = m_slots[i];
        if (slot.name[0] == '\0') {
            plugin.copy(slot.name.data(), kNameBytes - 1);
            return i;
        }
        if (nameIn(slot) == plugin.substr(0, kNameBytes - 1)) {
            return i;
        }
    }
    return kSlots - 1;
}

CrashMarker::Scope::Scope(CrashMarker *marker, std::size_t slot, Doing doing)
{
    if (marker == nullptr) {
        return;
    }
    Slot &target = marker->m_slots[slot];
    m_count = doing == Doing::Loading ? &target.loading : &target.running;
    m_strikes = doing == Doing::Loading ? &target.strikes : nullptr;
    m_count->fetch_add(1, std::memory_order_relaxed);
    m_outer = noteCrashesIn(&target.signal);
}

CrashMarker::Scope::~Scope()
{
    if (m_count != nullptr) {
        noteCrashesIn(m_outer);
        m_count->fetch_sub(1, std::memory_order_relaxed);
        if (m_strikes != nullptr) {
            m_strikes->store(0, std::memory_order_relaxed);
        }
    }
}

} // namespace coinswarm::plugins
