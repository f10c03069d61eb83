#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second verifier of memory audit logs, written from docs/quorum-protocol.md alone, so that the document is proven to say enough.

usage: verify_audit.py [--checkpoint SLOT:HASH] LOG…      exit code, of the last one: 0 sound, 1 bad, 3 unreadable, 4 torn
A line for each log: the code, the slot of the finding, why. Slow, because Ed25519 is written out; a signature that several
logs have is checked once.
"""
import hashlib
import struct
import sys

SOUND, BAD, UNREADABLE, TORN = 0, 1, 3, 4
MOST = 2 << 20
NONE = 0xFFFFFFFF
TAG = b"coinswarm-quorum 1 "

# Ed25519

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e, f = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    g, h = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiple(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def decode(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def encode(point):
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little")


BASE = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def small(point):
    return point is not None and encode(multiple(8, point)) == b"\1" + bytes(31)


CHECKED = {}


def signed(key, message, signature):
    name = key + signature + message
    if name not in CHECKED:
        a, r, s = decode(key), signature[:32], int.from_bytes(signature[32:], "little")
        h = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
        CHECKED[name] = a is not None and not small(a) and not small(decode(r)) and s < L and \
            encode(add(multiple(s, BASE), multiple(L * 8 - h, a))) == r
    return CHECKED[name]


# Bytes

TABLE = []
for i in range(256):
    for _ in range(8):
        i = (i >> 1) ^ (0x82F63B78 if i & 1 else 0)
    TABLE.append(i)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def sha(tag, *parts):
    return hashlib.sha256(TAG + tag + b"\n" + b"".join(parts)).digest()



class Malformed(Exception):
    pass


class Finding(Exception):
    pass


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if n > len(self.data) - self.at:
            raise Malformed("the bytes end too early")
        self.at += n
        return self.data[self.at - n:self.at]

    def u(self, n):
        return int.from_bytes(self.take(n), "little")

    def text(self):
        return self.take(self.u(4))

    def list(self, read):
        n = self.u(4)
        if n > len(self.data) - self.at:
            raise Malformed("a count is larger than the bytes that follow")
        return [read() for _ in range(n)]

    def all(self, value):
        if self.at != len(self.data):
            raise Malformed("trailing bytes")
        return value

    def up_to(self, most):
        value = self.u(1)
        if value > most:
            raise Malformed("an unknown enumerator")
        return value

    def optional(self, read):
        return read() if self.up_to(1) else None

    def epoch(self):
        return self.u(8), self.list(lambda: self.take(32))

    def batch(self):
        start = self.at
        kind, items = self.up_to(1), self.list(self.text)
        return {"kind": kind, "items": items, "bytes": self.data[start:self.at]}

    def body(self):
        start = self.at
        body = {"cluster": self.take(32), "epoch": self.u(8), "slot": self.u(8), "origin": self.u(4), "previous": self.take(32),
                "state": self.take(32), "batch": self.take(32), "count": self.u(4), "bits": self.text()}
        body["bytes"] = self.data[start:self.at]
        body["id"] = sha(b"commit", body["bytes"])
        return body

    def reasons(self):
        return self.list(lambda: self.u(2))

    def certificate(self):
        start = self.at
        found = {"body": self.body(), "round": self.u(4), "votes": self.list(
            lambda: {"manager": self.u(2), "justified": self.u(4), "reasons": self.reasons(), "signature": self.take(64)})}
        for vote in found["votes"]:
            vote.update(body=found["body"], round=found["round"])
        found["bytes"] = self.data[start:self.at]
        return found

    def decided(self):
        return {"batch": self.batch(), "certificate": self.certificate()}

    def final(self):
        return {**self.decided(), "receipts": self.list(lambda: (self.u(2), self.take(64)))}

    def checkpoint(self):
        return {"cluster": self.take(32), "epoch": self.u(8), "slot": self.u(8), "commit": self.take(32), "state": self.take(32),
                "manager": self.u(2), "signature": self.take(64)}

    def place(self):
        return {"cluster": self.take(32), "epoch": self.u(8), "slot": self.u(8), "round": self.u(4)}

    def message(self):
        kind = self.up_to(8)
        if kind == 0:
            return kind, (self.up_to(1), self.text())
        if kind == 1:
            return kind, (self.place(), self.take(64), self.batch(), self.optional(self.certificate), self.take(66))
        if kind == 2:
            return kind, {"body": self.body(), "round": self.u(4), "justified": self.u(4), "reasons": self.reasons(),
                          "manager": self.u(2), "signature": self.take(64)}
        if kind == 3:
            return kind, {**self.decided(), "manager": self.u(2), "signature": self.take(64)}
        if kind == 4:
            return kind, {**self.place(), "commit": self.take(32), "manager": self.u(2), "signature": self.take(64)}
        if kind == 5:
            return kind, self.final()
        if kind == 6:
            return kind, (self.place(), self.optional(self.decided), self.take(66))
        if kind == 7:
            return kind, self.checkpoint()
        return kind, self.take(42)

    def evidence(self):
        return {"offence": self.up_to(3), "manager": self.u(2), "epoch": self.u(8), "slot": self.u(8),
                "statements": self.list(self.message)}


def quorum(n):
    return (n + (n - 1) // 3) // 2 + 1


def epoch_holds(keys):
    return 1 <= len(keys) <= 64 and len(set(keys)) == len(keys)


# What is signed

def vote_holds(keys, vote):
    message = TAG + b"vote\n" + vote["body"]["bytes"] + struct.pack("<III", vote["round"], vote["justified"], len(vote["reasons"])) \
        + b"".join(struct.pack("<H", r) for r in vote["reasons"]) + struct.pack("<H", vote["manager"])
    return vote["manager"] < len(keys) and signed(keys[vote["manager"]], message, vote["signature"])


def receipt_holds(keys, place, commit, manager, signature):
    message = TAG + b"receipt\n" + place["cluster"] + struct.pack("<QQI", place["epoch"], place["slot"], place["round"]) + commit \
        + struct.pack("<H", manager)
    return manager < len(keys) and signed(keys[manager], message, signature)


def well_formed(vote):
    body, bits = vote["body"], int.from_bytes(vote["body"]["bits"], "little")
    if not 1 <= body["count"] <= 4096 or len(body["bits"]) != (body["count"] + 7) // 8 or bits >> body["count"]:
        return False
    if len(vote["reasons"]) != body["count"] - bin(bits).count("1") or 0 in vote["reasons"]:
        return False
    if vote["justified"] == NONE:
        return body["origin"] == vote["round"] != NONE
    return body["origin"] <= vote["justified"] < vote["round"]


def ascending(managers, n):
    return len(managers) >= quorum(n) and all(m < n for m in managers) and all(a < b for a, b in zip(managers, managers[1:]))


def certificate_holds(keys, certificate):
    votes = certificate["votes"]
    return ascending([v["manager"] for v in votes], len(keys)) and all(well_formed(v) and vote_holds(keys, v) for v in votes)


def batch_holds(batch, body):
    items = batch["items"]
    return 1 <= len(items) <= 4096 and all(items) and sum(map(len, items)) <= 512 << 10 and (batch["kind"] == 0 or len(items) == 1) \
        and len(items) == body["count"] and sha(b"batch", batch["bytes"]) == body["batch"]


def convicts(cluster, number, keys, evidence):
    said = evidence["statements"]
    kinds = [kind for kind, _ in said]

    def of(place, m, held):
        return place["cluster"] == cluster and place["epoch"] == number and place["slot"] == evidence["slot"] \
            and m["manager"] == evidence["manager"] and held

    def vote(m):
        return of(m["body"], m, vote_holds(keys, m))

    def receipt(m):
        return of(m, m, receipt_holds(keys, m, m["commit"], m["manager"], m["signature"]))

    if evidence["offence"] == 0 and kinds[:2] == [2, 2]:
        a, b = said[0][1], said[1][1]
        return vote(a) and vote(b) and a["round"] == b["round"] and \
            (a["body"]["bytes"], a["justified"], a["reasons"]) != (b["body"]["bytes"], b["justified"], b["reasons"])
    if evidence["offence"] == 1 and kinds[:2] == [4, 4]:
        a, b = said[0][1], said[1][1]
        return receipt(a) and receipt(b) and a["round"] == b["round"] and a["commit"] != b["commit"]
    if evidence["offence"] == 2 and kinds[:2] == [4, 2]:
        a, b = said[0][1], said[1][1]
        return receipt(a) and vote(b) and b["round"] > a["round"] and \
            (b["justified"] == NONE or b["justified"] < a["round"]
             or (b["justified"] == a["round"] and b["body"]["id"] != a["commit"]))
    if evidence["offence"] == 3 and kinds[:1] == [3]:
        m = said[0][1]
        body = m["certificate"]["body"]
        message = TAG + b"publish\n" + body["cluster"] + struct.pack("<QQI", body["epoch"], body["slot"], m["certificate"]["round"]) \
            + sha(b"batch", m["batch"]["bytes"]) + sha(b"certificate", m["certificate"]["bytes"]) + struct.pack("<H", m["manager"])
        if m["manager"] >= len(keys) or not of(body, m, signed(keys[m["manager"]], message, m["signature"])):
            return False
        return not (batch_holds(m["batch"], body) and certificate_holds(keys, m["certificate"]))
    return False


class Log:
    def __init__(self, cluster, keys, pin):
        self.cluster, self.pin, self.slot = cluster, pin, 0
        self.epochs, self.behind = {0: keys}, [0]
        self.commits, self.before, self.states = [cluster], [], {}

    def check(self, condition, slot, why):
        if not condition:
            raise Finding(BAD, slot, why)

    def final(self, f):
        body, number = f["certificate"]["body"], self.behind[-1]
        keys, following = self.epochs[number], self.slot + 1
        if body["cluster"] == self.cluster and 1 <= body["slot"] <= self.slot:
            return self.check(self.commits[body["slot"]] == body["id"], body["slot"], "two commits for one slot")
        self.check(body["cluster"] == self.cluster and body["slot"] == following and body["epoch"] == number, following, "gap")
        self.check(body["previous"] == self.commits[-1] and batch_holds(f["batch"], body), following, "hash")
        self.check(certificate_holds(keys, f["certificate"]), following, "certificate")
        place = {**body, "round": f["certificate"]["round"]}
        self.check(ascending([m for m, _ in f["receipts"]], len(keys))
                   and all(receipt_holds(keys, place, body["id"], m, s) for m, s in f["receipts"]), following, "receipts")
        self.check(self.states.get(self.slot, body["state"]) == body["state"], following, "state")
        self.check(not self.pin or self.pin != (following, self.pin[1]) or self.pin[1] == body["id"], following, "pinned checkpoint")
        self.slot = following
        self.commits.append(body["id"])
        self.before.append(body["state"])
        if f["batch"]["kind"] == 1 and body["bits"][0] & 1:
            try:
                reader = Reader(f["batch"]["items"][0])
                following, managers = reader.epoch()
                reader.list(lambda: reader.take(32 + 64))  # who approved it; the votes vouch for that
                reader.all(None)
                if following == number + 1 and epoch_holds(managers):
                    self.epochs[following], number = managers, following
            except Malformed:
                pass
        self.behind.append(number)

    def checkpoints(self, signatures):
        slot = signatures[0]["slot"] if signatures else 0
        self.check(1 <= slot <= self.slot, slot or self.slot, "checkpoint of no slot")
        first, number = signatures[0], self.behind[slot]
        keys = self.epochs[number]
        self.check(ascending([c["manager"] for c in signatures], len(keys)), slot, "checkpoint managers")
        for c in signatures:
            message = TAG + b"checkpoint\n" + c["cluster"] + struct.pack("<QQ", c["epoch"], c["slot"]) + c["commit"] + c["state"] \
                + struct.pack("<H", c["manager"])
            self.check((c["cluster"], c["epoch"], c["slot"], c["commit"], c["state"])
                       == (self.cluster, number, slot, self.commits[slot], first["state"])
                       and signed(keys[c["manager"]], message, c["signature"]), slot, "checkpoint")
        self.check(self.states.setdefault(slot, first["state"]) == first["state"], slot, "two checkpoint states")
        self.check(slot == self.slot or self.before[slot] == first["state"], slot, "checkpoint state")

    def evidence(self, e):
        self.check(e["epoch"] in self.epochs and convicts(self.cluster, e["epoch"], self.epochs[e["epoch"]], e), e["slot"], "evidence")


def frame(data, at):
    """The end of the whole record at an offset whose checksum is right, or None."""
    if at + 8 >= len(data):
        return None
    length, crc = struct.unpack_from("<II", data, at)
    if not 0 < length <= MOST or at + 8 + length > len(data) or crc32c(data[at:at + 4] + data[at + 8:at + 8 + length]) != crc:
        return None
    return at + 8 + length


def damaged(data, at):
    length = struct.unpack_from("<I", data, at)[0] if at + 8 <= len(data) else 0
    if 0 < length <= MOST and at + 8 + length < len(data):
        return True
    window = data[at:at + 2 * (MOST + 8)]
    return any(frame(window, i) for i in range(1, len(window) - 8))


def verify(data, pin):
    try:
        if data[:8] != b"CSAUDIT\n" or struct.unpack_from("<I", data, 8)[0] != 1:
            raise Malformed
        length = struct.unpack_from("<I", data, 12)[0]
        reader = Reader(data[16:16 + length])
        if length > MOST or len(reader.data) < length:
            raise Malformed
        reader.text()
        number, keys = reader.epoch()
        reader.list(lambda: (reader.take(32), reader.text()))
        reader.all(None)
        if number != 0 or not epoch_holds(keys):
            raise Malformed
    except (Malformed, struct.error):
        raise Finding(UNREADABLE, 0, "no audit log") from None
    log, at = Log(sha(b"genesis", reader.data), keys, pin), 16 + length
    torn = False
    while at < len(data) and not torn:
        end = frame(data, at)
        if end is None:
            if damaged(data, at):
                raise Finding(BAD, log.slot + 1, "checksum")
            torn = True
            continue
        reader = Reader(data[at + 9:end])
        try:
            if data[at + 8] == 1:
                step, value = log.final, reader.all(reader.final())
            elif data[at + 8] == 2:
                step, value = log.checkpoints, reader.all(reader.list(reader.checkpoint))
            elif data[at + 8] == 3:
                step, value = log.evidence, reader.all(reader.evidence())
            else:
                raise Malformed("an unknown kind")
        except Malformed as malformed:
            raise Finding(BAD, log.slot + 1, str(malformed)) from None
        step(value)
        at = end
    if pin and pin[0] > log.slot:
        raise Finding(BAD, pin[0], "the pinned checkpoint is not reached")
    if torn:
        raise Finding(TORN, 0, "torn")


def main(arguments):
    pinned, status = None, SOUND
    if arguments[:1] == ["--checkpoint"]:
        slot, commit = arguments[1].split(":")
        pinned, arguments = (int(slot), bytes.fromhex(commit)), arguments[2:]
    for name in arguments:
        with open(name, "rb") as file:
            content = file.read()
        try:
            verify(content, pinned)
            status = SOUND
            print(SOUND, 0, "sound")
        except Finding as finding:
            status = finding.args[0]
            print(*finding.args)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
