// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "replica_snapshot.h"

#include "snapshot_bytes.h"
#include "tag_bytes.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>
#include <QtCore/QSaveFile>

#include <algorithm>
#include <array>

#if defined(Q_OS_UNIX)
#include <fcntl.h>
#include <unistd.h>
#endif

namespace coinswarm::replica {

using index::Row;

namespace {

constexpr std::array<char, 8> kMagic{'C', 'S', 'M', 'E', 'M', 'O', 'R', 'Y'};
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHashBytes = 32;

QString pathOf(const std::string &folder)
{
    return QString::fromStdString(folder + "/" + ReplicaSnapshot::kFileName);
}

Error diskError(const char *act, const QFileDevice &file)
{
    return {ErrorKind::Environment,
            std::string("Cannot ") + act + " the memory's snapshot " + file.fileName().toStdString() + ": "
                + file.errorString().toStdString() + ". Free space or make the folder writable."};
}

/// Writes through a hash.
class HashedFile
{
public:
    explicit HashedFile(QSaveFile &file) : m_file(file) {}

    void write(std::span<const std::byte> bytes)
    {
        const auto *data = reinterpret_cast<const char *>(bytes.data());
        const auto size = static_cast<qsizetype>(bytes.size());
        m_hash.addData(QByteArrayView(data, size));
        m_written = m_written && m_file.write(data, size) == size;
    }
    bool finish()
    {
        const QByteArray hash = m_hash.result();
        return m_written && m_file.write(hash) == hash.size();
    }

private:
    QSaveFile &m_file;
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
    bool m_written = true;
};

/// A rename is only safe from a power cut once the folder is on disk as well.
void syncFolder([[maybe_unused]] const std::string &folder)
{
#if defined(Q_OS_UNIX)
    if (const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); fd >= 0) {
        // Where folders cannot be synced the old file may come back, which is an older, sound snapshot.
        static_cast<void>(::fsync(fd));
        ::close(fd);
    }
#endif
}

} // namespace

Result<void> ReplicaSnapshot::write(const std::string &folder, std::uint64_t slot, const MemoryContents &contents)
{
    QSaveFile file(pathOf(folder));
    if (!file.open(QIODevice::WriteOnly)) {
        return diskError("write", file);
    }
    HashedFile hashed(file);
    SnapshotWriter head;
    head.bytes(std::as_bytes(std::span(kMagic)));
    head.number(kVersion);
    head.number(slot);
    head.number(static_cast<std::uint64_t>(contents.rows()));
    head.number(contents.m_graph.shape().m);
    head.number(contents.m_graph.shape().efConstruction);
    head.bytes(std::as_bytes(std::span(contents.m_ids)));
    hashed.write(head.out());
    for (std::size_t row = 0; row < contents.rows(); ++row) {
        hashed.write(std::as_bytes(std::span(contents.m_vectors.row(static_cast<Row>(row)), index::kDimension)));
    }
    SnapshotWriter tail;
    for (std::size_t row = 0; row < contents.rows(); ++row) {
        const auto found = contents.m_rowOf.find(contents.m_ids[row]);
        const bool alive = found != contents.m_rowOf.end() && found->second == row;
        tail.number(static_cast<std::uint8_t>(alive));
        if (alive) {
            writeTags(tail, contents.m_tags[row]);
        }
    }
    contents.m_graph.appendTo(tail.out());
    hashed.write(tail.out());
    if (!hashed.finish() || !file.commit()) {
        return diskError("write", file);
    }
    syncFolder(folder);
    return {};
}

Result<ReplicaSnapshot::Loaded> ReplicaSnapshot::read(const std::string &folder, const MemoryOptions &options,
                                                      const index::RowKernels &kernels)
{
    QFile file(pathOf(folder));
    const std::string name = file.fileName().toStdString();
    if (!file.exists()) {
        return Error{ErrorKind::NotFound, "There is no memory snapshot " + name + "."};
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return diskError("read", file);
    }
    const Error corrupt{ErrorKind::Corrupt,
                        "The memory's snapshot " + name
                            + " is not as it was written. Remove it; memory is filled again from the commits."};
    const auto size = static_cast<std::size_t>(file.size());
    if (size < kMagic.size() + kHashBytes) {
        return corrupt;
    }
    const uchar *mapped = file.map(0, file.size());
    if (mapped == nullptr) {
        return diskError("read", file);
    }
    const std::span<const std::byte> all(reinterpret_cast<const std::byte *>(mapped), size);
    const std::span<const std::byte> payload = all.first(size - kHashBytes);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArrayView(payload.data(), static_cast<qsizetype>(payload.size())));
    if (std::memcmp(hash.result().constData(), all.last(kHashBytes).data(), kHashBytes) != 0) {
        return corrupt;
    }
    Loaded loaded{0, std::make_unique<MemoryContents>(options, kernels)};
    if (!restore(payload, *loaded.contents, loaded.slot)) {
        return corrupt;
    }
    return loaded;
}

bool ReplicaSnapshot::restore(std::span<const std::byte> payload, MemoryContents &contents, std::uint64_t &slot)
{
    SnapshotReader in(payload);
    const std::span<const std::byte> magic = in.bytes(kMagic.size());
    if (std::memcmp(magic.data(), kMagic.data(), kMagic.size()) != 0 || in.number<std::uint32_t>() != kVersion) {
        return false;
    }
    slot = in.number<std::uint64_t>();
    const auto rows = in.number<std::uint64_t>();
    index::GraphShape shape;
    shape.m = in.number<std::uint32_t>();
    shape.efConstruction = in.number<std::uint32_t>();
    if (rows > in.left() / (sizeof(std::uint64_t) + index::kDimension)) {
        return false;
    }
    contents.m_ids.resize(rows);
    const std::span<const std::byte> ids = in.bytes(rows * sizeof(std::uint64_t));
    std::copy(ids.begin(), ids.end(), reinterpret_cast<std::byte *>(contents.m_ids.data()));
    const std::span<const std::byte> vectors = in.bytes(rows * index::kDimension);
    const auto *values = reinterpret_cast<const std::int8_t *>(vectors.data());
    if (std::find(values, values + vectors.size(), std::int8_t{-128}) != values + vectors.size()) {
        return false;
    }
    contents.m_rowOf.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        contents.m_vectors.append(values + row * index::kDimension);
        const auto alive = in.number<std::uint8_t>();
        contents.m_tags.push_back(alive != 0 ? readTags(in) : EpisodeTags());
        const EpisodeTags &tags = contents.m_tags.back();
        if (!in.sound() || contents.m_ids[row] == 0 || !index::knownTags(tags)) {
            return false;
        }
        if (alive != 0) {
            contents.m_tagIndex.add(static_cast<Row>(row), tags);
            if (!contents.m_rowOf.emplace(contents.m_ids[row], static_cast<Row>(row)).second) {
                return false;
            }
        }
    }
    // A graph of another shape than is asked for now is built anew.
    return shape != contents.m_graph.shape() || contents.m_options.exact
        || contents.m_graph.assign(in.bytes(in.left()), contents.m_ids);
}

Result<void> ReplicaSnapshot::erase(const std::string &folder)
{
    QFile file(pathOf(folder));
    if (file.exists() && !file.remove()) {
        return diskError("remove", file);
    }
    syncFolder(folder);
    return {};
}

} // namespace coinswarm::replica
