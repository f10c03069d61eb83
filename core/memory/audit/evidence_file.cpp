// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/evidence_file.h"

#include "codec/binary_reader.h"
#include "codec/binary_writer.h"

#include <fstream>
#include <iterator>

namespace coinswarm::audit {

namespace {

constexpr std::string_view kMagic = "CSFAULT 1\n";

} // namespace

Result<void> saveEvidence(const EvidenceFile &content, const std::filesystem::path &file)
{
    const journal::ByteBuffer bytes = codec::encoded(content);
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << kMagic;
    out.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) {
        return Error{ErrorKind::Environment, "Cannot write the evidence file " + file.string() + "."};
    }
    return {};
}

Result<EvidenceFile> loadEvidence(const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        return Error{ErrorKind::Environment, "Cannot read the evidence file " + file.string() + "."};
    }
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!bytes.starts_with(kMagic)) {
        return Error{ErrorKind::Corrupt, file.string() + " is no evidence file."};
    }
    Result<EvidenceFile> content = codec::decoded<EvidenceFile>(std::as_bytes(std::span(bytes).subspan(kMagic.size())));
    if (!content) {
        return Error{ErrorKind::Corrupt,
                     "The evidence file " + file.string() + " cannot be read: " + content.error().message + "."};
    }
    return content;
}

} // namespace coinswarm::audit
