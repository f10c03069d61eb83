// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "scripted_swarm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace coinswarm::ui {

using namespace coinswarm::api;

namespace {

constexpr std::uint64_t kInFrame = 1'000;
constexpr std::size_t kManagers = 4;
constexpr std::size_t kEpisodes = 700;
constexpr std::array<const char *, 3> kSymbols{"BTC-USDT", "ETH-USDT", "SOL-USDT"};

struct Cluster {
    double x;
    double y;
    double reward;
    Action action;
    VolatilityRegime volatility;
    TrendRegime trend;
    PatternStatus status;
};

constexpr std::array<Cluster, 5> kClusters{{
    {-0.55, 0.35, 0.0062, Action::Buy, VolatilityRegime::Low, TrendRegime::Up, PatternStatus::Promoted},
    {0.40, 0.55, -0.0041, Action::Buy, VolatilityRegime::High, TrendRegime::Down, PatternStatus::Deprecated},
    {0.55, -0.30, 0.0035, Action::Sell, VolatilityRegime::High, TrendRegime::Down, PatternStatus::Promoted},
    {-0.25, -0.50, 0.0008, Action::Buy, VolatilityRegime::Normal, TrendRegime::Range, PatternStatus::Candidate},
    {0.05, 0.05, -0.0006, Action::Sell, VolatilityRegime::Normal, TrendRegime::Up, PatternStatus::Candidate},
}};

std::string hex(std::uint64_t number)
{
    std::string text;
    for (int i = 0; i < 64; ++i) {
        number = number * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        text.push_back("0123456789abcdef"[number >> 60]);
    }
    return text;
}

std::vector<EpisodeView> episodes(Timestamp now)
{
    std::mt19937 random(11);
    const auto uniform = [&random] { return static_cast<double>(random()) / 4'294'967'296.0; };
    const auto bell = [&uniform] { return uniform() + uniform() + uniform() + uniform() - 2; };
    std::vector<EpisodeView> all;
    for (std::size_t i = 0; i < kEpisodes; ++i) {
        const std::size_t of = random() % (kClusters.size() + 1);
        const bool stray = of == kClusters.size();
        const Cluster &cluster = kClusters[stray ? random() % kClusters.size() : of];
        EpisodeView view;
        view.id = EpisodeId(i + 1);
        view.slot = 200 + i * 25;
        view.x = stray ? bell() * 0.8 : cluster.x + bell() * 0.16;
        view.y = stray ? bell() * 0.7 : cluster.y + bell() * 0.13;
        view.tags.symbol = kSymbols[random() % kSymbols.size()];
        view.tags.action = cluster.action;
        view.tags.reward = (stray ? 0 : cluster.reward) + bell() * 0.006;
        view.tags.volatility = cluster.volatility;
        view.tags.trend = cluster.trend;
        view.tags.time = now - std::chrono::minutes(40 * (kEpisodes - i));
        if (!stray) {
            view.tags.pattern = PatternId(of + 1);
            view.tags.promoted = cluster.status == PatternStatus::Promoted;
            view.tags.deprecated = cluster.status == PatternStatus::Deprecated;
        }
        all.push_back(view);
    }
    return all;
}

std::vector<Pattern> patterns(const std::vector<EpisodeView> &episodes, Timestamp now)
{
    std::vector<Pattern> all;
    for (std::size_t i = 0; i < kClusters.size(); ++i) {
        std::vector<double> rewards;
        for (const EpisodeView &episode : episodes) {
            if (episode.tags.pattern == PatternId(i + 1)) {
                rewards.push_back(episode.tags.reward);
            }
        }
        std::sort(rewards.begin(), rewards.end());
        const Cluster &cluster = kClusters[i];
        Pattern pattern;
        pattern.id = PatternId(i + 1);
        pattern.action = cluster.action;
        pattern.status = cluster.status;
        pattern.volatility = cluster.volatility;
        pattern.trend = cluster.trend;
        pattern.name = std::string(enumName(cluster.action)) + " in " + std::string(enumName(cluster.volatility))
            + " volatility, " + std::string(enumName(cluster.trend)) + " #" + std::to_string(i + 1);
        pattern.updated = now;
        pattern.slot = 18'000 + i * 31;
        PatternStatistics &s = pattern.statistics;
        s.episodes = rewards.size();
        for (const double reward : rewards) {
            s.meanReward += reward / static_cast<double>(rewards.size());
            s.winRate += reward > 0 ? 1.0 / static_cast<double>(rewards.size()) : 0;
        }
        for (const double reward : rewards) {
            s.deviation += (reward - s.meanReward) * (reward - s.meanReward) / static_cast<double>(rewards.size() - 1);
        }
        s.deviation = std::sqrt(s.deviation);
        s.days = i == 3 ? 12 : 40;
        s.sharpe = s.days < 20 ? 0 : s.meanReward / s.deviation * 9;
        s.tail5 = rewards[rewards.size() / 20];
        s.tail95 = rewards[rewards.size() * 19 / 20];
        s.drawdown = 0.031 - s.meanReward;
        s.meanSlippageBps = 0.8;
        all.push_back(pattern);
    }
    return all;
}

RecallView recallOf(std::uint32_t instrument, const std::vector<EpisodeView> &episodes, Timestamp now)
{
    RecallView view;
    view.instrument = InstrumentId(instrument);
    view.time = now;
    view.x = kClusters[instrument - 1].x + 0.08;
    view.y = kClusters[instrument - 1].y - 0.06;
    view.recall.slot = 18'230;
    const auto distance = [&](const EpisodeView &e) { return std::hypot(e.x - view.x, e.y - view.y); };
    std::vector<EpisodeView> near = episodes;
    std::sort(near.begin(), near.end(),
              [&](const EpisodeView &a, const EpisodeView &b) { return distance(a) < distance(b); });
    for (std::size_t i = 0; i < kRecalledEpisodes; ++i) {
        const double apart = 90 + distance(near[i]) * 900;
        view.recall.neighbours.push_back({near[i].id, static_cast<std::int32_t>(apart * apart), near[i].tags});
    }
    return view;
}

ServiceView service(const char *name, const char *kind, const char *detail, const char *ifItDies, double age)
{
    ServiceView view;
    view.name = name;
    view.kind = kind;
    view.state = ServiceState::Working;
    view.detail = detail;
    view.ifItDies = ifItDies;
    view.ageSeconds = age;
    return view;
}

} // namespace

QuorumSlotView ScriptedSwarm::slot(std::uint64_t number) const
{
    QuorumSlotView view;
    view.slot = number;
    view.round = number % 97 == 0 ? 1 : 0;
    view.coordinator = "m" + std::to_string((number + view.round) % kManagers + 1);
    const char *kind = number % 11 == 0 ? "update_pattern"
        : number % 211 == 0             ? "promote_pattern"
        : number % 307 == 0             ? "change_weights"
                                        : "add_episode";
    view.items = number % 11 == 0 || number % 5 != 0 ? 1 : 1 + static_cast<std::uint32_t>(number % 7);
    view.change = kind + (view.items > 1 ? " ×" + std::to_string(view.items) : std::string());
    const bool refuses = number % 41 == 0;
    view.accepted = view.items - (refuses ? 1 : 0);
    view.commit = hex(number);
    for (std::uint32_t i = 0; i < view.items; ++i) {
        const bool accepted = !refuses || i > 0;
        view.content.push_back({kind, hex(number * 100 + i), "desk",
                                std::string(kSymbols[(number + i) % 3]) + " buy 0.042 at 61,824.10, earned +0.42 %",
                                accepted, accepted ? EpisodeId(number + i) : EpisodeId()});
    }
    for (std::size_t m = 0; m < kManagers; ++m) {
        const bool silent = m == 3 && number % 13 == 0;
        const bool late = m == 1 && number % 29 == 0;
        view.managers.push_back({"m" + std::to_string(m + 1), !silent, !silent && !late, {}});
        if (refuses && !silent) {
            view.managers.back().reasons = {number % 82 == 0 ? "unknown_pattern" : "wrong_pnl"};
        }
    }
    return view;
}

Result<SlotPage> ScriptedSwarm::page(const SlotQuery &query)
{
    ++queries;
    if (!enabled) {
        return Error{ErrorKind::Refused, "memory is off in this session"};
    }
    SlotPage page;
    page.total = slots;
    page.known = known;
    if (known < 1) {
        known = known > 0.9 ? 1 : (1 + known) / 2;
        return page;
    }
    const std::vector<SlotWord> words = slotWords(query.text);
    page.lookedFrom = query.beforeSlot == 0 ? slots + 1 : std::min(query.beforeSlot, slots + 1);
    const std::uint64_t end = page.lookedFrom - std::min(page.lookedFrom - 1, slotsPerLook);
    while (page.lookedFrom > end && page.slots.size() < query.limit) {
        QuorumSlotView view = slot(--page.lookedFrom);
        if (passes(view, words)) {
            page.slots.push_back(std::move(view));
        }
    }
    std::reverse(page.slots.begin(), page.slots.end());
    return page;
}

MemoryStatusView ScriptedSwarm::status() const
{
    MemoryStatusView view;
    view.enabled = enabled;
    if (!enabled) {
        return view;
    }
    view.cluster = "swarm-1";
    view.embedded = false;
    view.slot = slots;
    view.episodes = kEpisodes;
    view.patterns = kClusters.size();
    view.promoted = 2;
    view.pending = 1;
    view.committed = 214;
    view.undecidedRounds = 3;
    view.auditFile = "audit.csaudit";
    view.hot.backend = "redis";
    view.hot.slot = slots;
    view.hot.episodes = kEpisodes;
    view.hot.bytes = 3 << 20;
    view.hot.queriesPerSecond = 4.2;
    view.hot.medianMicroseconds = 310;
    view.hot.p99Microseconds = 900;
    const char *manager = "The others go on: 1 of 4 may be away. With one more, memory stands still until one is back.";
    view.services = {
        service("m1", "manager", "slot 18234", manager, 0.2),
        service("m2", "manager", "slot 18234", manager, 0.3),
        service("m3", "manager", "slot 18234", manager, 0.1),
        service("m4", "manager", "slot 18234", manager, 0.4),
        service(
            "NATS", "bus", "connected to nats-1, nats-2, nats-3",
            "Nothing is decided until it is back; trading goes on with the memory as it is, and proposals wait on this "
            "disk.",
            0.1),
        service("Redis", "memory", "redis, 700 episodes",
                "Agents vote without being reminded of anything; nothing that is committed is lost.", 0.5),
        service("PostgreSQL", "database", "everything is written",
                "Records go to a buffer on this disk, and into the database when it is back.", 1.4),
    };
    return view;
}

void ScriptedSwarm::fill(Frame &frame, Timestamp now) const
{
    frame.memory = status();
    if (!enabled) {
        return;
    }
    frame.quorumSlots.clear();
    const std::uint64_t first = slots - std::min(slots, kInFrame) + 1;
    for (std::uint64_t number = first; number <= slots; ++number) {
        frame.quorumSlots.push_back(slot(number));
        frame.quorumSlots.back().time = now - std::chrono::seconds(37 * (slots - number));
        frame.quorumSlots.back().latencyMs = 0.9 + static_cast<double>(number % 17) * 0.11;
    }
    frame.episodes = episodes(now);
    frame.patterns = patterns(frame.episodes, now);
    for (std::uint32_t instrument = 1; instrument <= 3; ++instrument) {
        frame.recalls.push_back(recallOf(instrument, frame.episodes, now));
    }
}

} // namespace coinswarm::ui
