// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/epoch.h"
#include "memory/quorum/known_engine.h"

#include <coinswarm/result.h>

#include <filesystem>
#include <string>

namespace coinswarm::audit {

/// Who was there first. Everything that a cluster decides is bound to it by its id.
struct Genesis {
    std::string name;
    quorum::Epoch epoch; ///< number 0
    std::vector<quorum::KnownEngine> engines; ///< that may propose from the beginning

    bool operator==(const Genesis &) const = default;
    journal::Digest clusterId() const;
    /// The text of a genesis file; parseGenesis() reads it back.
    std::string text() const;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("name", self.name);
        visit("epoch", self.epoch);
        visit("engines", self.engines);
    }
};

/// Invalid with the line and what was expected in it.
Result<Genesis> parseGenesis(const std::string &text);
Result<Genesis> loadGenesis(const std::filesystem::path &file);

} // namespace coinswarm::audit
