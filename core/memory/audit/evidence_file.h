// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/evidence.h"

#include <filesystem>

namespace coinswarm::audit {

/// Evidence with the keys to check it, for somebody who has nothing else. The keys are the accuser's word: compare the
/// cluster and the culprit's key with what you know, or give the genesis.
struct EvidenceFile {
    journal::Digest cluster{};
    quorum::Epoch epoch;
    quorum::Evidence evidence;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("cluster", self.cluster);
        visit("epoch", self.epoch);
        visit("evidence", self.evidence);
    }
};

Result<void> saveEvidence(const EvidenceFile &content, const std::filesystem::path &file);
/// Environment if the file cannot be read, Corrupt if it is none.
Result<EvidenceFile> loadEvidence(const std::filesystem::path &file);

} // namespace coinswarm::audit
