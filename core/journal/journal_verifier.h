// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/journal_head.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace coinswarm::journal {

enum class JournalStatus : unsigned char {
    Sound, ///< whole, unchanged, closed
    Tampered, ///< something is not as it was written; `place` says what and where
    Unreadable, ///< no journal, or the disk refuses
    TornOrNotClosed, ///< sound up to its end, but the end is a crash, or it is still being written
    Cancelled,
};

/// A spot in a journal.
struct JournalPlace {
    std::filesystem::path file;
    std::uint64_t offset = 0;
    Sequence sequence; ///< of the last engine record before it
    std::string what; ///< one phrase
};

struct VerifyOptions {
    /// A head that was kept elsewhere: the journal must reach it.
    std::optional<JournalHead> expectedHead;
    /// The key that must have signed the journal.
    std::optional<PublicKey> expectedKey;
    /// Bytes done, bytes in total; false cancels.
    std::function<bool(std::uint64_t, std::uint64_t)> progress = [](std::uint64_t, std::uint64_t) { return true; };
};

struct VerifyReport {
    JournalStatus status = JournalStatus::Unreadable;
    std::optional<JournalPlace> place; ///< unless Sound or Cancelled
    std::uint64_t records = 0; ///< engine records
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0; ///< read and found good
    std::uint64_t reserveRecords = 0; ///< waiting in the reserve: written when the journal had failed
    bool torn = false; ///< of TornOrNotClosed: a crash tore the end
    std::optional<JournalHead> head; ///< where the sound part ends
    std::optional<JournalHead> signedHead; ///< the last one that the engine signed
    std::optional<PublicKey> key; ///< who signed
    /// One sentence for a person.
    std::string sentence() const;
};

/// Checks everything about the journal at `path`, a folder or one segment file, in the order that
/// docs/journal-format.md gives, and stops at the first finding. Memory is bounded; any thread; nothing is changed.
/// A segment file on its own counts as closed also if the next segment lies beside it and continues its chain; what came
/// before it is taken from its header.
VerifyReport verifyJournal(const std::filesystem::path &path, const VerifyOptions &options = {});

} // namespace coinswarm::journal
