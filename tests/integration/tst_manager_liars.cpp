// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// One of four memory managers lies, with its true key and over the real bus, to three real processes. Whatever it does,
// the honest ones must go on, agree, accept nothing wrong, and convict it where its own signatures prove the lie.

#include "memory/audit/evidence_file.h"
#include "memory/host/joining_channel.h"
#include "memory/quorum/signed_bytes.h"
#include "support/bus_world.h"
#include "support/check.h"
#include "support/manager_cluster.h"

#include <QtCore/QProcess>
#include <QtTest/QtTest>

using namespace coinswarm;
using namespace coinswarm::audit;
using namespace coinswarm::journal;
using namespace coinswarm::nats;
using namespace coinswarm::quorum;
using namespace coinswarm::test;

namespace {

constexpr std::size_t kLiar = 3;

/// What a liar does with what its honest machine says.
class Lie
{
public:
    using Messages = std::vector<MessagePtr>;

    explicit Lie(JournalKey key) : m_crypto(std::move(key)) {}
    virtual ~Lie() = default;

    /// Of what it would tell everybody.
    virtual Messages said(const MessagePtr &message) { return {message}; }
    /// Of what it would put into the log.
    virtual Messages appended(const MessagePtr &message) { return {message}; }

protected:
    template <class Statement>
    MessagePtr resigned(Statement statement) const
    {
        statement.signature = m_crypto.sign(signedBytes(m_crypto, statement)).value();
        return makeMessage(std::move(statement));
    }
    const Ed25519Crypto &crypto() const { return m_crypto; }

private:
    Ed25519Crypto m_crypto;
};

struct Silent final : Lie {
    using Lie::Lie;
    Messages said(const MessagePtr &) override { return {}; }
    Messages appended(const MessagePtr &) override { return {}; }
};

/// Lies in votes, and passes on the rest.
struct VoteLie : Lie {
    using Lie::Lie;
    Messages said(const MessagePtr &message) final
    {
        const auto *vote = std::get_if<quorum::QuorumVote>(message.get());
        return vote != nullptr ? voted(*vote, message) : Messages{message};
    }
    /// What is said instead of the vote in `message`.
    virtual Messages voted(quorum::QuorumVote vote, const MessagePtr &message) const = 0;
};

/// Finds everything right, or everything wrong, whatever it is.
struct Undiscerning final : VoteLie {
    Undiscerning(JournalKey key, bool accepts) : VoteLie(std::move(key)), acceptsAll(accepts) {}
    Messages voted(quorum::QuorumVote other, const MessagePtr &) const override
    {
        const ReasonCode reason = acceptsAll ? ReasonCode(0) : ReasonCode(1);
        other.body.accepted = AcceptedItems::of(std::vector<ReasonCode>(other.body.accepted.count, reason));
        other.reasons.assign(acceptsAll ? 0 : other.body.accepted.count, reason);
        return {resigned(other)};
    }
    bool acceptsAll;
};

/// Votes twice in a round, and differently.
struct DoubleVoter final : VoteLie {
    using VoteLie::VoteLie;
    Messages voted(quorum::QuorumVote other, const MessagePtr &message) const override
    {
        other.body.stateBefore[0] ^= std::byte{1};
        return {resigned(other), message};
    }
};

struct WrongSigner final : VoteLie {
    using VoteLie::VoteLie;
    Messages voted(quorum::QuorumVote other, const MessagePtr &) const override
    {
        other.signature[7] ^= std::byte{1};
        return {makeMessage(std::move(other))};
    }
};

struct WrongChain final : VoteLie {
    using VoteLie::VoteLie;
    Messages voted(quorum::QuorumVote other, const MessagePtr &) const override
    {
        other.body.previous[0] ^= std::byte{1};
        return {resigned(other)};
    }
};

/// Says again all that it ever said, and votes anew about slots that are long final.
struct OldVoter final : Lie {
    using Lie::Lie;
    Messages said(const MessagePtr &message) override
    {
        Messages all = m_old;
        all.push_back(message);
        if (const auto *vote = std::get_if<quorum::QuorumVote>(message.get()); vote != nullptr && vote->body.slot > 1) {
            quorum::QuorumVote other = *vote;
            --other.body.slot;
            other.round = 7;
            all.push_back(resigned(other));
        }
        m_old.push_back(message);
        if (m_old.size() > 20) {
            m_old.erase(m_old.begin());
        }
        return all;
    }
    Messages m_old;
};

/// As coordinator asks everybody for votes and never puts the commit into the log.
struct Withholder final : Lie {
    using Lie::Lie;
    Messages appended(const MessagePtr &) override { return {}; }
};

/// Puts commits into the log that too few have voted for, or that carry forged votes, or two different ones for one slot.
struct Forger final : Lie {
    enum class Way { Uncertified, ForgedVotes, TwoCommits };
    Forger(JournalKey key, Way how) : Lie(std::move(key)), way(how) {}
    Messages appended(const MessagePtr &message) override
    {
        const auto *commit = std::get_if<Commit>(message.get());
        if (commit == nullptr) {
            return {message};
        }
        Commit other = *commit;
        Certificate &certificate = other.decided.certificate;
        if (way == Way::Uncertified) {
            certificate.votes.resize(1);
            return {signedCommit(std::move(other))};
        }
        std::vector<ReasonCode> verdicts(certificate.body.accepted.count, ReasonCode(0));
        verdicts.front() = certificate.body.accepted.test(0) ? ReasonCode(1) : ReasonCode(0);
        certificate.body.accepted = AcceptedItems::of(verdicts);
        for (Certificate::Entry &vote : certificate.votes) {
            vote.reasons.clear();
            if (way == Way::ForgedVotes) {
                vote.signature = crypto().sign(ByteBuffer(32)).value();
            }
        }
        const MessagePtr forged = signedCommit(std::move(other));
        return way == Way::TwoCommits ? Messages{forged, message} : Messages{forged};
    }
    MessagePtr signedCommit(Commit commit) const
    {
        commit.manager = kLiar;
        return resigned(std::move(commit));
    }
    Way way;
};

/// Asks different managers for votes on different batches.
struct TwoFaced final : Lie {
    using Lie::Lie;
    Messages said(const MessagePtr &message) override
    {
        const auto *proposal = std::get_if<BatchProposal>(message.get());
        if (proposal == nullptr || proposal->justification || proposal->batch.items.size() < 2) {
            return {message};
        }
        BatchProposal other = *proposal;
        other.batch.items.pop_back();
        return {resigned(other), message};
    }
};

/// The liar's channel: the true one behind its lie.
class LyingChannel final : public memory::QuorumChannel
{
public:
    LyingChannel(std::unique_ptr<memory::JoiningChannel> honest, std::unique_ptr<Lie> lie)
        : m_honest(std::move(honest)), m_lie(std::move(lie))
    {}

    Result<void> open(Receiver receiver) override { return m_honest->open(std::move(receiver)); }
    void takePlace(std::optional<quorum::ManagerIndex> self) override { m_honest->takePlace(self); }
    void submit(quorum::BatchKind kind, const std::string &item) override { m_honest->submit(kind, item); }
    void broadcast(const MessagePtr &message) override
    {
        for (const MessagePtr &each : m_lie->said(message)) {
            m_honest->broadcast(each);
        }
    }
    void send(ManagerIndex to, const MessagePtr &message) override
    {
        for (const MessagePtr &each : m_lie->said(message)) {
            m_honest->send(to, each);
        }
    }
    void append(const MessagePtr &message) override
    {
        for (const MessagePtr &each : m_lie->appended(message)) {
            m_honest->append(each);
        }
    }
    std::string trouble() const override { return m_honest->trouble(); }

private:
    std::unique_ptr<memory::JoiningChannel> m_honest;
    std::unique_ptr<Lie> m_lie;
};

/// Whether its own signatures prove the lie. An honest machine behind a lie speaks through certificates too, and may
/// contradict what the lie says.
enum class Proof { Never, Possible, Certain };

using MakeLie = std::function<std::unique_ptr<Lie>(JournalKey)>;

template <class T, class... Arguments>
MakeLie lie(Arguments... arguments)
{
    return [=](JournalKey key) { return std::make_unique<T>(std::move(key), arguments...); };
}

/// Some machine of the liar may stand still over what it hears of itself; it lies on until then.
std::unique_ptr<memory::MemoryHost> play(ManagerCluster &cluster, const MakeLie &make)
{
    memory::MemoryHostOptions options;
    options.folder = cluster.scratch("liar");
    options.genesis = cluster.genesis();
    options.keys.push_back(cluster.keyOf("m4"));
    memory::JoiningChannel::Options joining;
    joining.channel.cluster = cluster.id();
    joining.channel.source = "m4";
    joining.channel.log.maximumBytes = std::uint64_t{4096} << 20;
    options.channel = std::make_unique<LyingChannel>(
        std::make_unique<memory::JoiningChannel>(std::make_unique<NatsBus>(natsTestSettings(cluster.nats())),
                                                 std::move(joining)),
        make(cluster.keyOf("m4")));
    return take(memory::MemoryHost::open(std::move(options)));
}

} // namespace

class TestManagerLiars : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!NatsCluster::isAvailable()) {
            QSKIP("SKIPPED: nats-server is not installed (apt-get install nats-server)");
        }
    }

    void oneLiarChangesNothing_data();
    void oneLiarChangesNothing();
};

void TestManagerLiars::oneLiarChangesNothing_data()
{
    QTest::addColumn<MakeLie>("make");
    QTest::addColumn<Proof>("proof");
    using Way = Forger::Way;
    QTest::newRow("says nothing") << lie<Silent>() << Proof::Never;
    QTest::newRow("finds everything right") << lie<Undiscerning>(true) << Proof::Possible;
    QTest::newRow("finds everything wrong") << lie<Undiscerning>(false) << Proof::Possible;
    QTest::newRow("votes twice, differently") << lie<DoubleVoter>() << Proof::Certain;
    QTest::newRow("signs wrongly") << lie<WrongSigner>() << Proof::Never;
    QTest::newRow("links to another past") << lie<WrongChain>() << Proof::Possible;
    QTest::newRow("votes about old slots") << lie<OldVoter>() << Proof::Possible;
    QTest::newRow("withholds commits") << lie<Withholder>() << Proof::Never;
    QTest::newRow("commits without a certificate") << lie<Forger>(Way::Uncertified) << Proof::Certain;
    QTest::newRow("commits with forged votes") << lie<Forger>(Way::ForgedVotes) << Proof::Certain;
    QTest::newRow("commits twice, differently") << lie<Forger>(Way::TwoCommits) << Proof::Certain;
    QTest::newRow("proposes different batches") << lie<TwoFaced>() << Proof::Never;
}

void TestManagerLiars::oneLiarChangesNothing()
{
    QFETCH(MakeLie, make);
    QFETCH(Proof, proof);
    ManagerCluster::Options options;
    options.natsNodes = 1;
    options.played = {kLiar};
    const auto cluster = take(ManagerCluster::start(std::move(options)));
    const auto liar = play(*cluster, make);
    const auto proposer = take(Proposer::join(*cluster));
    // Bundles, so that batches have several items.
    for (int i = 0; i < 60; ++i) {
        proposer->propose(7, true);
        QVERIFY2(proposer->waitForDecided(static_cast<std::size_t>(i * 7)),
                 qPrintable(QStringLiteral("%1 decided, slot %2\n%3")
                                .arg(proposer->decided())
                                .arg(proposer->slot())
                                .arg(QString::fromStdString(cluster->printedBy(0)))));
    }
    QVERIFY(proposer->waitUntilSettled());
    QVERIFY(proposer->wrongOnes().size() >= 20);
    const std::string wrong = whatIsWrong(*cluster, *proposer);
    QVERIFY2(wrong.empty(), wrong.c_str());

    // Whoever is honest writes evidence that stands by itself.
    std::vector<std::filesystem::path> files;
    for (std::size_t i = 0; i < kLiar; ++i) {
        for (const auto &entry : std::filesystem::directory_iterator(cluster->folderOf(i))) {
            if (entry.path().extension() == ".csfault") {
                files.push_back(entry.path());
            }
        }
    }
    QVERIFY(proof != Proof::Certain || !files.empty());
    QVERIFY(proof != Proof::Never || files.empty());
    for (const std::filesystem::path &file : files) {
        const EvidenceFile evidence = take(loadEvidence(file));
        QCOMPARE(evidence.evidence.manager, ManagerIndex(kLiar));
        QProcess cli;
        cli.start(QStringLiteral(COINSWARM_BINARY_DIR "/bin/coinswarm-cli"),
                  {QStringLiteral("audit"), QStringLiteral("convict"), QString::fromStdString(file.string())});
        QVERIFY(cli.waitForFinished(30'000));
        QVERIFY2(cli.exitCode() == 0, (cli.readAllStandardOutput() + cli.readAllStandardError()).constData());
    }
}

QTEST_GUILESS_MAIN(TestManagerLiars)
#include "tst_manager_liars.moc"
