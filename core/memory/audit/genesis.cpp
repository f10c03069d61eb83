// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/genesis.h"

#include "memory/audit/text_lines.h"
#include "memory/quorum/ed25519_crypto.h"
#include "memory/quorum/signed_bytes.h"

#include <sstream>

namespace coinswarm::audit {

namespace {

constexpr std::string_view kFirstLine = "coinswarm genesis 1";
constexpr const char *kGenesis = "genesis";
constexpr std::size_t kMostName = 64;

std::optional<quorum::KnownEngine> engineOf(std::string_view text)
{
    constexpr std::size_t digits = 2 * sizeof(journal::PublicKey);
    quorum::KnownEngine engine;
    if (!readHex(text.substr(0, digits), engine.key) || text.size() < digits + 2 || text[digits] != ' '
        || text.size() > digits + 1 + kMostName)
    {
        return std::nullopt;
    }
    engine.name = text.substr(digits + 1);
    return engine;
}

} // namespace

journal::Digest Genesis::clusterId() const
{
    return quorum::clusterId(quorum::Ed25519Crypto(), name, epoch, engines);
}

std::string Genesis::text() const
{
    std::string text = std::string(kFirstLine) + "\nname " + name + "\n";
    for (const journal::PublicKey &key : epoch.managers) {
        text += "manager " + journal::toHex(key) + "\n";
    }
    for (const quorum::KnownEngine &engine : engines) {
        text += "engine " + journal::toHex(engine.key) + " " + engine.name + "\n";
    }
    return text;
}

Result<Genesis> parseGenesis(const std::string &text)
{
    std::istringstream lines(text);
    std::string line;
    Genesis genesis;
    if (!std::getline(lines, line) || line != kFirstLine) {
        return wrongLine(kGenesis, 1, "\"" + std::string(kFirstLine) + "\"");
    }
    if (!std::getline(lines, line) || !line.starts_with("name ") || line.size() <= 5 || line.size() > 5 + kMostName) {
        return wrongLine(kGenesis, 2, "\"name \" and a name of at most 64 bytes");
    }
    genesis.name = line.substr(5);
    for (std::size_t number = 3; std::getline(lines, line); ++number) {
        if (line.starts_with("engine ")) {
            std::optional<quorum::KnownEngine> engine = engineOf(std::string_view(line).substr(7));
            if (!engine) {
                return wrongLine(kGenesis, number,
                                 "\"engine \", a public key of 64 hexadecimal digits, a blank and a name");
            }
            genesis.engines.push_back(std::move(*engine));
            continue;
        }
        journal::PublicKey key{};
        if (!line.starts_with("manager ") || !readHex(std::string_view(line).substr(8), key)
            || !genesis.engines.empty()) {
            return wrongLine(kGenesis, number,
                             "\"manager \" and a public key of 64 hexadecimal digits, before all engines");
        }
        genesis.epoch.managers.push_back(key);
    }
    if (!genesis.epoch.wellFormed()) {
        return invalid("The genesis must name one to " + std::to_string(quorum::kMostManagers)
                       + " different manager keys.");
    }
    return genesis;
}

Result<Genesis> loadGenesis(const std::filesystem::path &file)
{
    const Result<std::string> text = readText("genesis file", file);
    return text ? parseGenesis(*text) : Result<Genesis>(text.error());
}

} // namespace coinswarm::audit
