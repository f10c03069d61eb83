// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/digest.h"

#include <string>

namespace coinswarm::quorum {

/// An engine whose proposals are looked at.
struct KnownEngine {
    journal::PublicKey key{};
    std::string name;

    bool operator==(const KnownEngine &) const = default;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("key", self.key);
        visit("name", self.name);
    }
};

} // namespace coinswarm::quorum
