// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "config/config_docs.h"

#include "config/environment_name.h"
#include "config/key_table.h"

namespace coinswarm::config {

namespace {

/// The defaults plus one instrument, so that its keys can be shown.
Configuration example()
{
    Configuration configuration;
    InstrumentConfiguration instrument;
    instrument.symbol = "BTC-USDT";
    configuration.instruments.push_back(instrument);
    return configuration;
}

std::string sectionOf(const Key &key)
{
    return key.path.substr(0, key.path.rfind('.'));
}

std::string nameOf(const Key &key)
{
    return key.path.substr(key.path.rfind('.') + 1);
}

/// Breaks a text into comment lines.
std::string comment(const std::string &text)
{
    std::string result = "#";
    std::size_t column = 1;
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t space = std::min(text.find(' ', start), text.size());
        if (column + 1 + (space - start) > 100) {
            result += "\n#";
            column = 1;
        }
        result += ' ' + text.substr(start, space - start);
        column += 1 + space - start;
        start = space + 1;
    }
    return result + '\n';
}

const char *const kIntroduction = R"(# Configuration

<!-- Generated from core/config/key_table.cpp; tests/unit/tst_config.cpp compares, COINSWARM_UPDATE_DOCS=1 rewrites. -->

Coinswarm reads one TOML file, `coinswarm.toml` in `$XDG_CONFIG_HOME/coinswarm` (usually `~/.config/coinswarm`) unless
`--config FILE` names another. Every key has a default, so that an empty file, or none, is a working configuration.

- `coinswarm-cli config check FILE` lists everything that is wrong with a file: unknown keys with the nearest known one,
  wrong types, values out of range, each with its line and column.
- `coinswarm-cli config show` prints every value in force and where it comes from.

Sources, later ones win: the defaults, the file, the environment, the command line (`--set engine.decision_interval=5m`).
The variable of a key is `COINSWARM_`, the section, two underscores and the key, in capitals, a dash as an underscore:
`COINSWARM_ENGINE__DECISION_INTERVAL=5m`. Lists are separated by commas there. The same sources always give the same
configuration; its SHA-256 is in the journal's header.

How values are written:

| type | how |
|---|---|
| decimal | a text or a number, `"0.001"` or `0.001`: money, prices and shares are read digit by digit and stay exact; at most eight decimals |
| duration | a text with a unit: `"250ms"`, `"60s"`, `"5m"`, `"1h"`, `"1d"` |
| list | `["60s", "5m"]` |

**Secrets are not configuration.** A key that is called like a secret (`api_key`, `password`, `token` …) is refused:
what is in this file is shown on screens and copied into journals. A secret lives in a file of its own (mode 0600) that
a key such as `api_key_file` names.

A plugin's own keys go into its `settings` section, `[feed.settings]`, `[venue.settings]` or `[agents.trend.settings]`,
and are checked against what the plugin declares; `coinswarm-cli plugins list` shows them.

The agents `trend`, `mean_reversion` and `risk` exist without being mentioned; switch one off with `enabled = false`. A
further `[agents.NAME]` section adds an agent. `[instruments.SYMBOL]` sections change the rules of one instrument.
)";

} // namespace

std::string configurationMarkdown()
{
    Configuration configuration = example();
    const KeyTable table = keyTable(configuration);
    std::string text = kIntroduction;
    for (const Section &section : table.sections) {
        text += "\n## [" + section.name + "]\n\n" + section.documentation + "\n\n";
        text += "| key | type | default | accepted | meaning |\n|---|---|---|---|---|\n";
        for (const Key &key : table.keys) {
            if (sectionOf(key) != section.name) {
                continue;
            }
            const std::string value = rendered(key);
            std::string accepted = expectation(key);
            const std::size_t range = accepted.find(", from ");
            const bool choice = accepted.starts_with("one of ");
            accepted = choice ? accepted.substr(7) : range == std::string::npos ? "" : accepted.substr(range + 7);
            text += "| `" + nameOf(key) + "` | " + typeName(key) + " | "
                + (value.empty() ? "as the feed says" : '`' + value + '`') + " | " + accepted + " | "
                + key.documentation + " |\n";
        }
    }
    return text;
}

std::string configurationTemplate()
{
    Configuration configuration = example();
    const KeyTable table = keyTable(configuration);
    std::string text =
        comment("Coinswarm's configuration. Every key is shown with its default; remove the # to change one.")
        + comment("`coinswarm-cli config check FILE` checks this file, `config show` prints what is in force.");
    for (const Section &section : table.sections) {
        // A named section would bring its instrument into being.
        const bool optional = section.name.starts_with("instruments.");
        text += '\n' + comment(section.documentation) + (optional ? "# [" : "[") + section.name + "]\n";
        for (const Key &key : table.keys) {
            if (sectionOf(key) == section.name) {
                const std::string value = rendered(key);
                text += comment(key.documentation + " Expected: " + expectation(key) + ".");
                text += "# " + nameOf(key) + " = " + (value.empty() ? "…" : value) + '\n';
            }
        }
    }
    return text;
}

} // namespace coinswarm::config
