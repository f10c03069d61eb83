// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "memory/quorum/membership_change.h"

#include <filesystem>

namespace coinswarm::audit {

/// A change of membership on its way from one operator to the next, who read it and approve it with their manager's key.
struct MembershipFile {
    journal::Digest cluster{};
    quorum::MembershipChange change;

    bool operator==(const MembershipFile &) const = default;
    /// parseMembership() reads it back.
    std::string text() const;
};

/// Invalid with the line and what was expected in it. Whether the approvals hold is not checked.
Result<MembershipFile> parseMembership(const std::string &text);
Result<MembershipFile> loadMembership(const std::filesystem::path &file);

} // namespace coinswarm::audit
