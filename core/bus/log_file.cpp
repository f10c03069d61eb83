// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "bus/log_file.h"

#include "journal/crc32c.h"

#include <coinswarm/bus_envelope.h>

#include <QtCore/QRandomGenerator>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace coinswarm::bus {

namespace {

constexpr char kMagic[] = "CSBUSLG\n";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 20;
constexpr std::size_t kFrameBytes = 8;
constexpr std::size_t kSequenceBytes = 8;
constexpr std::size_t kLongestBody = std::size_t{2} << 20;
constexpr std::uint64_t kLongestFile = std::uint64_t{1} << 46;

Error failure(const char *act, const std::filesystem::path &file)
{
    return {ErrorKind::Environment,
            std::string("Cannot ") + act + " the log " + file.string() + ": " + std::strerror(errno) + "."};
}

// As many as the file has, at most out.size().
Result<std::size_t> readAt(int fd, const std::filesystem::path &file, std::uint64_t offset, std::span<std::byte> out)
{
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got = ::pread(fd, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return failure("read", file);
        }
        if (got == 0) {
            break;
        }
        done += static_cast<std::size_t>(got);
    }
    return done;
}

// The whole entry at the start of `bytes`, checksum and all; 0 if there is none.
std::size_t entryAt(std::span<const std::byte> bytes)
{
    if (bytes.size() < kFrameBytes) {
        return 0;
    }
    const auto length = journal::loadLittle<std::uint32_t>(bytes.data());
    if (length <= kSequenceBytes || length > kLongestBody || bytes.size() - kFrameBytes < length) {
        return 0;
    }
    const std::uint32_t crc = journal::crc32c(bytes.subspan(kFrameBytes, length), journal::crc32c(bytes.first(4)));
    return crc == journal::loadLittle<std::uint32_t>(bytes.data() + 4) ? kFrameBytes + length : 0;
}

} // namespace

Result<std::unique_ptr<LogFile>> LogFile::open(const std::filesystem::path &file, Subject subject)
{
    std::unique_ptr<LogFile> log(new LogFile(file, subject));
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) {
        std::byte header[kHeaderBytes];
        std::memcpy(header, kMagic, 8);
        journal::storeLittle(header + 8, kVersion);
        journal::storeLittle(header + 12, static_cast<std::uint64_t>(QRandomGenerator::system()->generate64()));
        const journal::ByteView part(header);
        if (const Result<void> made = log->m_disk.create(file, {&part, 1}); !made.ok()) {
            return made.error();
        }
    }
    log->m_readFd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (log->m_readFd < 0) {
        return failure("open", file);
    }
    if (const Result<void> recovered = log->recover(); !recovered.ok()) {
        return recovered.error();
    }
    auto opened = log->m_disk.open(file, log->bytes(), kLongestFile);
    if (!opened.ok()) {
        return opened.error();
    }
    log->m_file = std::move(opened).value();
    return log;
}

LogFile::~LogFile()
{
    if (m_file != nullptr) {
        // Gives back what was preallocated; without it the file is longer and as good.
        static_cast<void>(m_file->finish());
    }
    if (m_readFd >= 0) {
        ::close(m_readFd);
    }
}

Result<void> LogFile::recover()
{
    std::vector<std::byte> window(kHeaderBytes);
    auto got = readAt(m_readFd, m_path, 0, window);
    if (!got.ok()) {
        return got.error();
    }
    if (*got != kHeaderBytes || std::memcmp(window.data(), kMagic, 8) != 0
        || journal::loadLittle<std::uint32_t>(window.data() + 8) != kVersion)
    {
        return Error{ErrorKind::Corrupt,
                     m_path.string() + " is not a log of this version; move it away to begin another one."};
    }
    m_incarnation = journal::loadLittle<std::uint64_t>(window.data() + 12);
    m_offsets = {kHeaderBytes};
    std::uint64_t found = kHeaderBytes;
    for (;;) {
        window.resize(kReadAtOnce);
        got = readAt(m_readFd, m_path, bytes(), window);
        if (!got.ok()) {
            return got.error();
        }
        window.resize(*got);
        std::span<const std::byte> rest = window;
        for (std::size_t size = entryAt(rest); size > 0; size = entryAt(rest)) {
            const auto message = decodeMessage(
                m_subject, rest.subspan(kFrameBytes + kSequenceBytes, size - kFrameBytes - kSequenceBytes));
            const auto sequence = journal::loadLittle<std::uint64_t>(rest.data() + kFrameBytes);
            if (!message.ok() || sequence != m_offsets.size()) {
                return Error{ErrorKind::Corrupt,
                             m_path.string() + " is damaged at entry " + std::to_string(m_offsets.size())
                                 + "; restore it from a copy, or move it away to begin another one."};
            }
            if (message->header().id) {
                m_ids.emplace_back(message->header().id, sequence);
            }
            m_offsets.push_back(bytes() + size);
            rest = rest.subspan(size);
        }
        if (m_ids.size() > kRememberedIds) {
            m_ids.erase(m_ids.begin(), m_ids.end() - static_cast<std::ptrdiff_t>(kRememberedIds));
        }
        if (bytes() == found) {
            // Preallocated space is zeros, and nothing to speak of.
            m_bytesCutOff = static_cast<std::uint64_t>(
                std::find_if(rest.rbegin(), rest.rend(), [](std::byte b) { return b != std::byte{0}; }) == rest.rend()
                    ? 0
                    : rest.size());
            return {};
        }
        found = bytes();
    }
}

std::size_t LogFile::entryBytes(const BusMessage &message)
{
    return kFrameBytes + kSequenceBytes + envelopeBytes(message.header()) + message.payload().size();
}

Result<void> LogFile::append(std::span<const BusMessage> messages)
{
    std::vector<std::byte> entries;
    std::vector<std::uint64_t> ends;
    for (const BusMessage &message : messages) {
        encodeMessage(message, m_buffer);
        const std::size_t at = entries.size();
        entries.resize(at + kFrameBytes + kSequenceBytes + m_buffer.size());
        std::byte *entry = entries.data() + at;
        journal::storeLittle(entry, static_cast<std::uint32_t>(kSequenceBytes + m_buffer.size()));
        journal::storeLittle(entry + kFrameBytes, m_offsets.size() + ends.size());
        std::memcpy(entry + kFrameBytes + kSequenceBytes, m_buffer.data(), m_buffer.size());
        const journal::ByteView body(entry + kFrameBytes, kSequenceBytes + m_buffer.size());
        journal::storeLittle(entry + 4, journal::crc32c(body, journal::crc32c({entry, 4})));
        ends.push_back(bytes() + entries.size());
    }
    const journal::ByteView part(entries);
    Result<void> written = m_file->write({&part, 1});
    if (written.ok()) {
        written = m_file->sync();
    }
    if (written.ok()) {
        m_offsets.insert(m_offsets.end(), ends.begin(), ends.end());
    }
    return written;
}

Result<std::vector<LogEntry>> LogFile::read(std::uint64_t offset, std::uint64_t bytes) const
{
    std::vector<std::byte> content(bytes);
    const auto got = readAt(m_readFd, m_path, offset, content);
    if (!got.ok()) {
        return got.error();
    }
    std::vector<LogEntry> entries;
    for (std::span<const std::byte> rest = content; !rest.empty();) {
        const std::size_t size = entryAt(rest);
        auto message = size == 0
            ? Result<BusMessage>(invalid(""))
            : decodeMessage(m_subject, rest.subspan(kFrameBytes + kSequenceBytes, size - kFrameBytes - kSequenceBytes));
        if (!message.ok()) {
            return Error{ErrorKind::Corrupt,
                         m_path.string() + " has changed at byte " + std::to_string(offset + bytes - rest.size())
                             + " since it was opened; the disk is failing, or somebody else writes there."};
        }
        entries.push_back({journal::loadLittle<std::uint64_t>(rest.data() + kFrameBytes), std::move(message).value()});
        rest = rest.subspan(size);
    }
    return entries;
}

} // namespace coinswarm::bus
