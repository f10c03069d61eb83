// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "storage/put_group.h"

namespace coinswarm::storage {

std::size_t PutGroup::size() const
{
    return std::visit(
        [](const auto &content) -> std::size_t {
            if constexpr (requires { content.size(); }) {
                return content.size();
            } else {
                return 1;
            }
        },
        rows);
}

std::size_t totalRows(const std::vector<PutGroup> &groups)
{
    std::size_t rows = 0;
    for (const PutGroup &group : groups) {
        rows += group.size();
    }
    return rows;
}

} // namespace coinswarm::storage
