// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/public_key.h"
#include "journal/journal_key.h"
#include "memory/audit/genesis.h"

#include <fstream>

namespace coinswarm::cli {

namespace {

int printKey(const Invocation &invocation)
{
    const std::filesystem::path folder = invocation.arguments.front().toStdString();
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    const Result<journal::JournalKey> key = journal::JournalKey::loadOrCreate(folder);
    if (!key) {
        return invocation.terminal.fail(key.error());
    }
    invocation.terminal.print(journal::toHex(key->publicKey()) + "\n");
    return kOk;
}

Result<audit::Genesis> genesisOf(const Invocation &invocation)
{
    audit::Genesis genesis;
    genesis.name = invocation.arguments.front().toStdString();
    for (const std::string &text : invocation.values("manager")) {
        const Result<journal::PublicKey> key = parseKey(text);
        if (!key) {
            return key.error();
        }
        genesis.epoch.managers.push_back(*key);
    }
    for (const std::string &text : invocation.values("engine")) {
        const std::size_t equals = text.find('=');
        const Result<journal::PublicKey> key = parseKey(std::string_view(text).substr(0, equals));
        if (!key) {
            return key.error();
        }
        genesis.engines.push_back({*key, equals == std::string::npos ? "engine" : text.substr(equals + 1)});
    }
    if (genesis.engines.empty()) {
        return invalid("name at least one --engine: nobody else may propose anything");
    }
    // What it reads back is what every manager will read.
    return audit::parseGenesis(genesis.text());
}

int makeGenesis(const Invocation &invocation)
{
    const Result<audit::Genesis> genesis = genesisOf(invocation);
    if (!genesis) {
        return invocation.terminal.fail(genesis.error());
    }
    if (!invocation.has("out")) {
        invocation.terminal.print(genesis->text());
        return kOk;
    }
    std::ofstream file(invocation.value("out"), std::ios::binary | std::ios::trunc);
    file << genesis->text();
    file.close();
    if (!file) {
        return invocation.terminal.fail({ErrorKind::Environment, "cannot write " + invocation.value("out")});
    }
    invocation.terminal.print("cluster " + journal::toHex(genesis->clusterId()) + "\n");
    return kOk;
}

} // namespace

std::vector<Command> clusterCommands()
{
    return {
        {QStringLiteral("cluster key"),
         QStringLiteral("FOLDER"),
         QStringLiteral(
             "Print the public key of the manager or engine whose key is in FOLDER, making one if there is none."),
         1,
         1,
         {},
         {QStringLiteral("cluster key /var/lib/coinswarm/memory/desk/m1")},
         QStringLiteral("The private key stays in the folder, readable by its owner alone."),
         printKey},
        {QStringLiteral("cluster genesis"),
         QStringLiteral("NAME"),
         QStringLiteral("Write the file that says who is there first: managers and engines by their public keys."),
         1,
         1,
         {{QStringLiteral("manager"), QStringLiteral("KEY"), QStringLiteral("A manager, in order: m1, m2, …")},
          {QStringLiteral("engine"), QStringLiteral("KEY=NAME"), QStringLiteral("An engine that may propose")},
          {QStringLiteral("out"), QStringLiteral("FILE"), QStringLiteral("Write there instead of on the terminal")}},
         {QStringLiteral("cluster genesis desk --manager KEY1 --manager KEY2 --manager KEY3 --manager KEY4 --engine "
                         "KEY5=paper --out genesis.txt")},
         QStringLiteral("Everything that the cluster decides is bound to this file; every member needs the same."),
         makeGenesis},
    };
}

} // namespace coinswarm::cli
