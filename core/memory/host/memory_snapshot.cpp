// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/host/memory_snapshot.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"
#include "journal/posix_disk.h"

#include <fstream>

namespace coinswarm::memory {

namespace {

constexpr std::string_view kTag = "coinswarm memory snapshot 1";

journal::ByteBuffer contentOf(const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    if (!in) {
        return {};
    }
    journal::ByteBuffer bytes(static_cast<std::size_t>(std::max<std::streamoff>(in.tellg(), 0)));
    in.seekg(0);
    in.read(reinterpret_cast<char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return in ? bytes : journal::ByteBuffer();
}

} // namespace

Result<void> saveSnapshot(const MemorySnapshot &snapshot, const std::filesystem::path &file)
{
    journal::ByteBuffer bytes;
    codec::BinaryWriter write(bytes);
    write.write(std::string(kTag));
    write.write(snapshot.log);
    write.write(snapshot.state.digest());
    write.write(snapshot.state);

    std::filesystem::path temporary = file;
    temporary += ".tmp";
    std::error_code failure;
    std::filesystem::remove(temporary, failure);
    const journal::ByteView whole = bytes;
    if (const Result<void> written = journal::PosixDisk().create(temporary, {&whole, 1}); !written) {
        return written;
    }
    std::filesystem::rename(temporary, file, failure);
    if (failure) {
        return Error{ErrorKind::Environment, "Cannot replace " + file.string() + ": " + failure.message() + "."};
    }
    return {};
}

std::optional<MemorySnapshot> loadSnapshot(const std::filesystem::path &file, const journal::Digest &cluster)
{
    const journal::ByteBuffer bytes = contentOf(file);
    try {
        codec::BinaryReader reader(bytes);
        std::string tag;
        MemorySnapshot snapshot;
        journal::Digest digest{};
        reader.read(tag);
        if (tag != kTag) {
            return std::nullopt;
        }
        reader.read(snapshot.log);
        reader.read(digest);
        reader.read(snapshot.state);
        const bool whole = reader.atEnd() && snapshot.log.tip.cluster == cluster
            && snapshot.log.offsets.size() == snapshot.log.tip.slot && snapshot.state.restored().ok()
            && snapshot.state.digest() == digest;
        return whole ? std::optional(std::move(snapshot)) : std::nullopt;
    } catch (const codec::BinaryReader::DecodeError &) {
        return std::nullopt;
    }
}

} // namespace coinswarm::memory
