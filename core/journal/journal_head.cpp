// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "journal/journal_head.h"

#include "journal/journal_key.h"
#include "journal/signature_check.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <vector>

namespace coinswarm::journal {

namespace {

std::vector<std::string_view> split(std::string_view text)
{
    std::vector<std::string_view> parts;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t to = std::min(text.find(':', from), text.size());
        parts.push_back(text.substr(from, to - from));
        from = to + 1;
    }
    return parts;
}

template <class T>
bool readNumber(std::string_view text, T &value)
{
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failure == std::errc() && end == text.data() + text.size() && !text.empty();
}

template <std::size_t N>
bool readHex(std::string_view text, std::array<std::byte, N> &to)
{
    const std::optional<ByteBuffer> bytes = fromHex(text, N);
    if (bytes)
        std::copy(bytes->begin(), bytes->end(), to.begin());
    return bytes.has_value();
}

} // namespace

// The type is signed too: otherwise a cut journal could pass its last ordinary head off as its close.
ByteBuffer headStatement(std::uint16_t type, Sequence sequence, Timestamp time, const Digest &chain)
{
    constexpr std::string_view purpose = "coinswarm head 1";
    ByteBuffer message(purpose.size() + 2 + 8 + 8 + chain.size());
    std::memcpy(message.data(), purpose.data(), purpose.size());
    std::byte *at = message.data() + purpose.size();
    storeLittle(at, type);
    storeLittle(at + 2, sequence.value);
    storeLittle(at + 10, time.ns);
    std::memcpy(at + 18, chain.data(), chain.size());
    return message;
}

std::string JournalHead::text() const
{
    return std::to_string(sequence.value) + ':' + toHex(chain);
}

std::string JournalHead::fullText() const
{
    if (!proof)
        return text();
    return text() + (proof->type == kClosedType ? ":closed:" : ":head:") + std::to_string(proof->time.ns) + ':'
        + toHex(proof->key) + ':' + toHex(proof->signature);
}

Result<JournalHead> signHead(const JournalKey &key, std::uint16_t type, Sequence sequence, const Digest &chain,
                             Timestamp time)
{
    const Result<Signature> signature = key.sign(headStatement(type, sequence, time, chain));
    if (!signature)
        return signature.error();
    return JournalHead{sequence, chain, JournalHead::Proof{time, key.publicKey(), *signature, type}};
}

bool proofHolds(const JournalHead &head)
{
    return head.proof
        && signatureHolds(head.proof->key, headStatement(head.proof->type, head.sequence, head.proof->time, head.chain),
                          head.proof->signature);
}

Result<JournalHead> parseHead(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = std::min(text.find_first_not_of(blanks), text.size());
    text = text.substr(first, text.find_last_not_of(blanks) + 1 - first);
    const std::vector<std::string_view> parts = split(text);
    JournalHead head;
    bool good = (parts.size() == 2 || parts.size() == 6) && readNumber(parts[0], head.sequence.value)
        && readHex(parts[1], head.chain);
    if (good && parts.size() == 6) {
        JournalHead::Proof proof;
        proof.type = parts[2] == "closed" ? kClosedType : kHeadType;
        good = (parts[2] == "closed" || parts[2] == "head") && readNumber(parts[3], proof.time.ns)
            && readHex(parts[4], proof.key) && readHex(parts[5], proof.signature);
        head.proof = proof;
    }
    if (!good)
        return invalid("Not a journal head: expected SEQUENCE:HASH (64 hexadecimal digits), optionally followed by "
                       ":head|closed:TIME_NS:KEY:SIGNATURE, as the journal printed it.");
    return head;
}

Result<JournalHead> loadHead(const std::string &textOrFile)
{
    std::error_code failure;
    if (!std::filesystem::is_regular_file(textOrFile, failure))
        return parseHead(textOrFile);
    std::ifstream file(textOrFile);
    std::string text(4096, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return parseHead(text);
}

} // namespace coinswarm::journal
