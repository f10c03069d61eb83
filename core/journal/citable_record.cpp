// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/citable_record.h"

namespace coinswarm::journal {

Digest CitableRecord::chain() const
{
    RecordHeader header;
    header.sequence = sequence.value;
    header.timeNs = time.ns;
    header.type = type;
    header.flags = kCitable;
    return chainAfter(before, makeRecord(header, payload));
}

} // namespace coinswarm::journal
