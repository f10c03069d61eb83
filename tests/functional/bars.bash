# SPDX-FileCopyrightText: The Coinswarm authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# `source`d: a market of whole numbers that swings, so that every agent has something to say.

# bars COUNT: five-minute bars as CSV.
bars() {
    awk -v count="$1" 'BEGIN {
        print "timestamp,open,high,low,close,volume"
        price = 30000
        for (i = 0; i < count; i++) {
            open = price
            # Long waves with a short one on top: trends, turns and returns to the average.
            price = 30000 + int(1500 * sin(i / 60)) + int(120 * sin(i / 5))
            high = (open > price ? open : price) + 15
            low = (open < price ? open : price) - 15
            printf "%.0f,%d,%d,%d,%d,%d\n", 1704067200000 + i * 300000, open, high, low, price, 40 + i % 7
        }
    }'
}
