// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "storage/models.h"

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace coinswarm::storage {

/// Rows that were put together, and are written together or not at all.
struct PutGroup {
    std::string session; ///< of session rows
    std::variant<SessionRecord, std::vector<SessionRow>, std::vector<MemoryRow>> rows;

    std::size_t size() const;

    template <class Self, class Visitor>
    static void fields(Self &self, Visitor &&visit)
    {
        visit("session", self.session);
        visit("rows", self.rows);
    }
};

std::size_t totalRows(const std::vector<PutGroup> &groups);

} // namespace coinswarm::storage
