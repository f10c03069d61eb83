// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/promise_file.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "journal/crc32c.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace coinswarm::memory {

namespace {

constexpr std::size_t kPrefix = 8;
constexpr std::uint32_t kMostBytes = 4U << 20U;

journal::ByteBuffer framed(const PromiseFile::Entry &entry)
{
    journal::ByteBuffer bytes(kPrefix);
    codec::BinaryWriter(bytes).write(entry);
    const auto length = static_cast<std::uint32_t>(bytes.size() - kPrefix);
    const std::uint32_t checksum = journal::crc32c(journal::ByteView(bytes).subspan(kPrefix));
    std::memcpy(bytes.data(), &length, sizeof length);
    std::memcpy(bytes.data() + 4, &checksum, sizeof checksum);
    return bytes;
}

/// Whether a promise follows, so that what is before it was not just torn off.
bool wholeEntryIn(journal::ByteView bytes)
{
    for (std::size_t at = 0; at + kPrefix < bytes.size(); ++at) {
        std::uint32_t length = 0;
        std::uint32_t checksum = 0;
        std::memcpy(&length, bytes.data() + at, sizeof length);
        std::memcpy(&checksum, bytes.data() + at + 4, sizeof checksum);
        if (length == 0 || length > kMostBytes || bytes.size() - at - kPrefix < length) {
            continue;
        }
        const journal::ByteView payload = bytes.subspan(at + kPrefix, length);
        if (journal::crc32c(payload) == checksum && codec::decoded<PromiseFile::Entry>(payload)) {
            return true;
        }
    }
    return false;
}

Error failed(const char *act, const std::filesystem::path &file)
{
    return {ErrorKind::Environment,
            std::string("Cannot ") + act + " " + file.string() + ": " + std::strerror(errno)
                + ". The memory managers stop until this is mended."};
}

} // namespace

Result<PromiseFile> PromiseFile::open(const std::filesystem::path &file)
{
    PromiseFile result;
    result.m_file = file;
    std::ifstream in(file, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const journal::ByteView bytes = std::as_bytes(std::span(content));
    std::size_t at = 0;
    while (bytes.size() - at >= kPrefix) {
        std::uint32_t length = 0;
        std::uint32_t checksum = 0;
        std::memcpy(&length, bytes.data() + at, sizeof length);
        std::memcpy(&checksum, bytes.data() + at + 4, sizeof checksum);
        const bool complete = length <= kMostBytes && bytes.size() - at - kPrefix >= length;
        const journal::ByteView payload = complete ? bytes.subspan(at + kPrefix, length) : journal::ByteView();
        Result<Entry> entry = codec::decoded<Entry>(payload);
        if (!complete || journal::crc32c(payload) != checksum || !entry) {
            if (wholeEntryIn(bytes.subspan(at + 1))) {
                return Error{ErrorKind::Corrupt,
                             "The promises in " + file.string() + " are damaged at byte " + std::to_string(at)
                                 + ". This manager must not vote any more: give it a new key."};
            }
            break;
        }
        result.m_found.push_back(std::move(*entry));
        at += kPrefix + length;
    }
    result.m_bytes = at;
    if (const Result<void> opened = result.openForAppending(); !opened) {
        return opened.error();
    }
    if (::ftruncate(result.m_fd, static_cast<off_t>(at)) != 0) {
        return failed("cut the torn end of", file);
    }
    return result;
}

Result<void> PromiseFile::openForAppending()
{
    m_fd = ::open(m_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (m_fd < 0) {
        return failed("open", m_file);
    }
    return {};
}

PromiseFile::PromiseFile(PromiseFile &&other) noexcept
    : m_file(std::move(other.m_file)),
      m_fd(std::exchange(other.m_fd, -1)),
      m_bytes(other.m_bytes),
      m_found(std::move(other.m_found))
{}

PromiseFile &PromiseFile::operator=(PromiseFile &&other) noexcept
{
    std::swap(m_file, other.m_file);
    std::swap(m_fd, other.m_fd);
    std::swap(m_bytes, other.m_bytes);
    std::swap(m_found, other.m_found);
    return *this;
}

PromiseFile::~PromiseFile()
{
    if (m_fd >= 0) {
        ::close(m_fd);
    }
}

Result<void> PromiseFile::append(const Entry &entry)
{
    const journal::ByteBuffer bytes = framed(entry);
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t written = ::write(m_fd, bytes.data() + done, bytes.size() - done);
        if (written < 0 && errno != EINTR) {
            return failed("write", m_file);
        }
        done += written > 0 ? static_cast<std::size_t>(written) : 0;
    }
    m_bytes += bytes.size();
    return {};
}

Result<void> PromiseFile::sync()
{
    if (::fdatasync(m_fd) != 0) {
        return failed("sync", m_file);
    }
    return {};
}

Result<void> PromiseFile::restart(const std::vector<Entry> &entries)
{
    const std::filesystem::path target = m_file;
    std::filesystem::path temporary = m_file;
    temporary += ".tmp";
    ::close(std::exchange(m_fd, -1));
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    m_file = temporary;
    m_bytes = 0;
    Result<void> done = openForAppending();
    for (std::size_t i = 0; done && i < entries.size(); ++i) {
        done = append(entries[i]);
    }
    if (done) {
        done = sync();
    }
    m_file = target;
    if (!done) {
        return done;
    }
    if (::rename(temporary.c_str(), target.c_str()) != 0) {
        return failed("replace", target);
    }
    const int folder = ::open(target.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && ::fsync(folder) == 0;
    if (folder >= 0) {
        ::close(folder);
    }
    if (!synced) {
        return failed("sync the folder of", target);
    }
    return {};
}

} // namespace coinswarm::memory
