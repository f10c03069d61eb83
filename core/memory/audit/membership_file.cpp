// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "memory/audit/membership_file.h"

#include "memory/audit/text_lines.h"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace coinswarm::audit {

namespace {

constexpr std::string_view kMembershipLine = "coinswarm membership 1";
constexpr const char *kMembershipChange = "membership change";

/// What follows `word` and a blank; empty if the line does not begin with it.
std::string_view behind(std::string_view line, std::string_view word)
{
    return line.size() > word.size() && line.starts_with(word) && line[word.size()] == ' '
        ? line.substr(word.size() + 1)
        : std::string_view();
}

bool readApproval(std::string_view text, quorum::MembershipApproval &approval)
{
    const std::size_t blank = text.find(' ');
    return blank != std::string_view::npos && readHex(text.substr(0, blank), approval.manager)
        && readHex(text.substr(blank + 1), approval.signature);
}

bool readNumber(std::string_view text, std::uint64_t &number)
{
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failure == std::errc() && end == text.data() + text.size() && !text.empty();
}

} // namespace

std::string MembershipFile::text() const
{
    std::string text = std::string(kMembershipLine) + "\ncluster " + journal::toHex(cluster) + "\nepoch "
        + std::to_string(change.next.number) + "\n";
    for (const journal::PublicKey &key : change.next.managers) {
        text += "manager " + journal::toHex(key) + "\n";
    }
    for (const quorum::MembershipApproval &approval : change.approvals) {
        text += "approval " + journal::toHex(approval.manager) + " " + journal::toHex(approval.signature) + "\n";
    }
    return text;
}

Result<MembershipFile> parseMembership(const std::string &text)
{
    std::istringstream lines(text);
    std::string line;
    MembershipFile file;
    if (!std::getline(lines, line) || line != kMembershipLine) {
        return wrongLine(kMembershipChange, 1, "\"" + std::string(kMembershipLine) + "\"");
    }
    if (!std::getline(lines, line) || !readHex(behind(line, "cluster"), file.cluster)) {
        return wrongLine(kMembershipChange, 2, "\"cluster \" and the id of a cluster, 64 hexadecimal digits");
    }
    if (!std::getline(lines, line) || !readNumber(behind(line, "epoch"), file.change.next.number)) {
        return wrongLine(kMembershipChange, 3, "\"epoch \" and its number");
    }
    for (std::size_t number = 4; std::getline(lines, line); ++number) {
        quorum::MembershipApproval approval;
        journal::PublicKey manager{};
        if (readApproval(behind(line, "approval"), approval)) {
            file.change.approvals.push_back(approval);
        } else if (file.change.approvals.empty() && readHex(behind(line, "manager"), manager)) {
            file.change.next.managers.push_back(manager);
        } else {
            return wrongLine(kMembershipChange, number,
                             "\"manager \" and a public key of 64 hexadecimal digits or, behind all of these, "
                             "\"approval \", a public key and a signature of 128");
        }
    }
    if (!file.change.next.wellFormed()) {
        return invalid("The membership change must name one to " + std::to_string(quorum::kMostManagers)
                       + " different manager keys.");
    }
    // One after the other or each on a copy that somebody put together: the order is nobody's concern.
    std::sort(
        file.change.approvals.begin(), file.change.approvals.end(),
        [](const quorum::MembershipApproval &a, const quorum::MembershipApproval &b) { return a.manager < b.manager; });
    const auto last = std::unique(file.change.approvals.begin(), file.change.approvals.end());
    file.change.approvals.erase(last, file.change.approvals.end());
    return file;
}

Result<MembershipFile> loadMembership(const std::filesystem::path &file)
{
    const Result<std::string> text = readText(kMembershipChange, file);
    return text ? parseMembership(*text) : Result<MembershipFile>(text.error());
}

} // namespace coinswarm::audit
