// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "soundness/quorum_simulator.h"

#include "memory/quorum/certificate.h"
#include "memory/quorum/signed_bytes.h"
#include "soundness/quorum_liar.h"

#include <algorithm>
#include <deque>
#include <queue>

namespace coinswarm::quorum::testing {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostFlying = 400;
constexpr std::int64_t kPatienceMs = 240'000; ///< virtual time for healing
constexpr std::size_t kPatienceEvents = 60'000;

/// One running process of a manager and what survives it. A liar may run two of them with one key.
struct Process {
    ManagerIndex manager = 0;
    FakeCrypto crypto;
    WorldMemory memory;
    std::unique_ptr<ManagerMachine> machine; ///< none while it is down
    std::vector<DurableRecordPtr> disk;
    std::size_t synced = 0; ///< records that survive a crash
    std::uint64_t lastToken = 0; ///< that waits for the disk
    std::map<Slot, MessagePtr> finals;
    std::size_t logCursor = 0;
    std::optional<RoundTimer> roundTimer;
    std::vector<RoundTimer> appendTimers;
    std::deque<ManagerEvent> todo;
    bool honest = true;

    explicit Process(ManagerIndex index) : manager(index), crypto(index) {}
};

struct Flying {
    std::size_t to = 0; ///< process
    MessagePtr message;
};

/// Something that happens at a time while the world heals.
struct Due {
    std::int64_t at = 0;
    std::uint64_t order = 0;
    std::size_t process = 0;
    ManagerEvent event;
    bool operator>(const Due &other) const { return std::tie(at, order) > std::tie(other.at, other.order); }
};

/// How bad it is, in percent of the steps or messages. Every schedule has its own.
struct Weather {
    std::size_t orderly = 90;
    std::size_t lost = 0;
    std::size_t repeated = 0;
    std::size_t timers = 1;
    std::size_t crashes = 0;
    std::size_t lies = 0;
    std::size_t logLosses = 0;

    explicit Weather(Dice &dice)
        : orderly(50 + dice.below(50)),
          lost(dice.below(12)),
          repeated(dice.below(12)),
          timers(1 + dice.below(5)),
          crashes(dice.below(3)),
          lies(dice.below(10)),
          logLosses(dice.below(2))
    {}
};

class World
{
public:
    explicit World(const Schedule &schedule)
        : m_schedule(schedule),
          m_dice(schedule.seed),
          m_weather(m_dice),
          m_epoch(fakeEpoch(schedule.managers)),
          m_cluster(fakeCluster(m_epoch)),
          m_judge(m_epoch, m_cluster, liarSet())
    {
        m_tuning.batchItems = 1 + m_dice.below(3);
        m_tuning.checkpointEvery = 2;
        for (std::size_t i = 0; i < schedule.managers; ++i) {
            const bool liar = i + schedule.liars >= schedule.managers;
            // A liar's process runs twice: two honest halves with one key are a natural double voter.
            for (int twin = 0; twin < (liar ? 2 : 1); ++twin) {
                m_processes.push_back(std::make_unique<Process>(static_cast<ManagerIndex>(i)));
                m_processes.back()->honest = !liar;
            }
            if (liar) {
                m_liars.emplace_back(static_cast<ManagerIndex>(i), m_epoch, m_cluster);
            }
        }
        for (auto &process : m_processes) {
            start(*process);
        }
        submit("item0");
    }

    Outcome run()
    {
        for (std::size_t step = 0; step < m_schedule.steps && m_judge.verdict().empty(); ++step) {
            chaos();
        }
        Outcome outcome;
        for (const auto &process : m_processes) {
            if (process->honest && process->machine) {
                outcome.slots = std::max(outcome.slots, process->machine->tip().slot);
            }
        }
        if (m_schedule.heals && m_judge.verdict().empty()) {
            heal();
        }
        outcome.violation = m_judge.verdict();
        outcome.events = m_events;
        outcome.convictions = m_judge.convictions();
        outcome.highestRound = m_highestRound;
        return outcome;
    }

private:
    std::set<ManagerIndex> liarSet() const
    {
        std::set<ManagerIndex> liars;
        for (std::size_t i = m_schedule.managers - m_schedule.liars; i < m_schedule.managers; ++i) {
            liars.insert(static_cast<ManagerIndex>(i));
        }
        return liars;
    }

    void start(Process &process)
    {
        process.memory = {};
        process.finals.clear();
        ChainTip tip = ChainTip::genesis(m_cluster, m_epoch);
        for (const DurableRecordPtr &record : process.disk) {
            const auto *final = std::get_if<Final>(record.get());
            if (final && final->decided.certificate.body.slot == tip.next()) {
                tip.advance(commitId(process.crypto, final->decided.certificate.body), final->decided.certificate.body,
                            final->decided.batch);
                process.memory.apply(process.crypto, *final);
                process.finals[tip.slot] = makeMessage(*final);
            }
        }
        process.machine = std::make_unique<ManagerMachine>(process.crypto, process.memory, m_tuning, tip,
                                                           process.memory.state(), process.disk);
        process.roundTimer.reset();
        process.appendTimers.clear();
        process.todo.clear();
        process.lastToken = 0;
        process.logCursor = m_dice.below(m_log.size() + 1);
        give(process, Started{});
    }

    void crash(Process &process)
    {
        // A prefix survives: what was synced, and perhaps more.
        const std::size_t unsynced = process.disk.size() - process.synced;
        process.disk.resize(process.synced + m_dice.below(unsynced + 1));
        process.synced = process.disk.size();
        process.machine.reset();
    }

    void sync(Process &process)
    {
        process.synced = process.disk.size();
        if (process.machine && process.lastToken > 0) {
            const std::uint64_t token = process.lastToken;
            process.lastToken = 0;
            give(process, DiskWritten{token});
        }
    }

    void give(Process &process, const ManagerEvent &event)
    {
        process.todo.push_back(event);
        while (process.machine && !process.todo.empty()) {
            const ManagerEvent next = std::move(process.todo.front());
            process.todo.pop_front();
            ++m_events;
            for (const ManagerEffect &effect : process.machine->handle(next)) {
                std::visit([&](const auto &what) { carryOut(process, what); }, effect);
            }
            m_highestRound = std::max(m_highestRound, process.machine->round());
        }
    }

    // Effects.

    void carryOut(Process &process, const Persist &effect)
    {
        process.disk.push_back(effect.record);
        if (const auto *final = std::get_if<Final>(effect.record.get())) {
            process.finals[final->decided.certificate.body.slot] = makeMessage(*final);
        }
        if (process.honest) {
            if (const auto *kept = std::get_if<ReceiptRecord>(effect.record.get())) {
                m_judge.sawCertified(process.crypto, kept->decided);
            }
        }
        if (effect.token > 0) {
            process.lastToken = effect.token;
            if (m_healing) {
                at(1, process, DiskWritten{effect.token});
            }
        }
    }

    void carryOut(Process &process, const Broadcast &effect)
    {
        if (process.honest) {
            if (const auto *receipt = std::get_if<Receipt>(effect.message.get())) {
                m_judge.sawReceipt(*receipt);
            }
        }
        for (std::size_t to = 0; to < m_processes.size(); ++to) {
            if (m_processes[to]->manager != process.manager) {
                fly(to, effect.message);
            }
        }
        tellLiars(effect.message);
    }

    void carryOut(Process &, const Send &effect)
    {
        for (std::size_t to = 0; to < m_processes.size(); ++to) {
            if (m_processes[to]->manager == effect.to) {
                fly(to, effect.message);
            }
        }
        tellLiars(effect.message);
    }

    void carryOut(Process &process, const SendStored &effect)
    {
        const auto stored = process.finals.find(effect.slot);
        if (stored != process.finals.end()) {
            carryOut(process, Send{effect.to, stored->second});
        }
    }

    void carryOut(Process &, const Append &effect)
    {
        tellLiars(effect.message);
        if (m_healing || m_dice.percent(85)) {
            append(effect.message);
        }
    }

    void carryOut(Process &process, const RestoreLog &effect)
    {
        for (Slot slot = effect.first; slot <= effect.last; ++slot) {
            const auto stored = process.finals.find(slot);
            if (stored != process.finals.end()) {
                append(stored->second);
            }
        }
    }

    void carryOut(Process &process, const SetTimer &effect)
    {
        if (m_healing) {
            at(effect.delay.count(), process, TimerFired{effect.timer});
        } else if (effect.timer.kind == RoundTimer::Kind::Round) {
            process.roundTimer = effect.timer;
        } else {
            process.appendTimers.push_back(effect.timer);
        }
    }

    void carryOut(Process &process, const Apply &effect)
    {
        const Final &final = std::get<Final>(*effect.final);
        if (process.honest) {
            m_judge.sawApplied(process.manager, process.crypto, final);
            const CommitBody &body = final.decided.certificate.body;
            for (std::size_t i = 0; i < final.decided.batch.items.size(); ++i) {
                if (body.accepted.test(i)) {
                    const auto [place, isNew] = m_committed.try_emplace(final.decided.batch.items[i], body.slot);
                    if (place->second != body.slot) {
                        m_judge.condemn("item " + final.decided.batch.items[i] + " was committed twice");
                    }
                }
            }
        }
        process.memory.apply(process.crypto, final);
        process.todo.push_front(Applied{final.decided.certificate.body.slot, process.memory.state()});
    }

    void carryOut(Process &process, const StoreCheckpoint &effect)
    {
        if (process.honest && effect.signatures.size() < m_epoch.quorum()) {
            m_judge.condemn("a checkpoint with too few signatures");
        }
    }

    void carryOut(Process &process, const Accuse &effect)
    {
        if (process.honest) {
            m_judge.sawAccusation(process.crypto, effect.evidence);
        }
    }

    void carryOut(Process &process, const Halt &effect)
    {
        if (process.honest) {
            m_judge.sawHalt(process.manager, effect.reason);
        }
    }

    void carryOut(Process &, const Undecided &) {}
    void carryOut(Process &, const Refused &) {}

    // The network and the log.

    void fly(std::size_t to, const MessagePtr &message)
    {
        if (m_healing) {
            at(1 + static_cast<std::int64_t>(m_dice.below(3)), *m_processes[to], MessageReceived{message});
        } else if (m_flying.size() < kMostFlying) {
            m_flying.push_back({to, message});
        }
    }

    void tellLiars(const MessagePtr &message)
    {
        for (QuorumLiar &liar : m_liars) {
            liar.hear(message);
        }
    }

    void append(const MessagePtr &message)
    {
        m_log.push_back(message);
        m_everLogged.push_back(message);
        if (m_healing) {
            for (auto &process : m_processes) {
                at(2, *process, LogEntryRead{message});
            }
        }
    }

    void readLog(Process &process)
    {
        process.logCursor = std::min(process.logCursor, m_log.size());
        if (!m_everLogged.empty() && m_dice.percent(10)) {
            // A log that forked or reorders: any entry that ever was.
            give(process, LogEntryRead{m_everLogged[m_dice.below(m_everLogged.size())]});
        } else if (process.logCursor < m_log.size()) {
            give(process, LogEntryRead{m_log[process.logCursor++]});
        } else {
            Slot last = 0;
            for (const MessagePtr &entry : m_log) {
                if (const auto *final = std::get_if<Final>(entry.get())) {
                    last = std::max(last, final->decided.certificate.body.slot);
                }
            }
            give(process, LogEnded{last});
        }
    }

    void lie(QuorumLiar &liar)
    {
        const MessagePtr message = liar.lie(m_dice);
        if (std::holds_alternative<Commit>(*message) && m_dice.percent(70)) {
            append(message);
            return;
        }
        for (std::size_t to = 0; to < m_processes.size(); ++to) {
            if (m_processes[to]->manager != liar.manager() && m_dice.percent(60)) {
                fly(to, message);
            }
        }
        tellLiars(message);
    }

    // Chaos.

    void deliverAny()
    {
        if (m_flying.empty()) {
            return;
        }
        // Mostly about in order, so that something gets done; now and then something very old.
        const std::size_t reach = m_dice.percent(m_weather.orderly) ? 6 : m_flying.size();
        const std::size_t index = m_dice.below(std::min(reach, m_flying.size()));
        const Flying flying = m_flying[index];
        const bool lost = m_dice.percent(m_weather.lost);
        if (lost || !m_dice.percent(m_weather.repeated)) {
            m_flying.erase(m_flying.begin() + static_cast<std::ptrdiff_t>(index));
        }
        Process &to = *m_processes[flying.to];
        // Each twin hears half.
        if (!lost && to.machine && (to.honest || m_dice.percent(50))) {
            give(to, MessageReceived{flying.message});
        }
    }

    void chaos()
    {
        Process &process = *m_processes[m_dice.below(m_processes.size())];
        if (m_dice.percent(m_weather.timers)) {
            if (process.machine && process.roundTimer) {
                const RoundTimer timer = *process.roundTimer;
                process.roundTimer.reset();
                give(process, TimerFired{timer});
            }
            return;
        }
        if (m_dice.percent(m_weather.crashes)) {
            if (process.machine) {
                crash(process);
            } else {
                start(process);
            }
            return;
        }
        if (m_dice.percent(m_weather.lies)) {
            if (!m_liars.empty()) {
                lie(m_liars[m_dice.below(m_liars.size())]);
            }
            return;
        }
        if (m_dice.percent(m_weather.logLosses)) {
            if (!m_log.empty()) {
                m_log.resize(m_log.size() - 1 - m_dice.below(std::min<std::size_t>(m_log.size(), 3)));
            }
            return;
        }
        const std::size_t what = m_dice.below(100);
        if (what < 62) {
            for (std::size_t i = 0; i < m_processes.size(); ++i) {
                deliverAny();
            }
        } else if (what < 80) {
            sync(process);
        } else if (what < 94) {
            if (process.machine) {
                readLog(process);
            }
        } else if (what < 95) {
            if (process.machine && !process.appendTimers.empty()) {
                const RoundTimer timer = process.appendTimers.back();
                process.appendTimers.pop_back();
                give(process, TimerFired{timer});
            }
        } else if (what < 97) {
            if (!process.machine) {
                start(process);
            }
        } else {
            submit((m_dice.percent(15) ? "bad" : "item") + std::to_string(m_dice.below(8)));
        }
    }

    void submit(const std::string &item)
    {
        const MessagePtr message = makeMessage(SubmitItems{BatchKind::Items, item});
        for (auto &process : m_processes) {
            if (process->machine && m_dice.percent(m_healing ? 100 : 60)) {
                give(*process, MessageReceived{message});
            }
        }
    }

    // Healing: everybody is up, messages and disks take milliseconds, nothing is lost any more.

    void at(std::int64_t delay, Process &process, ManagerEvent event)
    {
        const auto found = std::find_if(m_processes.begin(), m_processes.end(),
                                        [&process](const auto &other) { return other.get() == &process; });
        m_due.push({m_now + delay, ++m_order, static_cast<std::size_t>(found - m_processes.begin()), std::move(event)});
    }

    bool healed() const
    {
        journal::Digest state{};
        bool first = true;
        for (const auto &process : m_processes) {
            if (!process->honest) {
                continue;
            }
            if (!process->memory.items().contains(kFresh)) {
                return false;
            }
            if (!first && process->memory.state() != state) {
                return false;
            }
            state = process->memory.state();
            first = false;
        }
        return true;
    }

    void heal()
    {
        m_healing = true;
        m_flying.clear();
        const std::uint64_t before = m_events;
        for (std::size_t i = 0; i < m_processes.size(); ++i) {
            Process &process = *m_processes[i];
            if (!process.honest) {
                process.machine.reset();
                continue;
            }
            if (!process.machine) {
                start(process);
                continue;
            }
            if (process.lastToken > 0) {
                at(1, process, DiskWritten{process.lastToken});
            }
            if (process.roundTimer) {
                at(250, process, TimerFired{*process.roundTimer});
            }
            readLog(process);
        }
        submit(kFresh);
        std::int64_t nextSubmit = 1000;
        std::int64_t nextLie = 5;
        while (!m_due.empty() && m_judge.verdict().empty() && !healed()) {
            const Due due = m_due.top();
            m_due.pop();
            m_now = due.at;
            if (m_now > kPatienceMs || m_events - before > kPatienceEvents) {
                m_judge.condemn("no progress after the world healed");
                return;
            }
            if (m_now >= nextSubmit) {
                // A client that got no answer asks again.
                nextSubmit += 1000;
                submit(kFresh);
            }
            if (m_schedule.liarsStayActive && m_now >= nextLie) {
                nextLie = m_now + 5 + static_cast<std::int64_t>(m_dice.below(40));
                for (QuorumLiar &liar : m_liars) {
                    lie(liar);
                }
            }
            Process &process = *m_processes[due.process];
            if (!process.machine) {
                continue;
            }
            if (std::holds_alternative<DiskWritten>(due.event)) {
                process.synced = process.disk.size();
            }
            give(process, due.event);
        }
        if (m_judge.verdict().empty() && !healed()) {
            m_judge.condemn("the healed world fell silent without progress");
        }
    }

    const std::string kFresh = "fresh";

    Schedule m_schedule;
    Dice m_dice;
    Weather m_weather;
    Epoch m_epoch;
    journal::Digest m_cluster;
    QuorumJudge m_judge;
    MachineTuning m_tuning;
    std::vector<std::unique_ptr<Process>> m_processes;
    std::vector<QuorumLiar> m_liars;
    std::vector<Flying> m_flying;
    std::vector<MessagePtr> m_log;
    std::vector<MessagePtr> m_everLogged;
    std::map<std::string, Slot> m_committed;
    std::size_t m_events = 0;
    Round m_highestRound = 0;

    bool m_healing = false;
    std::int64_t m_now = 0;
    std::uint64_t m_order = 0;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> m_due;
};

} // namespace

Outcome simulate(const Schedule &schedule)
{
    World world(schedule);
    return world.run();
}

} // namespace coinswarm::quorum::testing
