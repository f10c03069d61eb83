// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/formats.h"
#include "theme/colors.h"

namespace coinswarm::ui {

struct ChainLine {
    QString label;
    QString value;
    Tone tone = Tone::Normal;
};

/// One link of the chain, e.g. the order, with its id.
struct ChainStep {
    QString title;
    QString id; ///< "order 12"
    QString when;
    std::vector<ChainLine> lines;
};

/// Fills → order → approval → risk checks → committee decision → votes → memory → market state, newest effect first.
std::vector<ChainStep> chainOf(const api::Explanation &explanation, const Formats &formats);
/// The part of the chain that a decision without an order has.
std::vector<ChainStep> chainOf(const Decision &decision, const Formats &formats);
QString chainAsHtml(const std::vector<ChainStep> &chain, const Colors &colors);
QString chainAsText(const std::vector<ChainStep> &chain);

} // namespace coinswarm::ui
