#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second verifier of journals, written from docs/journal-format.md alone, so that the document is proven to say enough.

usage: verify_journal.py FOLDER [--head SEQUENCE:HASH…]      exit code: 0 sound, 1 tampered, 3 unreadable, 4 torn or not closed
"""
import hashlib
import os
import re
import struct
import subprocess
import sys
import tempfile

SOUND, TAMPERED, UNREADABLE, TORN = 0, 1, 3, 4
MAGIC = b"CSJOURN\n"
SEAL, HEAD, CLOSED = 0xFF01, 0xFF02, 0xFF03
CITABLE = 1


class Finding(Exception):
    pass


def crc_table():
    for i in range(256):
        for _ in range(8):
            i = (i >> 1) ^ (0x82F63B78 if i & 1 else 0)
        yield i


TABLE = list(crc_table())


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def signed(key, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        der = bytes.fromhex("302a300506032b6570032100") + key
        for name, content in (("key", der), ("message", message), ("signature", signature)):
            names[name] = os.path.join(folder, name)
            with open(names[name], "wb") as file:
                file.write(content)
        return subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", names["key"], "-rawin",
             "-in", names["message"], "-sigfile", names["signature"]],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def record_at(data, at):
    """(end, sequence, time, type, flags, payload) of the good record at an offset, or None."""
    if at + 28 > len(data):
        return None
    length, crc, sequence, time, kind, flags = struct.unpack_from("<IIQqHH", data, at)
    end = at + 28 + length
    if length > 1048576 or end > len(data) or crc32c(data[at:at + 4] + data[at + 8:end]) != crc:
        return None
    return end, sequence, time, kind, flags, data[at + 28:end]


def can_occur(length, kind, flags):
    if kind < 0xFF00:
        return True
    return (kind == SEAL and length == 32 and flags <= 1) or (kind in (HEAD, CLOSED) and length == 96 and flags == 0)


def lost_sector(data, start, end):
    at, end = start, min(end, len(data))
    while (at // 512 + 1) * 512 <= end:
        border = (at // 512 + 1) * 512
        if not any(data[at:border]):
            return True
        at = border
    return False


def judge_end(data, p, last):
    """None for a clean end, otherwise "torn" or "altered"."""
    used = p + len(data[p:].rstrip(b"\0"))
    if used == p:
        return None
    first, group_ended, at = None, False, p + 1
    while at + 28 <= len(data):
        length, _, sequence, _, kind, flags = struct.unpack_from("<IIQqHH", data, at)
        if length > 1048576 or not last <= sequence <= last + len(data) // 28 or not can_occur(length, kind, flags) \
                or record_at(data, at) is None:
            at += 1
            continue
        if group_ended or kind == CLOSED:
            return "altered"
        first = at if first is None else first
        group_ended = kind == SEAL and flags & 1
        at += 28 + length
    if first is not None:
        return "torn" if lost_sector(data, p, first) else "altered"
    if len(data) - p < 28:
        return "torn"
    length, _, _, _, kind, flags = struct.unpack_from("<IIQqHH", data, p)
    end = p + 28 + length
    if length <= 1048576 and can_occur(length, kind, flags):
        if end > len(data) or (used < end and (end < len(data) or end - used >= 16)):
            return "torn"
    return "torn" if lost_sector(data, p, max(end, used)) else "altered"


class Journal:
    def __init__(self, head):
        self.head, self.reached, self.key, self.chain, self.last = head, False, None, bytes(32), 0
        self.closed = self.torn = False

    def reach(self, chain):
        self.chain = chain
        self.reached |= self.head is not None and (self.last, chain) == self.head[:2]

    def header(self, number, data, final):
        magic = data[:8] == MAGIC
        if len(data) >= 256 and not magic and signed(data[144:176], MAGIC + data[8:192], data[192:256]):
            raise Finding(TAMPERED, "magic")
        if data[:8] != MAGIC[:len(data)] or not data:
            raise Finding(UNREADABLE if number == 1 else TAMPERED, "not a segment")
        payload, snapshot = struct.unpack_from("<QQ", data, 32) if len(data) >= 256 else (0, 0)
        if len(data) >= 256 and not signed(data[144:176], data[:192], data[192:256]):
            raise Finding(TAMPERED, "header signature")
        if len(data) >= 256 and struct.unpack_from("<I", data, 8)[0] != 1:
            raise Finding(UNREADABLE, "version")
        if len(data) < 256 + payload + snapshot:
            raise Finding(TORN if final and not self.head else TAMPERED, "cut in the header")
        own, first = struct.unpack_from("<IQ", data, 12)
        if own != number or first != self.last + 1 or data[48:80] != self.chain:
            raise Finding(TAMPERED, "does not continue")
        if self.key not in (None, data[144:176]):
            raise Finding(TAMPERED, "key")
        self.key = data[144:176]
        start = 256 + payload + snapshot
        if sha(data[256:256 + payload]) != data[80:112] or sha(data[256 + payload:start]) != data[112:144]:
            raise Finding(TAMPERED, "header payload or snapshot")
        return start

    def segment(self, number, data, final):
        at = self.header(number, data, final)
        self.reach(sha(data[:144]))
        time_of_last = struct.unpack_from("<q", data, 24)[0]
        block, alone, self.closed = [], False, False
        while (record := record_at(data, at)) is not None:
            end, sequence, time, kind, flags, payload = record
            if self.closed or not can_occur(len(payload), kind, flags) or sequence != self.last + (kind < 0xFF00):
                raise Finding(TAMPERED, f"form or sequence at {at}")
            if kind < 0xFF00:
                self.last, time_of_last = sequence, time
            if kind == SEAL:
                if not block or time != time_of_last or payload != sha(self.chain, *block):
                    raise Finding(TAMPERED, f"seal at {at}")
                self.reach(payload)
                block, alone = [], False
            else:
                if kind in (HEAD, CLOSED):
                    message = b"coinswarm head 1" + struct.pack("<HQq", kind, sequence, time) + payload[:32]
                    if block or payload[:32] != self.chain or not signed(self.key, message, payload[32:]):
                        raise Finding(TAMPERED, f"head at {at}")
                citable = kind < 0xFF00 and flags & CITABLE
                if alone or (citable and block):
                    raise Finding(TAMPERED, f"not a block of its own at {at}")
                block.append(data[at:end])
                alone = citable
                self.closed = kind == CLOSED
            at = end
        if self.closed:
            self.chain = sha(self.chain, *block)
        verdict = judge_end(data, at, self.last)
        if verdict == "altered" or (verdict and (self.closed or not final)):
            raise Finding(TAMPERED, f"damage at {at}")
        if not final and (at != len(data) or (block and not self.closed)):
            raise Finding(TAMPERED, f"cut off or padded at {at}")
        self.torn = verdict == "torn"


def reserve(data):
    if data[:16] != b"CSRESRV\n" + struct.pack("<II", 1, 0):
        raise Finding(TAMPERED, "reserve")
    at, count = 16, 0
    while (record := record_at(data, at)) is not None and record[1] == count + 1:
        at, count = record[0], count + 1
    if any(data[at:]):
        raise Finding(TAMPERED, "reserve")


def verify(folder, head):
    if not os.path.isdir(folder):
        raise Finding(UNREADABLE, "no folder")
    names = sorted(name for name in os.listdir(folder) if name.endswith(".csj") and name != "reserve.csj")
    numbers = sorted(int(name[:-4]) for name in names if re.fullmatch(r"\d{6,}\.csj", name))
    if not numbers:
        raise Finding(UNREADABLE, "no segment")
    if len(numbers) != len(names) or numbers != list(range(1, len(numbers) + 1)):
        raise Finding(TAMPERED, "a stranger or a gap")
    journal = Journal(head)
    for number in numbers:
        with open(os.path.join(folder, f"{number:06}.csj"), "rb") as file:
            journal.segment(number, file.read(), number == numbers[-1])
    if os.path.exists(os.path.join(folder, "reserve.csj")):
        with open(os.path.join(folder, "reserve.csj"), "rb") as file:
            reserve(file.read())
    if head:
        if len(head) == 6:
            kind = {"head": HEAD, "closed": CLOSED}[head[2]]
            message = b"coinswarm head 1" + struct.pack("<HQq", kind, head[0], head[3]) + head[1]
            if head[4] != journal.key or not signed(head[4], message, head[5]):
                raise Finding(TAMPERED, "expected head is not signed by this journal's key")
        if not journal.reached:
            raise Finding(TAMPERED, "expected head not reached")
    if journal.torn or not journal.closed:
        raise Finding(TORN, "torn or not closed")


def parse_head(text):
    parts = text.strip().split(":")
    head = [int(parts[0]), bytes.fromhex(parts[1])]
    if len(parts) == 6:
        head += [parts[2], int(parts[3]), bytes.fromhex(parts[4]), bytes.fromhex(parts[5])]
    return tuple(head)


if __name__ == "__main__":
    try:
        verify(sys.argv[1], parse_head(sys.argv[3]) if sys.argv[2:3] == ["--head"] else None)
    except Finding as finding:
        print(finding.args[1])
        sys.exit(finding.args[0])
    print("sound")
