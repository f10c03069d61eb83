// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A healthy library that is not a plugin.
extern "C" int coinswarmTestAnswer()
{
    return 42;
}
