// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/journal_reader.h"
#include "journal/journal_verifier.h"
#include "journal/journal_writer.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace coinswarm::testing {

inline journal::ByteBuffer bytesOf(std::string_view text)
{
    const auto *data = reinterpret_cast<const std::byte *>(text.data());
    return {data, data + text.size()};
}

/// What record `sequence` of a test journal contains: its length and content follow from its number.
inline journal::ByteBuffer payloadFor(std::uint64_t sequence)
{
    journal::ByteBuffer payload(static_cast<std::size_t>(8 + sequence * 7 % 41));
    for (std::size_t i = 0; i < payload.size(); ++i)
        payload[i] = static_cast<std::byte>(sequence * 31 + i * 13 + 1);
    return payload;
}

inline Timestamp timeFor(std::uint64_t sequence)
{
    return Timestamp{1'700'000'000'000'000'000 + static_cast<std::int64_t>(sequence) * 1'000};
}

/// Some are citable, also two in a row.
inline std::uint16_t flagsFor(std::uint64_t sequence)
{
    return sequence % 7 == 3 || sequence % 7 == 4 ? journal::kCitable : 0;
}

inline journal::SegmentStart startOf(std::string_view snapshot = {})
{
    return {timeFor(0), bytesOf("build 1, BTC-USDT"), bytesOf(snapshot)};
}

inline journal::JournalOptions optionsFor(const std::filesystem::path &folder,
                                          journal::SyncPolicy sync = journal::SyncPolicy::EachGroup)
{
    journal::JournalOptions options;
    options.folder = folder;
    options.sync = sync;
    options.reserveBytes = 0;
    return options;
}

/// The result's value; a test that cannot get it ends here, with the reason.
template <class T>
T take(Result<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().message);
    return std::move(result).value();
}

inline void appendNumbered(journal::JournalWriter &writer, std::uint64_t count)
{
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t next = writer.lastSequence().value + 1;
        const auto type = static_cast<std::uint16_t>(next % 5);
        if (writer.append(type, timeFor(next), payloadFor(next), flagsFor(next)).value != next)
            throw std::runtime_error("append failed");
    }
}

/// Reads a journal of numbered records and returns how many it holds; -1 if one of them is not what was written.
inline std::int64_t countNumbered(const std::filesystem::path &path)
{
    journal::JournalReader reader = take(journal::JournalReader::open(path));
    std::int64_t count = 0;
    for (;;) {
        const std::optional<journal::RecordView> record = take(reader.next());
        if (!record)
            return count;
        ++count;
        const auto number = static_cast<std::uint64_t>(count);
        const journal::ByteBuffer expected = payloadFor(number);
        if (record->header.sequence != number || record->header.timeNs != timeFor(number).ns
            || record->header.flags != flagsFor(number)
            || !std::equal(record->payload.begin(), record->payload.end(), expected.begin(), expected.end()))
            return -1;
    }
}

inline std::string readFile(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline void writeFile(const std::filesystem::path &file, const std::string &content)
{
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

/// Where each record of a segment starts, and where the last one ends.
inline std::vector<std::uint64_t> recordOffsets(const std::filesystem::path &segment)
{
    journal::SegmentScanner scanner = take(journal::SegmentScanner::open(segment));
    std::vector<std::uint64_t> offsets;
    while (const std::optional<journal::RecordView> record = scanner.next())
        offsets.push_back(record->offset);
    offsets.push_back(scanner.offset());
    return offsets;
}

/// A disk on which the files of a journal may take `limit` bytes, and whose sync fails when told to.
class FailingDisk final : public journal::JournalDisk
{
public:
    std::atomic<std::uint64_t> limit{~std::uint64_t{0}};
    std::atomic<bool> syncFails{false};

    Result<void> create(const std::filesystem::path &file, std::span<const journal::ByteView> parts) override
    {
        for (const journal::ByteView part : parts)
            m_used += part.size();
        return m_used > limit ? Result<void>(full(file)) : m_disk.create(file, parts);
    }

    Result<std::unique_ptr<journal::JournalFile>> open(const std::filesystem::path &file, std::uint64_t size,
                                                       std::uint64_t preallocation) override
    {
        Result<std::unique_ptr<journal::JournalFile>> opened = m_disk.open(file, size, preallocation);
        if (!opened)
            return opened;
        return std::unique_ptr<journal::JournalFile>(std::make_unique<File>(*this, file, std::move(*opened)));
    }

private:
    class File final : public journal::JournalFile
    {
    public:
        File(FailingDisk &disk, std::filesystem::path path, std::unique_ptr<journal::JournalFile> file)
            : m_disk(disk), m_path(std::move(path)), m_file(std::move(file))
        {}

        // Like a disk that fills up in the middle of a write: what still fits is there, then the error.
        Result<void> write(std::span<const journal::ByteView> parts) override
        {
            for (journal::ByteView part : parts) {
                const std::uint64_t room = m_disk.limit - std::min<std::uint64_t>(m_disk.limit, m_disk.m_used);
                const journal::ByteView fitting =
                    part.first(static_cast<std::size_t>(std::min<std::uint64_t>(room, part.size())));
                m_disk.m_used += fitting.size();
                if (Result<void> written = m_file->write({&fitting, 1}); !written)
                    return written;
                if (fitting.size() < part.size())
                    return full(m_path);
            }
            return {};
        }
        Result<void> sync() override
        {
            if (m_disk.syncFails)
                return Error{ErrorKind::Environment, "Cannot sync " + m_path.string() + ": Input/output error."};
            return m_file->sync();
        }
        Result<void> finish() override { return m_disk.syncFails ? sync() : m_file->finish(); }

    private:
        FailingDisk &m_disk;
        std::filesystem::path m_path;
        std::unique_ptr<journal::JournalFile> m_file;
    };

    static Error full(const std::filesystem::path &file)
    {
        return {ErrorKind::Environment, "Cannot write " + file.string() + ": No space left on device."};
    }

    journal::PosixDisk m_disk;
    std::uint64_t m_used = 0;
};

} // namespace coinswarm::testing
