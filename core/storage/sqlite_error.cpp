// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/sqlite_error.h"

namespace coinswarm::storage {

namespace {

// SQLite's primary result codes, which its file format's documentation lists and which never change.
constexpr int kBusy = 5;
constexpr int kLocked = 6;
constexpr int kReadOnly = 8;
constexpr int kInputOutput = 10;
constexpr int kCorrupt = 11;
constexpr int kFull = 13;
constexpr int kCannotOpen = 14;
constexpr int kTooBig = 18;
constexpr int kConstraint = 19;
constexpr int kMismatch = 20;
constexpr int kNotADatabase = 26;

} // namespace

Error sqliteError(int code, std::string subject, const std::string &text)
{
    subject += ": ";
    const std::string detail = " (SQLite: " + text + ")";
    switch (code) {
    case kFull:
        return {ErrorKind::Environment,
                subject + "the disk is full; free some space or choose another storage.file" + detail};
    case kInputOutput:
        return {ErrorKind::Environment,
                subject + "the disk does not take it; check its free space, quota and health" + detail};
    case kReadOnly:
        return {ErrorKind::Environment,
                subject + "it is read-only; make the file and its folder writable or choose another storage.file"
                    + detail};
    case kCannotOpen:
        return {ErrorKind::Environment,
                subject + "the folder does not exist or may not be written; choose another storage.file" + detail};
    case kBusy:
    case kLocked:
        return {ErrorKind::Unavailable, subject + "another program holds it; close that program" + detail};
    case kCorrupt:
    case kNotADatabase:
        return {ErrorKind::Corrupt,
                subject
                    + "it is damaged or not a SQLite database; move it away (a new one is made) and restore a backup"
                    + detail};
    default:
        return {ErrorKind::Environment, subject + (text.empty() ? "no reason given" : text)};
    }
}

bool isPermanentSqliteError(int code)
{
    return code == kSqliteError || code == kConstraint || code == kMismatch || code == kTooBig;
}

} // namespace coinswarm::storage
