// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace coinswarm::plugins {

/// Says, after the process died, in whose code it died.
///
/// A small file mapped into memory has a slot per plugin. Entering a plugin's code is one store to that memory, which
/// the kernel keeps when the process goes down. A signal that a crash raises is noted in the slot of the thread it hit.
/// Blamed at the next start: a plugin in whose code a thread crashed, and one that was being loaded or started when the
/// program ended for no visible reason twice in a row. Not blamed: one that merely ran, or was loaded once, when the
/// process was killed or the power failed.
///
/// One process at a time owns the file. A second one works without: it blames nobody.
/// Thread: open() once; the rest from any thread.
class CrashMarker
{
public:
    static constexpr std::size_t kSlots = 64;
    static constexpr std::size_t kNameBytes = 112;

    /// One slot in the file, 128 bytes.
    struct Slot {
        std::array<char, kNameBytes> name; ///< ends in zero
        std::atomic<std::uint32_t> loading; ///< how many calls are inside
        std::atomic<std::uint32_t> running;
        std::atomic<std::uint32_t> signal; ///< 0, or what hit the thread that was inside
        std::atomic<std::uint32_t> strikes; ///< starts in a row that ended, without a signal, while it was being loaded
    };

    struct Suspect {
        std::string plugin;
        std::string what; ///< "crashed with signal 6 (aborted) while it was being loaded"
    };

    CrashMarker();
    ~CrashMarker();
    CrashMarker(const CrashMarker &) = delete;
    CrashMarker &operator=(const CrashMarker &) = delete;

    /// Takes over the marker of the last process and returns whom it blames. `folder` exists. If another process owns
    /// the marker, nobody is blamed and isKept() stays false.
    Result<std::vector<Suspect>> open(const std::string &folder);
    bool isKept() const { return m_mapping != nullptr; }

    /// The slot for a plugin; the same for the same name. The last one is shared by those that find no other.
    std::size_t slotFor(const std::string &plugin);

    enum class Doing : unsigned char { Loading, Running };

    /// Says that this thread is inside a plugin's code, until it is destroyed. May be nested.
    class [[nodiscard]] Scope
    {
    public:
        /// `marker` may be null, which marks nothing.
        Scope(CrashMarker *marker, std::size_t slot, Doing doing);
        ~Scope();
        Scope(const Scope &) = delete;
        Scope &operator=(const Scope &) = delete;

    private:
        std::atomic<std::uint32_t> *m_count = nullptr;
        std::atomic<std::uint32_t> *m_strikes = nullptr;
        std::atomic<std::uint32_t> *m_outer = nullptr;
    };

private:
    struct Mapping;

    std::unique_ptr<Mapping> m_mapping; // null while nothing is kept
    std::unique_ptr<std::array<Slot, kSlots>> m_unkept;
    Slot *m_slots = nullptr;
    std::mutex m_mutex; // for slotFor()
};

} // namespace coinswarm::plugins
