// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/terminal.h"

#include "cli/exit_code.h"
#include "rpc/rpc_protocol.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <sstream>

#ifdef Q_OS_WIN
#include <io.h>
#define isatty _isatty
#define fileno _fileno
#else
#include <unistd.h>
#endif

namespace coinswarm::cli {

Terminal::Terminal(bool json)
    : m_json(json),
      m_outIsTerminal(isatty(fileno(stdout)) != 0),
      m_errorIsTerminal(isatty(fileno(stderr)) != 0),
      m_inIsTerminal(isatty(fileno(stdin)) != 0),
      m_colours(m_outIsTerminal && qEnvironmentVariableIsEmpty("NO_COLOR"))
{}

void Terminal::print(const std::string &text) const
{
    std::cout << text;
    if (!text.empty() && text.back() != '\n') {
        std::cout << '\n';
    }
    std::cout.flush();
}

void Terminal::printChapter(const std::string &text) const
{
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::cout << (!line.empty() && line.front() != ' ' ? bold(line) : line) << '\n';
    }
    std::cout.flush();
}

void Terminal::printJson(const QJsonValue &value) const
{
    const QJsonDocument document = value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    std::cout << document.toJson(QJsonDocument::Indented).toStdString();
    std::cout.flush();
}

void Terminal::note(const std::string &text) const
{
    std::cerr << text << '\n';
}

int Terminal::fail(const Error &error) const
{
    return fail(error, exitCode(error.kind));
}

int Terminal::fail(const Error &error, int code) const
{
    if (m_json) {
        const std::string_view kind = enumName(error.kind);
        printJson(QJsonObject{{QStringLiteral("error"),
                               QJsonObject{{QStringLiteral("kind"),
                                            QString::fromLatin1(kind.data(), static_cast<qsizetype>(kind.size()))},
                                           {QStringLiteral("message"), QString::fromStdString(error.message)}}}});
    }
    note("coinswarm-cli: " + error.message);
    return code;
}

void Terminal::progress(double share, const std::string &what)
{
    if (!m_errorIsTerminal) {
        return;
    }
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    if (share < 1 && now - m_lastProgressMs < 100) {
        return;
    }
    m_lastProgressMs = now;
    if (share >= 1) {
        if (m_progressShown) {
            std::cerr << "\r\033[K" << std::flush;
            m_progressShown = false;
        }
        return;
    }
    constexpr int kWidth = 40;
    const int done = static_cast<int>(std::clamp(share, 0.0, 1.0) * kWidth);
    std::cerr << '\r' << what << " [" << std::string(static_cast<std::size_t>(done), '#')
              << std::string(static_cast<std::size_t>(kWidth - done), '.') << "] " << static_cast<int>(share * 100)
              << " %\033[K" << std::flush;
    m_progressShown = true;
}

bool Terminal::confirm(const std::string &question) const
{
    std::cerr << question << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

std::string Terminal::coloured(const std::string &text, const char *code) const
{
    return m_colours ? "\033[" + std::string(code) + 'm' + text + "\033[0m" : text;
}

} // namespace coinswarm::cli
