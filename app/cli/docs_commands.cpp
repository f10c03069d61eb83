// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/command_table.h"
#include "cli/exit_code.h"
#include "config/config_docs.h"
#include "engine/record_codec.h"
#include "market/state_features.h"
#include "trading/risk_limits.h"

#include <coinswarm/settings.h>

namespace coinswarm::cli {

namespace {

struct Page {
    std::string name;
    std::string (*write)();
};

std::string commandsPage()
{
    return CommandTable().markdown();
}

std::string recordTypesPage()
{
    return "# Record types\n\nWhat a journal's records hold, generated from the code by `coinswarm-cli docs "
           "record-types`. The encoding of the\n"
           "field types is in [journal-format.md](journal-format.md).\n\n"
        + engine::recordTypesMarkdown();
}

const std::vector<Page> &pages()
{
    static const std::vector<Page> all{
        {"commands", commandsPage},
        {"risk-limits", trading::riskLimitsMarkdown},
        {"configuration", config::configurationMarkdown},
        {"record-types", recordTypesPage},
        {"embedding", market::embeddingMarkdown},
    };
    return all;
}

int print(const Invocation &invocation)
{
    const std::string wanted = invocation.arguments.first().toStdString();
    std::vector<std::string> names;
    for (const Page &page : pages()) {
        if (page.name == wanted) {
            invocation.terminal.print(page.write());
            return kOk;
        }
        names.push_back(page.name);
    }
    const std::string near = nearestWord(wanted, names);
    return invocation.terminal.fail(invalid("there is no page " + wanted
                                            + (near.empty() ? "." : "; did you mean " + near + "?")
                                            + " Pages: commands, risk-limits, configuration, record-types, embedding"));
}

} // namespace

std::vector<Command> docsCommands()
{
    Command command;
    command.name = QStringLiteral("docs");
    command.arguments = QStringLiteral("PAGE");
    command.summary = QStringLiteral("Print a page of documentation that the program knows best.");
    command.minimumArguments = command.maximumArguments = 1;
    command.remarks = QStringLiteral("Pages: commands, risk-limits, configuration, record-types, embedding.");
    command.examples = {QStringLiteral("docs risk-limits > docs/risk-limits.md")};
    command.run = print;
    return {command};
}

} // namespace coinswarm::cli
