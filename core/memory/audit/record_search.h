// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "journal/record.h"

namespace coinswarm::audit {

/// Whether a whole audit record with a right checksum begins somewhere behind the first of these bytes: then what stands
/// there was changed, not torn. The time is linear in the number of bytes, whatever lengths they claim.
bool recordFollows(journal::ByteView bytes);

} // namespace coinswarm::audit
