// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "redis_store.h"

#include "item_bytes.h"
#include "redis_scripts.h"

#include "redis/redis_error.h"

#include <QtCore/QRandomGenerator>

#include <algorithm>
#include <charconv>

namespace coinswarm::redis {

namespace {

constexpr std::size_t kPairsPerCommand = 64;
constexpr int kLoadAttempts = 5;
constexpr std::string_view kTurnMs = "15000"; ///< after which a filler that says nothing has lost its turn
constexpr std::string_view kFillingMs = "60000"; ///< after which what it had filled is gone

std::uint64_t numberOf(std::string_view text)
{
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

} // namespace

RedisStore::RedisStore(RedisPool &pool, const std::string &prefix, const std::string &cluster)
    : m_pool(pool),
      m_marker(prefix + "{" + cluster + "}:marker"),
      m_episodes(prefix + "{" + cluster + "}:episodes"),
      m_turn(prefix + "{" + cluster + "}:turn"),
      m_token(slotText(QRandomGenerator::system()->generate64())),
      m_filling(prefix + "{" + cluster + "}:filling:" + m_token)
{}

std::string RedisStore::slotText(std::uint64_t slot)
{
    const std::string digits = std::to_string(slot);
    return std::string(20 - digits.size(), '0') + digits;
}

Result<StoredMarker> RedisStore::look()
{
    StoredMarker marker;
    const Result<void> done = m_pool.run([&](RedisConnection &redis) -> Result<void> {
        redis.append({"HMGET", m_marker, "slot", "digest", "episodes", "format"});
        redis.append({"HLEN", m_episodes});
        const Result<std::vector<RedisReply>> replies = redis.readAll();
        if (!replies.ok()) {
            return replies.error();
        }
        if (const Result<void> sound = firstError(redis.settings(), *replies); !sound.ok()) {
            return sound;
        }
        const RedisReply &fields = replies->front();
        marker.slot = fields[0].text();
        marker.digest = fields[1].isNil() ? ContentsDigest().text() : std::string(fields[1].text());
        marker.episodes = numberOf(fields[2].text());
        marker.sound = static_cast<std::uint64_t>(replies->back().integer()) == marker.episodes
            && (fields[3].isNil() || fields[3].text() == "1");
        return {};
    });
    return done.ok() ? Result<StoredMarker>(marker) : done.error();
}

Result<RedisStore::Outcome> RedisStore::outcomeOf(RedisView reply) const
{
    if (reply.isError()) {
        return redisReplyError(m_pool.settings(), reply.text());
    }
    const std::string_view word = reply[0].text();
    return word == "written" ? Outcome::Written
        : word == "ahead"    ? Outcome::Ahead
        : word == "busy"     ? Outcome::Busy
                             : Outcome::Differs;
}

Result<RedisStore::Outcome> RedisStore::write(const SlotLog::Slots &slots, StoredMarker &at)
{
    Outcome outcome = Outcome::Written;
    const Result<void> done = m_pool.run([&](RedisConnection &redis) -> Result<void> {
        for (const auto &slot : slots) {
            std::vector<std::string> numbers{slotText(slot->after.slot), slot->before.digest.text(),
                                             slot->after.digest.text(), std::to_string(slot->after.episodes)};
            std::vector<std::string> removed;
            std::vector<std::string> ids;
            for (const LoggedChange &change : slot->changes) {
                (change.bytes ? ids : removed).push_back(std::to_string(change.id));
            }
            numbers.push_back(std::to_string(removed.size()));
            std::vector<std::string_view> arguments{"EVAL", scripts::kWrite, "2", m_marker, m_episodes};
            arguments.insert(arguments.end(), numbers.begin(), numbers.end());
            arguments.insert(arguments.end(), removed.begin(), removed.end());
            std::size_t next = 0;
            for (const LoggedChange &change : slot->changes) {
                if (change.bytes) {
                    arguments.emplace_back(ids[next++]);
                    arguments.emplace_back(*change.bytes);
                }
            }
            redis.append(arguments);
        }
        const Result<std::vector<RedisReply>> replies = redis.readAll();
        if (!replies.ok()) {
            return replies.error();
        }
        for (std::size_t i = 0; i < replies->size(); ++i) {
            const RedisReply &reply = (*replies)[i];
            const Result<Outcome> one = outcomeOf(reply.view());
            if (!one.ok()) {
                return one.error();
            }
            outcome = *one;
            at.slot = reply[1].text();
            at.digest = reply[2].text();
            if (outcome == Outcome::Written) {
                at.episodes = slots[i]->after.episodes;
            }
        }
        return {};
    });
    return done.ok() ? Result<Outcome>(outcome) : done.error();
}

Result<RedisStore::Loaded> RedisStore::load(std::chrono::steady_clock::time_point deadline)
{
    for (int attempt = 0; attempt < kLoadAttempts; ++attempt) {
        const Result<StoredMarker> before = look();
        if (!before.ok()) {
            return before.error();
        }
        if (before->slot.empty() && before->sound) {
            return Error{ErrorKind::NotFound, "Redis at " + m_pool.settings().address() + " holds no episodes."};
        }
        ContentsState found;
        Result<Loaded> loaded = scan(deadline, found);
        const Result<StoredMarker> after = look();
        if (!loaded.ok() && loaded.error().kind != ErrorKind::Corrupt) {
            return loaded.error();
        }
        if (!after.ok()) {
            return after.error();
        }
        // Others write meanwhile: what was read then is of no slot.
        if (*after != *before) {
            continue;
        }
        if (!loaded.ok() || !after->sound || after->slot.empty() || found.digest.text() != after->digest) {
            static_cast<void>(disown(*after));
            return Error{ErrorKind::Corrupt,
                         "The episodes in Redis at " + m_pool.settings().address()
                             + " are not what their marker says. They are not used, and are written again."};
        }
        loaded->slot = numberOf(after->slot);
        return loaded;
    }
    return Error{ErrorKind::Unavailable,
                 "The episodes in Redis at " + m_pool.settings().address()
                     + " changed whenever they were read; memory is filled from the commits instead."};
}

Result<RedisStore::Loaded> RedisStore::scan(std::chrono::steady_clock::time_point deadline, ContentsState &found)
{
    Loaded loaded;
    std::string cursor = "0";
    bool readable = true;
    const Result<void> done = m_pool.run([&](RedisConnection &redis) -> Result<void> {
        do {
            const Result<RedisReply> part = redis.command({"HSCAN", m_episodes, cursor, "COUNT", "1000"});
            if (!part.ok()) {
                return part.error();
            }
            const RedisView pairs = (*part)[1];
            for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
                std::optional<MemoryItem> item = itemFrom(pairs[i + 1].text());
                readable = readable && item && std::to_string(item->id.value) == pairs[i].text();
                if (item) {
                    loaded.items.push_back(std::move(*item));
                }
            }
            cursor = (*part)[0].text();
            if (std::chrono::steady_clock::now() > deadline) {
                return Error{ErrorKind::Refused,
                             "Reading the episodes from Redis at " + redis.settings().address()
                                 + " takes too long; memory is filled from the commits instead."};
            }
        } while (cursor != "0" && !cursor.empty());
        return {};
    });
    if (!done.ok()) {
        return done.error();
    }
    // A table that grows while it is read may show an episode twice.
    const auto byId = [](const MemoryItem &a, const MemoryItem &b) { return a.id < b.id; };
    std::stable_sort(loaded.items.begin(), loaded.items.end(), byId);
    const auto same = [](const MemoryItem &a, const MemoryItem &b) { return a.id == b.id; };
    loaded.items.erase(std::unique(loaded.items.begin(), loaded.items.end(), same), loaded.items.end());
    for (const MemoryItem &item : loaded.items) {
        found.digest.add(itemBytes(item));
    }
    return readable ? Result<Loaded>(std::move(loaded)) : Error{ErrorKind::Corrupt, "an episode cannot be read"};
}

Result<void> RedisStore::erase()
{
    return m_pool.run([&](RedisConnection &redis) -> Result<void> {
        // Without its marker what is left is nothing, should the connection end here.
        redis.append({"MULTI"});
        redis.append({"DEL", m_marker});
        redis.append({"UNLINK", m_episodes});
        redis.append({"EXEC"});
        const Result<std::vector<RedisReply>> replies = redis.readAll();
        return replies.ok() ? firstError(redis.settings(), *replies) : Result<void>(replies.error());
    });
}

Result<void> RedisStore::disown(const StoredMarker &marker)
{
    return m_pool.run([&](RedisConnection &redis) -> Result<void> {
        const Result<RedisReply> reply =
            redis.command({"EVAL", scripts::kDisown, "1", m_marker, marker.slot, marker.digest});
        return reply.ok() ? Result<void>() : reply.error();
    });
}

Result<RedisStore::Outcome> RedisStore::beginFill()
{
    Outcome outcome = Outcome::Busy;
    const Result<void> done = m_pool.run([&](RedisConnection &redis) -> Result<void> {
        redis.append({"SET", m_turn, m_token, "NX", "PX", kTurnMs});
        redis.append({"GET", m_turn});
        redis.append({"UNLINK", m_filling});
        const Result<std::vector<RedisReply>> replies = redis.readAll();
        if (!replies.ok()) {
            return replies.error();
        }
        outcome = (*replies)[1].text() == m_token ? Outcome::Written : Outcome::Busy;
        return firstError(redis.settings(), *replies);
    });
    return done.ok() ? Result<Outcome>(outcome) : done.error();
}

Result<void> RedisStore::fill(const std::vector<LoggedChange> &changes)
{
    std::vector<std::string> ids;
    ids.reserve(changes.size());
    for (const LoggedChange &change : changes) {
        ids.push_back(std::to_string(change.id));
    }
    return m_pool.run([&](RedisConnection &redis) -> Result<void> {
        std::vector<std::string_view> arguments;
        const auto send = [&] {
            if (arguments.size() > 2) {
                redis.append(arguments);
            }
            arguments.assign({"HSET", m_filling});
        };
        send();
        for (std::size_t i = 0; i < changes.size(); ++i) {
            if (!changes[i].bytes) {
                send();
                redis.append({"HDEL", m_filling, ids[i]});
                continue;
            }
            arguments.emplace_back(ids[i]);
            arguments.emplace_back(*changes[i].bytes);
            if (arguments.size() >= 2 + 2 * kPairsPerCommand) {
                send();
            }
        }
        send();
        redis.append({"PEXPIRE", m_filling, kFillingMs});
        redis.append({"PEXPIRE", m_turn, kTurnMs});
        const Result<std::vector<RedisReply>> replies = redis.readAll();
        return replies.ok() ? firstError(redis.settings(), *replies) : Result<void>(replies.error());
    });
}

Result<RedisStore::Outcome> RedisStore::endFill(const ContentsState &state, const StoredMarker &seen)
{
    Result<Outcome> outcome = Outcome::Differs;
    const Result<void> done = m_pool.run([&](RedisConnection &redis) -> Result<void> {
        const Result<RedisReply> reply = redis.command(
            {"EVAL", scripts::kEndFill, "4", m_marker, m_episodes, m_filling, m_turn, slotText(state.slot),
             state.digest.text(), std::to_string(state.episodes), seen.slot, seen.digest, m_token});
        if (!reply.ok()) {
            return reply.error();
        }
        outcome = outcomeOf(reply->view());
        return {};
    });
    return done.ok() ? outcome : done.error();
}

void RedisStore::abandonFill()
{
    // If this does not arrive, both go away by themselves.
    static_cast<void>(m_pool.run([&](RedisConnection &redis) -> Result<void> {
        const Result<RedisReply> reply = redis.command({"UNLINK", m_filling, m_turn});
        return reply.ok() ? Result<void>() : reply.error();
    }));
}

} // namespace coinswarm::redis
