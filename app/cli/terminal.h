// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coinswarm/result.h>

#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>
#include <QtCore/QString>

#include <string>

namespace coinswarm::cli {

/// Standard output for results, standard error for messages and progress. Colours and the progress bar appear on a
/// terminal only, colours not where NO_COLOR is set.
class Terminal
{
public:
    explicit Terminal(bool json);

    bool json() const { return m_json; }
    bool interactive() const { return m_outIsTerminal && m_inIsTerminal; }

    void print(const std::string &text) const;
    /// As print(), with lines that begin at the margin in bold.
    void printChapter(const std::string &text) const;
    void printJson(const QJsonValue &value) const;
    /// A message for a person, on standard error.
    void note(const std::string &text) const;
    /// Reports the error (as JSON on standard output too, with --json) and returns its exit code.
    int fail(const Error &error) const;
    int fail(const Error &error, int code) const;

    std::string bold(const std::string &text) const { return coloured(text, "1"); }
    std::string dim(const std::string &text) const { return coloured(text, "2"); }
    std::string good(const std::string &text) const { return coloured(text, "32"); }
    std::string bad(const std::string &text) const { return coloured(text, "31"); }
    std::string warning(const std::string &text) const { return coloured(text, "33"); }

    /// A progress bar on standard error, at most ten times a second; 1 completes and removes it.
    void progress(double share, const std::string &what);
    /// Asks a question on the terminal; true only for y or yes.
    bool confirm(const std::string &question) const;

private:
    std::string coloured(const std::string &text, const char *code) const;

    bool m_json;
    bool m_outIsTerminal;
    bool m_errorIsTerminal;
    bool m_inIsTerminal;
    bool m_colours;
    std::int64_t m_lastProgressMs = -1'000;
    bool m_progressShown = false;
};

} // namespace coinswarm::cli
