// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/manager_cluster.h"

#include "memory/audit/audit_verifier.h"
#include "memory/host/joining_channel.h"
#include "memory/projection/audit_fold.h"
#include "support/bus_world.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <csignal>
#include <fstream>

#include <sys/prctl.h>

namespace coinswarm::test {

namespace {

const std::string kName = "test";
constexpr std::uint64_t kLogBytes = std::uint64_t{4096} << 20;

std::string contentOf(const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Of a log that may still be written, and whose end may be torn.
template <class Visit>
void forEachFinal(const std::filesystem::path &auditFile, Visit visit)
{
    Result<audit::AuditReader> reader = audit::AuditReader::open(auditFile);
    if (!reader) {
        return;
    }
    for (audit::AuditReader::Piece piece = reader->next(); piece.step == audit::AuditReader::Step::Record;
         piece = reader->next())
    {
        if (const auto *final = std::get_if<quorum::Final>(&piece.record)) {
            visit(final->decided.certificate);
        }
    }
}

} // namespace

Result<std::unique_ptr<ManagerCluster>> ManagerCluster::start(Options options)
{
    std::unique_ptr<ManagerCluster> cluster(new ManagerCluster);
    cluster->m_options = std::move(options);
    Result<std::unique_ptr<NatsCluster>> nats = NatsCluster::start(
        cluster->m_options.natsNodes,
        cluster->m_options.homes.empty() ? NatsCluster::Routes::Direct : NatsCluster::Routes::Relayed);
    if (!nats) {
        return nats.error();
    }
    cluster->m_nats = std::move(*nats);
    cluster->m_genesis.name = kName;
    for (std::size_t i = 0; i < cluster->m_options.managers; ++i) {
        cluster->m_genesis.epoch.managers.push_back(cluster->keyOf(cluster->nameOf(i)).publicKey());
    }
    cluster->m_source.emplace(cluster->keyOf("engine"));
    cluster->m_genesis.engines = {{cluster->m_source->key(), "engine"}};
    std::ofstream(cluster->scratch("genesis.txt")) << cluster->m_genesis.text();
    if (!cluster->m_options.homes.empty()) {
        if (const Result<void> made = cluster->makeLog(); !made) {
            return made.error();
        }
    }
    for (std::size_t i = 0; i < cluster->managers(); ++i) {
        if (!cluster->isPlayed(i)) {
            if (const Result<void> started = cluster->startManager(i); !started) {
                return started.error();
            }
        }
    }
    for (std::size_t i = 0; i < cluster->managers(); ++i) {
        if (!cluster->isPlayed(i)) {
            if (const Result<void> stands = cluster->waitUntilPrinted(i, "stands behind slot"); !stands) {
                return stands.error();
            }
        }
    }
    return cluster;
}

std::string ManagerCluster::serversOf(std::size_t member) const
{
    return m_options.homes.empty() ? m_nats->servers() : m_nats->server(nodeOf(m_options.homes[member]));
}

// Whoever knows one server only would make a log that only one server keeps.
Result<void> ManagerCluster::makeLog()
{
    nats::NatsBus bus(natsTestSettings(m_nats->servers()));
    if (const Result<void> connected = bus.connect({}); !connected) {
        return connected;
    }
    LogOptions options;
    options.replicas = m_nats->nodes();
    options.maximumBytes = kLogBytes;
    if (const auto log = openWhenPossible(bus, Subject::MemCommit, options); !log) {
        return log.error();
    }
    const bool led = QTest::qWaitFor(
        [this] {
            m_firstHome = m_nats->leaderOf("mem_commit");
            return m_firstHome >= 0;
        },
        60'000);
    return led ? Result<void>() : Error{ErrorKind::Unavailable, "nobody leads the log of commits"};
}

void ManagerCluster::configure(std::size_t manager) const
{
    std::ofstream(scratch(nameOf(manager) + ".toml"))
        << "[memory]\nname = \"" << kName << "\"\nbus = \"nats_bus\"\ngenesis = \"" << scratch("genesis.txt").string()
        << "\"\nlog_mebibytes = " << (kLogBytes >> 20) << "\n\n[memory.bus_settings]\nservers = \""
        << serversOf(manager) << "\"\nreconnect_longest_wait_ms = 250\nping_interval_ms = 500\n";
}

ManagerCluster::~ManagerCluster()
{
    for (std::size_t i = 0; i < managers(); ++i) {
        kill(i);
    }
}

journal::JournalKey ManagerCluster::keyOf(const std::string &name) const
{
    std::filesystem::path folder = scratch(name);
    for (std::size_t i = 0; i < m_options.managers; ++i) {
        folder = name == nameOf(i) ? folderOf(i) : folder;
    }
    std::filesystem::create_directories(folder);
    return journal::JournalKey::loadOrCreate(folder).value();
}

std::filesystem::path ManagerCluster::folderOf(std::size_t manager) const
{
    const auto other = m_options.folders.find(manager);
    const std::filesystem::path data = other != m_options.folders.end() ? other->second : scratch("managers").string();
    return data / "data" / "memory" / kName / nameOf(manager);
}

std::filesystem::path ManagerCluster::scratch(const std::string &name) const
{
    return std::filesystem::path(m_folder.path().toStdString()) / name;
}

memory::MemoryHostOptions ManagerCluster::follower() const
{
    memory::MemoryHostOptions options;
    options.folder = scratch("follower");
    options.genesis = m_genesis;
    options.keys.push_back(keyOf("engine"));
    memory::JoiningChannel::Options joining;
    joining.channel.cluster = id();
    joining.channel.source = "follower";
    joining.channel.log.maximumBytes = kLogBytes;
    options.channel = std::make_unique<memory::JoiningChannel>(
        std::make_unique<nats::NatsBus>(natsTestSettings(serversOf(managers()))), std::move(joining));
    return options;
}

Result<void> ManagerCluster::startManager(std::size_t manager)
{
    configure(manager);
    const auto other = m_options.folders.find(manager);
    const std::string data = other != m_options.folders.end() ? other->second : scratch("managers").string();
    auto process = std::make_unique<QProcess>();
    process->setProcessChannelMode(QProcess::MergedChannels);
    process->setStandardOutputFile(QString::fromStdString(scratch(nameOf(manager) + ".txt").string()),
                                   QIODevice::Append);
    process->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    const auto text = [](const std::string &from) { return QString::fromStdString(from); };
    process->start(QStringLiteral(COINSWARM_BINARY_DIR "/bin/coinswarmd"),
                   {QStringLiteral("--role"), QStringLiteral("manager"), QStringLiteral("--id"), text(nameOf(manager)),
                    QStringLiteral("--config"), text(scratch(nameOf(manager) + ".toml").string()),
                    QStringLiteral("--data-folder"), text(data)});
    if (!process->waitForStarted(10'000)) {
        return Error{ErrorKind::Environment, "coinswarmd does not start: " + process->errorString().toStdString()};
    }
    m_processes[manager] = std::move(process);
    return {};
}

void ManagerCluster::kill(std::size_t manager)
{
    const auto process = m_processes.find(manager);
    if (process != m_processes.end()) {
        process->second->kill();
        process->second->waitForFinished(10'000);
        m_processes.erase(process);
    }
}

void ManagerCluster::pause(std::size_t manager)
{
    ::kill(static_cast<pid_t>(m_processes.at(manager)->processId()), SIGSTOP);
}

void ManagerCluster::resume(std::size_t manager)
{
    ::kill(static_cast<pid_t>(m_processes.at(manager)->processId()), SIGCONT);
}

bool ManagerCluster::isRunning(std::size_t manager) const
{
    const auto process = m_processes.find(manager);
    return process != m_processes.end() && process->second->state() == QProcess::Running;
}

std::string ManagerCluster::printedBy(std::size_t manager) const
{
    return contentOf(scratch(nameOf(manager) + ".txt"));
}

Result<void> ManagerCluster::waitUntilPrinted(std::size_t manager, const std::string &text) const
{
    const bool printed = QTest::qWaitFor([&] { return printedBy(manager).find(text) != std::string::npos; }, 60'000);
    return printed
        ? Result<void>()
        : Error{ErrorKind::Unavailable, nameOf(manager) + " does not say \"" + text + "\":\n" + printedBy(manager)};
}

Result<std::unique_ptr<Proposer>> Proposer::join(ManagerCluster &cluster)
{
    std::unique_ptr<Proposer> proposer(new Proposer(cluster));
    memory::MemoryHostOptions options = cluster.follower();
    options.listener = proposer.get();
    Result<std::unique_ptr<memory::MemoryHost>> host = memory::MemoryHost::open(std::move(options));
    if (!host) {
        return host.error();
    }
    proposer->m_host = std::move(*host);
    return proposer;
}

Proposer::~Proposer()
{
    end();
    m_host.reset();
}

void Proposer::propose(std::uint32_t count, bool someWrong)
{
    std::vector<memory::MemoryProposal> proposals;
    std::vector<bool> wrong;
    {
        const std::lock_guard lock(m_mutex);
        for (std::uint32_t i = 0; i < count; ++i) {
            Episode episode = testing::makeEpisode(m_next++);
            wrong.push_back(someWrong && m_next % 10 == 0);
            episode.pnl = wrong.back() ? episode.pnl + Money::fromInteger(1) : episode.pnl;
            proposals.push_back(m_source.proposal(episode));
        }
    }
    std::vector<std::string> items = m_source.items(m_cluster, proposals);
    {
        const std::lock_guard lock(m_mutex);
        for (std::size_t i = 0; i < items.size(); ++i) {
            const journal::Digest id = memory::openItem(items[i])->id;
            m_submitted.insert(id);
            if (wrong[i]) {
                m_wrong.insert(id);
            }
        }
    }
    m_host->submit(std::move(items));
}

void Proposer::begin(int perSecond, bool someWrong)
{
    m_ending = false;
    m_load = std::thread([this, perSecond, someWrong] {
        const auto pause = std::chrono::microseconds(1'000'000 / perSecond);
        auto next = std::chrono::steady_clock::now();
        for (;;) {
            propose(1, someWrong);
            next += pause;
            std::unique_lock lock(m_mutex);
            if (m_change.wait_until(lock, next, [this] { return m_ending; })) {
                return;
            }
        }
    });
}

void Proposer::end()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
    }
    m_change.notify_all();
    if (m_load.joinable()) {
        m_load.join();
    }
}

Result<std::string> Proposer::submitMembership(const quorum::MembershipChange &change)
{
    return m_host->submitMembership(change);
}

std::size_t Proposer::proposed() const
{
    const std::lock_guard lock(m_mutex);
    return m_submitted.size();
}

std::size_t Proposer::decided() const
{
    const std::lock_guard lock(m_mutex);
    return m_outcomes.size();
}

quorum::Slot Proposer::slot() const
{
    const std::lock_guard lock(m_mutex);
    return m_slot;
}

bool Proposer::waitForDecided(std::size_t count, std::chrono::milliseconds limit) const
{
    std::unique_lock lock(m_mutex);
    return m_change.wait_for(lock, limit, [&] { return m_outcomes.size() >= count; });
}

bool Proposer::waitUntilSettled(std::chrono::milliseconds limit) const
{
    std::unique_lock lock(m_mutex);
    return m_change.wait_for(lock, limit, [&] { return m_outcomes.size() == m_submitted.size(); });
}

std::map<journal::Digest, Proposer::Outcome> Proposer::outcomes() const
{
    const std::lock_guard lock(m_mutex);
    return m_outcomes;
}

std::set<journal::Digest> Proposer::wrongOnes() const
{
    const std::lock_guard lock(m_mutex);
    return m_wrong;
}

std::vector<quorum::Evidence> Proposer::evidence() const
{
    const std::lock_guard lock(m_mutex);
    return m_evidence;
}

std::vector<std::filesystem::path> Proposer::evidenceFiles() const
{
    const std::lock_guard lock(m_mutex);
    return m_evidenceFiles;
}

void Proposer::onFinal(const memory::FinalReport &report)
{
    const std::lock_guard lock(m_mutex);
    m_slot = report.final.decided.certificate.body.slot;
    m_change.notify_all();
}

void Proposer::onOutcome(const memory::ProposalOutcome &outcome)
{
    const std::lock_guard lock(m_mutex);
    m_outcomes[outcome.id] = {outcome.slot, outcome.reasons.empty()};
    m_change.notify_all();
}

void Proposer::onAccused(const quorum::Evidence &evidence, const std::filesystem::path &file)
{
    const std::lock_guard lock(m_mutex);
    m_evidence.push_back(evidence);
    m_evidenceFiles.push_back(file);
}

namespace {

/// A log, folded: what every slot decided and what came of it.
struct Folded {
    std::vector<journal::Digest> commits; ///< of slot n at n − 1
    std::map<journal::Digest, std::vector<quorum::Slot>> accepted; ///< proposals, and the slots that took them
    std::vector<journal::Digest> states; ///< after slot n at n − 1
};

Result<Folded> fold(const std::filesystem::path &file)
{
    Result<audit::AuditReader> reader = audit::AuditReader::open(file);
    if (!reader) {
        return reader.error();
    }
    memory::AuditFold log(std::move(*reader));
    Folded folded;
    for (;;) {
        const auto step = log.next();
        if (!step) {
            return step.error();
        }
        if (!*step) {
            return folded;
        }
        const quorum::CertifiedBatch &decided = (*step)->final.decided;
        for (std::size_t i = 0; i < decided.batch.items.size(); ++i) {
            const auto opened = memory::openItem(decided.batch.items[i]);
            if (opened && decided.certificate.body.accepted.test(i)) {
                folded.accepted[opened->id].push_back(decided.certificate.body.slot);
            }
        }
        folded.commits.push_back(log.tip().commit);
        folded.states.push_back(log.state().digest());
    }
}

std::string slotText(quorum::Slot slot)
{
    return "slot " + std::to_string(slot);
}

std::string whatIsWrongIn(const Folded &folded, const Proposer &proposer)
{
    for (const auto &[id, slots] : folded.accepted) {
        if (slots.size() != 1) {
            return "a proposal was committed " + std::to_string(slots.size()) + " times";
        }
    }
    for (const journal::Digest &id : proposer.wrongOnes()) {
        if (folded.accepted.contains(id)) {
            return "a wrong proposal was accepted in " + slotText(folded.accepted.at(id).front());
        }
    }
    for (const auto &[id, outcome] : proposer.outcomes()) {
        const auto found = folded.accepted.find(id);
        if (outcome.accepted != (found != folded.accepted.end())) {
            return std::string("a proposal that was ") + (outcome.accepted ? "" : "not ") + "acknowledged in "
                + slotText(outcome.slot) + (outcome.accepted ? " is lost" : " is there");
        }
        if (outcome.accepted && found->second.front() != outcome.slot) {
            return "a proposal acknowledged in " + slotText(outcome.slot) + " is in " + slotText(found->second.front());
        }
    }
    return {};
}

} // namespace

std::string whatIsWrong(ManagerCluster &cluster, const Proposer &proposer, std::chrono::milliseconds limit)
{
    std::optional<Folded> first;
    for (std::size_t i = 0; i < cluster.managers(); ++i) {
        if (cluster.isPlayed(i)) {
            continue;
        }
        const std::string who = "m" + std::to_string(i + 1);
        audit::AuditReport report;
        const bool whole = QTest::qWaitFor(
            [&] {
                audit::AuditOptions options;
                options.genesis = cluster.genesis();
                report = audit::verifyAudit(cluster.auditOf(i), options);
                return report.status == audit::AuditStatus::Sound && report.slots >= proposer.slot();
            },
            static_cast<int>(limit.count()));
        if (!whole) {
            return who + " has no sound log up to " + slotText(proposer.slot()) + ": " + report.sentence() + "\n"
                + cluster.printedBy(i);
        }
        const Result<Folded> folded = fold(cluster.auditOf(i));
        if (!folded) {
            return who + ": " + folded.error().message;
        }
        if (std::string wrong = whatIsWrongIn(*folded, proposer); !wrong.empty()) {
            return who + ": " + wrong;
        }
        if (!first) {
            first = *folded;
        }
        const std::size_t common = std::min(first->commits.size(), folded->commits.size());
        for (std::size_t slot = 0; slot < common; ++slot) {
            if (first->commits[slot] != folded->commits[slot]) {
                return who + " decided " + slotText(slot + 1) + " otherwise than the first";
            }
            if (first->states[slot] != folded->states[slot]) {
                return who + " has another state behind " + slotText(slot + 1) + " than the first";
            }
        }
    }
    return {};
}

quorum::Slot lastSlot(const std::filesystem::path &auditFile)
{
    quorum::Slot last = 0;
    forEachFinal(auditFile, [&](const quorum::Certificate &certificate) { last = certificate.body.slot; });
    return last;
}

std::size_t slowSlots(const std::filesystem::path &auditFile, quorum::Slot from)
{
    std::size_t slow = 0;
    forEachFinal(auditFile, [&](const quorum::Certificate &certificate) {
        slow += certificate.body.slot >= from && certificate.round > 0 ? 1 : 0;
    });
    return slow;
}

void letPass(std::chrono::milliseconds time)
{
    const QDeadlineTimer end(time);
    (void)waitFor([&end] { return end.hasExpired(); }, time + std::chrono::seconds(10));
}

} // namespace coinswarm::test
