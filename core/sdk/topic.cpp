// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <coinswarm/topic.h>

#include <array>

namespace coinswarm {

namespace {

constexpr std::array<std::string_view, kSubjectCount> kTexts{"mem.propose",    "mem.vote",        "mem.commit",
                                                             "mem.audit",      "planner.propose", "planner.vote",
                                                             "planner.commit", "agent.action",    "agent.trade"};

constexpr std::string_view kHex = "0123456789ABCDEF";

bool standsForItself(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

void appendEscaped(std::string &out, std::string_view token)
{
    if (token.empty()) {
        out += '%';
    }
    for (const char c : token) {
        if (standsForItself(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kHex[byte >> 4U];
            out += kHex[byte & 15U];
        }
    }
}

// False unless it is what appendEscaped() writes.
bool unescape(std::string_view text, std::string &token)
{
    if (text == "%") {
        return true;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (standsForItself(text[i])) {
            token += text[i];
            continue;
        }
        const std::size_t high = i + 2 < text.size() ? kHex.find(text[i + 1]) : std::string_view::npos;
        const std::size_t low = i + 2 < text.size() ? kHex.find(text[i + 2]) : std::string_view::npos;
        if (text[i] != '%' || high == std::string_view::npos || low == std::string_view::npos) {
            return false;
        }
        token += static_cast<char>(high << 4U | low);
        if (standsForItself(token.back())) {
            return false;
        }
        i += 2;
    }
    return !text.empty();
}

} // namespace

std::string_view subjectText(Subject subject)
{
    return kTexts[static_cast<std::size_t>(subject)];
}

std::string wireSubject(const TopicName &topic, std::string_view prefix)
{
    std::string out;
    if (!prefix.empty()) {
        appendEscaped(out, prefix);
        out += '.';
    }
    out += subjectText(topic.subject);
    for (const std::string &token : topic.tokens) {
        out += '.';
        appendEscaped(out, token);
    }
    return out;
}

Result<TopicName> topicFromWire(std::string_view subject, std::string_view prefix)
{
    const Error error = invalid("\"" + std::string(subject) + "\" is not a subject of Coinswarm.");
    std::string_view rest = subject;
    if (!prefix.empty()) {
        std::string start;
        appendEscaped(start, prefix);
        start += '.';
        if (!rest.starts_with(start)) {
            return error;
        }
        rest.remove_prefix(start.size());
    }
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        if (!rest.starts_with(kTexts[i]) || (rest.size() > kTexts[i].size() && rest[kTexts[i].size()] != '.')) {
            continue;
        }
        TopicName topic(static_cast<Subject>(i));
        rest.remove_prefix(kTexts[i].size());
        while (!rest.empty()) {
            rest.remove_prefix(1);
            const std::string_view token = rest.substr(0, rest.find('.'));
            if (!unescape(token, topic.tokens.emplace_back())) {
                return error;
            }
            rest.remove_prefix(token.size());
        }
        return topic;
    }
    return error;
}

} // namespace coinswarm
