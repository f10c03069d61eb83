// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "soundness/quorum_explorer.h"

#include "codec/binary_writer.h"
#include "memory/quorum/certificate.h"
#include "memory/quorum/manager_machine.h"
#include "memory/quorum/signed_bytes.h"

#include <algorithm>
#include <deque>
#include <unordered_set>

namespace coinswarm::quorum::testing {

namespace {

constexpr std::size_t kManagers = 4;
constexpr int kHealingTimeouts = 60;

std::uint64_t hashOf(const FakeCrypto &crypto, journal::ByteView bytes)
{
    const journal::Digest digest = crypto.digest(bytes);
    std::uint64_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
}

/// An honest manager: its machine, and its disk.
struct Node {
    ManagerMachine machine;
    std::vector<DurableRecordPtr> disk;
    std::size_t synced = 0;
    std::uint64_t waits = 0; ///< token of the unsynced record, or 0
    std::uint64_t hash = 0;
};
using NodePtr = std::shared_ptr<const Node>;

/// Something that an honest manager said, with its hash.
struct Said {
    std::uint64_t hash = 0;
    MessagePtr message;
};

struct State {
    std::array<NodePtr, kManagers> nodes; ///< none for the liar
    std::vector<Said> said; ///< by hash, each once
    int crashes = 0;
    bool decided = false;
};

class Explorer
{
public:
    explicit Explorer(const Bounds &bounds)
        : m_bounds(bounds),
          m_epoch(fakeEpoch(kManagers)),
          m_cluster(fakeCluster(m_epoch)),
          m_genesis(ChainTip::genesis(m_cluster, m_epoch))
    {
        for (std::size_t i = 0; i < kManagers; ++i) {
            m_crypto.emplace_back(i);
        }
        for (const char *item : {"x", "y", "bad"}) {
            if (item == std::string("bad") && !bounds.badBatch) {
                continue;
            }
            m_batches.push_back({BatchKind::Items, {item}});
            m_digests.push_back(batchDigest(m_crypto[0], m_batches.back()));
        }
    }

    Exploration run()
    {
        State first;
        for (ManagerIndex i = 0; i < kManagers; ++i) {
            if (i != m_bounds.liar) {
                first.nodes[i] = began(i, {}, first);
            }
        }
        m_stack.push_back(std::move(first));
        while (!m_stack.empty() && m_result.violation.empty() && m_result.states < m_bounds.mostStates) {
            const State state = std::move(m_stack.back());
            m_stack.pop_back();
            visit(state);
        }
        m_result.complete = m_stack.empty() && m_result.violation.empty();
        return m_result;
    }

private:
    // Nodes.

    NodePtr began(ManagerIndex i, std::vector<DurableRecordPtr> disk, State &state)
    {
        MachineTuning tuning;
        tuning.batchItems = 1;
        auto node = std::make_shared<Node>(Node{
            ManagerMachine(m_crypto[i], m_memory, tuning, m_genesis, m_memory.state(), disk), disk, disk.size(), 0, 0});
        feed(*node, Started{}, state, nullptr);
        // Honest coordinators do not want the same.
        feed(*node, MessageReceived{makeMessage(SubmitItems{BatchKind::Items, i % 2 == 0 ? "x" : "y"})}, state,
             nullptr);
        seal(*node);
        return node;
    }

    void seal(Node &node)
    {
        journal::ByteBuffer bytes = node.machine.encodedState();
        codec::BinaryWriter write(bytes);
        for (const DurableRecordPtr &record : node.disk) {
            if (const auto *vote = std::get_if<QuorumVote>(record.get())) {
                write.write(vote->signature);
            } else if (const auto *kept = std::get_if<ReceiptRecord>(record.get())) {
                write.write(kept->receipt.signature);
            }
        }
        write.write(static_cast<std::uint64_t>(node.synced));
        write.write(node.waits > 0);
        node.hash = hashOf(m_crypto[0], bytes);
    }

    /// Gives an event, and puts what comes of it into the state or, while healing, onto the line.
    void feed(Node &node, const ManagerEvent &event, State &state, std::deque<MessagePtr> *line)
    {
        for (const ManagerEffect &effect : node.machine.handle(event)) {
            if (const auto *persist = std::get_if<Persist>(&effect)) {
                node.disk.push_back(persist->record);
                if (persist->token > 0) {
                    node.waits = persist->token;
                } else {
                    node.synced = node.disk.size();
                }
                if (const auto *kept = std::get_if<ReceiptRecord>(persist->record.get())) {
                    judgeVerdict(*kept);
                }
            } else if (const auto *broadcast = std::get_if<Broadcast>(&effect)) {
                if (line) {
                    line->push_back(broadcast->message);
                } else {
                    say(state, broadcast->message);
                }
            } else if (const auto *append = std::get_if<Append>(&effect)) {
                if (line) {
                    line->push_back(append->message);
                }
            } else if (const auto *accuse = std::get_if<Accuse>(&effect)) {
                if (accuse->evidence.manager != m_bounds.liar && m_bounds.judgeAccusations) {
                    condemn("an honest manager is accused");
                }
            } else if (const auto *halted = std::get_if<Halt>(&effect); halted && m_bounds.judgeAccusations) {
                condemn("an honest manager halted: " + halted->reason);
            } else if (std::holds_alternative<Apply>(effect) && line) {
                ++m_finished;
            }
        }
    }

    void say(State &state, const MessagePtr &message)
    {
        if (std::holds_alternative<Fetch>(*message) || std::holds_alternative<SubmitItems>(*message)) {
            return;
        }
        const std::uint64_t hash = meaningOf(*message);
        const auto place = std::lower_bound(state.said.begin(), state.said.end(), hash,
                                            [](const Said &said, std::uint64_t h) { return said.hash < h; });
        if (place != state.said.end() && place->hash == hash) {
            return;
        }
        state.said.insert(place, {hash, message});
        if (std::holds_alternative<Receipt>(*message)) {
            judgeReceipts(state);
        }
    }

    /// What a message says, without which votes its certificate happens to show.
    std::uint64_t meaningOf(const Message &message)
    {
        journal::ByteBuffer bytes;
        codec::BinaryWriter write(bytes);
        write.write(static_cast<std::uint8_t>(message.index()));
        if (const auto *proposal = std::get_if<BatchProposal>(&message)) {
            write.write(proposal->manager);
            write.write(proposal->round);
            write.write(proposal->batch);
            write.write(proposal->justification ? proposal->justification->round : kNoRound);
            write.write(proposal->justification ? proposal->justification->body : CommitBody{});
        } else if (const auto *advance = std::get_if<Advance>(&message)) {
            write.write(advance->manager);
            write.write(advance->round);
            write.write(advance->highest ? advance->highest->certificate.round : kNoRound);
            write.write(advance->highest ? advance->highest->certificate.body : CommitBody{});
        } else {
            write.write(message);
        }
        return hashOf(m_crypto[0], bytes);
    }

    // The judge.

    void condemn(std::string what)
    {
        if (m_result.violation.empty()) {
            m_result.violation = std::move(what);
        }
    }

    void judgeReceipts(State &state)
    {
        std::map<std::pair<Round, journal::Digest>, std::set<ManagerIndex>> receipts;
        for (const Said &said : state.said) {
            if (const auto *receipt = std::get_if<Receipt>(said.message.get())) {
                receipts[{receipt->round, receipt->commit}].insert(receipt->manager);
            }
        }
        std::set<journal::Digest> finals;
        for (const auto &[place, signers] : receipts) {
            // The liar signs anything.
            if (signers.size() + 1 >= m_epoch.quorum()) {
                finals.insert(place.second);
            }
        }
        state.decided = !finals.empty();
        if (finals.size() > 1) {
            condemn("one slot has two final commits");
        }
    }

    void judgeVerdict(const ReceiptRecord &kept)
    {
        if (kept.decided.batch.items.front() == "bad" && kept.decided.certificate.body.accepted.test(0)) {
            condemn("a quorum certified what every honest manager refuses");
        }
    }

    // What can happen next.

    void visit(const State &state)
    {
        ++m_result.states;
        m_result.decided += state.decided ? 1 : 0;
        if (m_bounds.checkProgressEvery > 0 && m_result.states % m_bounds.checkProgressEvery == 0) {
            checkProgress(state);
        }
        const std::vector<CertifiedBatch> certified = certificates(state);
        for (ManagerIndex i = 0; i < kManagers; ++i) {
            if (!state.nodes[i]) {
                continue;
            }
            const Node &node = *state.nodes[i];
            if (node.waits > 0) {
                next(state, i, {DiskWritten{node.waits}});
            }
            if (state.crashes < m_bounds.crashes) {
                crash(state, i, false);
                if (node.waits > 0) {
                    crash(state, i, true);
                }
            }
            offerProposals(state, i, certified);
            offerRounds(state, i);
            offerCertificates(state, i, certified);
        }
    }

    void offerProposals(const State &state, ManagerIndex i, const std::vector<CertifiedBatch> &certified)
    {
        const ManagerMachine &machine = state.nodes[i]->machine;
        const Round round = machine.round();
        const SlotLedger::Book *book = machine.ledger().book(round);
        if (book && book->proposal) {
            return;
        }
        for (const Said &said : state.said) {
            const auto *proposal = std::get_if<BatchProposal>(said.message.get());
            if (proposal && proposal->round == round && proposal->manager != i) {
                next(state, i, {MessageReceived{said.message}});
            }
        }
        if (m_genesis.coordinator(round) != m_bounds.liar) {
            return;
        }
        const BatchProposal blank{m_cluster, 0, 1, round, m_cluster, m_memory.state(), {}, {}, m_bounds.liar, {}};
        for (const Batch &batch : m_batches) {
            BatchProposal proposal = blank;
            proposal.batch = batch;
            next(state, i, {MessageReceived{makeMessage(signedBy(m_crypto[m_bounds.liar], proposal))}});
        }
        for (const CertifiedBatch &decided : certified) {
            if (decided.certificate.round < round) {
                BatchProposal proposal = blank;
                proposal.batch = decided.batch;
                proposal.justification = decided.certificate;
                next(state, i, {MessageReceived{makeMessage(signedBy(m_crypto[m_bounds.liar], proposal))}});
            }
        }
    }

    /// Time-outs and the messages about them. A manager that does not coordinate uses these messages only to go on to
    /// another round, so it gets them when it does.
    void offerRounds(const State &state, ManagerIndex i)
    {
        const ManagerMachine &machine = state.nodes[i]->machine;
        const Round round = machine.round();
        const auto liarAt = [this](Round at) {
            return ManagerEvent(MessageReceived{
                makeMessage(signedBy(m_crypto[m_bounds.liar], Advance{m_cluster, 0, 1, at, {}, m_bounds.liar, {}}))});
        };
        const bool coordinates = m_genesis.coordinator(round) == i;
        if (round + 1 < m_bounds.rounds) {
            std::vector<ManagerEvent> events;
            if (round > 0 && !coordinates) {
                events.push_back(liarAt(round));
                for (const Said &said : state.said) {
                    const auto *advance = std::get_if<Advance>(said.message.get());
                    if (advance && advance->round == round && advance->manager != i) {
                        events.push_back(MessageReceived{said.message});
                    }
                }
            }
            events.push_back(TimerFired{{RoundTimer::Kind::Round, 1, round}});
            next(state, i, events);
        }
        for (const Said &said : state.said) {
            const auto *advance = std::get_if<Advance>(said.message.get());
            if (!advance || advance->manager == i) {
                continue;
            }
            const Round known = machine.peers()[advance->manager];
            const SlotLedger::Book *book =
                advance->highest ? machine.ledger().book(advance->highest->certificate.round) : nullptr;
            const bool news =
                known == kNoRound || known < advance->round || (advance->highest && !(book && book->certified));
            // With the liar's, one honest announcement lets a coordinator begin, and takes anybody to a later round.
            if (news && ((coordinates && advance->round == round) || advance->round > round)) {
                next(state, i, {liarAt(advance->round), MessageReceived{said.message}});
            }
        }
    }

    void offerCertificates(const State &state, ManagerIndex i, const std::vector<CertifiedBatch> &certified)
    {
        const ManagerMachine &machine = state.nodes[i]->machine;
        for (const CertifiedBatch &decided : certified) {
            const SlotLedger::Book *book = machine.ledger().book(decided.certificate.round);
            const MessagePtr commit =
                makeMessage(signedBy(m_crypto[m_bounds.liar], Commit{decided, m_bounds.liar, {}}));
            // Knowing it without reading it back changes what a coordinator proposes, and what it tells.
            if (!(book && book->certified) && mayCoordinate(i, decided.certificate.round)) {
                next(state, i, {MessageReceived{commit}});
            }
            if (!(book && book->readBack)) {
                next(state, i, {LogEntryRead{commit}});
            }
        }
    }

    bool mayCoordinate(ManagerIndex i, Round after) const
    {
        for (Round round = after + 1; round < m_bounds.rounds; ++round) {
            if (m_genesis.coordinator(round) == i) {
                return true;
            }
        }
        return false;
    }

    /// Every certificate that the honest votes make with the liar's.
    std::vector<CertifiedBatch> certificates(const State &state)
    {
        std::map<journal::ByteBuffer, CertifiedBatch> found;
        for (const Said &said : state.said) {
            if (const auto *vote = std::get_if<QuorumVote>(said.message.get())) {
                journal::ByteBuffer key = codec::encoded(vote->body);
                codec::BinaryWriter(key).write(vote->round);
                CertifiedBatch &decided = found[key];
                decided.certificate.body = vote->body;
                decided.certificate.round = vote->round;
                decided.certificate.votes.push_back({vote->manager, vote->justifiedBy, vote->reasons, vote->signature});
            }
        }
        if (m_bounds.forgedCommits) {
            CommitBody body{
                m_cluster, 0, 1, 0, m_cluster, m_memory.state(), m_digests.back(), AcceptedItems::of({kAccepted})};
            journal::ByteBuffer key = codec::encoded(body);
            found[key].certificate = {body, 0, {}};
        }
        std::vector<CertifiedBatch> certified;
        for (auto &[key, decided] : found) {
            auto &votes = decided.certificate.votes;
            const bool forged = votes.empty();
            if (!forged && votes.size() + 1 < m_epoch.quorum()) {
                continue;
            }
            QuorumVote own =
                forged ? QuorumVote{decided.certificate.body, 0, kNoRound, {}, 0, {}} : decided.certificate.vote(0);
            own.manager = m_bounds.liar;
            own = signedBy(m_crypto[m_bounds.liar], own);
            votes.push_back({own.manager, own.justifiedBy, own.reasons, own.signature});
            std::sort(votes.begin(), votes.end(), [](const auto &a, const auto &b) { return a.manager < b.manager; });
            const auto digest = std::find(m_digests.begin(), m_digests.end(), decided.certificate.body.batch);
            decided.batch = m_batches[static_cast<std::size_t>(digest - m_digests.begin())];
            certified.push_back(std::move(decided));
        }
        return certified;
    }

    void next(const State &state, ManagerIndex i, const std::vector<ManagerEvent> &events)
    {
        State after = state;
        auto node = std::make_shared<Node>(*state.nodes[i]);
        for (const ManagerEvent &event : events) {
            if (std::holds_alternative<DiskWritten>(event)) {
                node->synced = node->disk.size();
                node->waits = 0;
            }
            feed(*node, event, after, nullptr);
        }
        if (state.crashes == m_bounds.crashes) {
            syncAtOnce(*node, after);
        }
        seal(*node);
        after.nodes[i] = std::move(node);
        reach(std::move(after));
    }

    /// When nobody can crash any more, a slow disk is the same as a slow network.
    void syncAtOnce(Node &node, State &state)
    {
        while (node.waits > 0) {
            const std::uint64_t token = node.waits;
            node.waits = 0;
            node.synced = node.disk.size();
            feed(node, DiskWritten{token}, state, nullptr);
        }
    }

    void crash(const State &state, ManagerIndex i, bool unsyncedSurvives)
    {
        State after = state;
        ++after.crashes;
        std::vector<DurableRecordPtr> disk = state.nodes[i]->disk;
        if (!unsyncedSurvives) {
            disk.resize(state.nodes[i]->synced);
        }
        after.nodes[i] = began(i, std::move(disk), after);
        if (after.crashes == m_bounds.crashes) {
            for (NodePtr &node : after.nodes) {
                if (node && node->waits > 0) {
                    auto synced = std::make_shared<Node>(*node);
                    syncAtOnce(*synced, after);
                    seal(*synced);
                    node = std::move(synced);
                }
            }
        }
        reach(std::move(after));
    }

    void reach(State state)
    {
        ++m_result.transitions;
        std::array<std::uint64_t, kManagers + 1> hashes{};
        for (std::size_t i = 0; i < kManagers; ++i) {
            hashes[i] = state.nodes[i] ? state.nodes[i]->hash : 0;
        }
        hashes[kManagers] = static_cast<std::uint64_t>(state.crashes);
        journal::ByteBuffer bytes = codec::encoded(hashes);
        codec::BinaryWriter write(bytes);
        for (const Said &said : state.said) {
            write.write(said.hash);
        }
        if (m_seen.insert(hashOf(m_crypto[0], bytes)).second) {
            m_stack.push_back(std::move(state));
        }
    }

    /// The liar falls silent, everything that was under way is lost, and from here on nothing is: all honest managers
    /// must decide. Messages go round in the order of sending; time-outs come when nothing is left to say.
    void checkProgress(const State &state)
    {
        ++m_result.healed;
        State scratch;
        std::vector<Node> nodes;
        std::vector<ManagerIndex> names;
        for (ManagerIndex i = 0; i < kManagers; ++i) {
            if (state.nodes[i]) {
                nodes.push_back(*state.nodes[i]);
                names.push_back(i);
            }
        }
        std::deque<MessagePtr> line;
        m_finished = 0;
        for (int timeouts = 0; timeouts < kHealingTimeouts; ++timeouts) {
            bool quiet = false;
            while (!quiet) {
                quiet = line.empty();
                if (!quiet) {
                    const MessagePtr message = line.front();
                    line.pop_front();
                    for (Node &node : nodes) {
                        const bool log = std::holds_alternative<Commit>(*message);
                        feed(node, log ? ManagerEvent(LogEntryRead{message}) : ManagerEvent(MessageReceived{message}),
                             scratch, &line);
                    }
                }
                for (Node &node : nodes) {
                    if (node.waits > 0) {
                        const std::uint64_t token = node.waits;
                        node.waits = 0;
                        node.synced = node.disk.size();
                        feed(node, DiskWritten{token}, scratch, &line);
                        quiet = false;
                    }
                }
            }
            if (m_finished >= nodes.size()) {
                return;
            }
            for (Node &node : nodes) {
                if (node.machine.tip().slot == 0) {
                    feed(node, TimerFired{{RoundTimer::Kind::Round, 1, node.machine.round()}}, scratch, &line);
                } else {
                    // Who is done answers who is not.
                    for (const DurableRecordPtr &record : node.disk) {
                        if (const auto *final = std::get_if<Final>(record.get())) {
                            line.push_back(makeMessage(*final));
                        }
                    }
                }
            }
        }
        condemn("a state was reached from which a healed network makes no progress");
    }

    Bounds m_bounds;
    Epoch m_epoch;
    journal::Digest m_cluster;
    ChainTip m_genesis;
    std::deque<FakeCrypto> m_crypto;
    WorldMemory m_memory;
    std::vector<Batch> m_batches;
    std::vector<journal::Digest> m_digests;
    std::vector<State> m_stack;
    std::unordered_set<std::uint64_t> m_seen;
    std::size_t m_finished = 0;
    Exploration m_result;
};

} // namespace

Exploration explore(const Bounds &bounds)
{
    return Explorer(bounds).run();
}

} // namespace coinswarm::quorum::testing
