// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>

/// The numbers that every manager judges by. They are part of the protocol: managers with other numbers vote differently.
namespace coinswarm::memory {

inline constexpr std::size_t kMostVotes = 64; ///< of an episode
inline constexpr std::size_t kMostFills = 4'096;
inline constexpr std::size_t kMostNameBytes = 64;
inline constexpr std::size_t kMostSymbolBytes = 32;
inline constexpr std::size_t kMostSessionBytes = 128;
inline constexpr std::size_t kMostFillBytes = 128;
/// What was put in must be worth so many times what rounding can add to the profit: the reward is within one per cent.
inline constexpr std::int64_t kLeastWorth = 100;

/// Squared distances between embeddings; 384 features of −127 … 127. Two states of a market are typically 150,000 to 180,000
/// apart, one is 75,000 to 90,000 from the mean of all, and its tenth nearest is 30,000 to 65,000 away.
inline constexpr std::int32_t kPatternRadius = 100'000; ///< of an episode that joins, from the centre
inline constexpr std::int32_t kPatternDrift = 30'000; ///< of the centre, from where it was founded

inline constexpr std::uint64_t kPromoteEpisodes = 100;
inline constexpr std::uint32_t kPromoteDays = 20;
inline constexpr double kPromoteSharpe = 1.5;
inline constexpr double kLeastDeviation = 1e-9; ///< of daily rewards: below it there is no Sharpe ratio, only rounding
inline constexpr double kPromoteDrawdown = 0.10;

/// A pattern decays if its latest episodes lost more than chance explains, or if it is promoted and has fallen well below
/// what promotion asks.
inline constexpr std::uint64_t kDecayEpisodes = 50;
inline constexpr double kDecayErrors = 2.0; ///< standard errors of their mean reward below zero
inline constexpr double kDecaySharpe = 1.0;
inline constexpr double kDecayDrawdown = 0.15;

inline constexpr double kLeastWeight = 0.02;
inline constexpr double kMostWeight = 0.80;
inline constexpr double kWeightsTolerance = 1e-9;
inline constexpr std::uint64_t kWeightEpisodes = 20; ///< fewer prove nothing

} // namespace coinswarm::memory
