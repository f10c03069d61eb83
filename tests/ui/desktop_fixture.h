// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "main_window.h"
#include "scripted_engine.h"
#include "theme/preferences.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

namespace coinswarm::ui {

/// A real window on a scripted engine with fresh preferences.
struct Desktop {
    QTemporaryDir folder;
    Preferences preferences{folder.filePath(QStringLiteral("settings.ini"))};
    ScriptedEngine engine;
    MainWindow window{engine, preferences};

    /// Shows the window and waits for the first frame.
    [[nodiscard]] bool open()
    {
        window.show();
        window.activateWindow();
        return QTest::qWaitForWindowExposed(&window)
            && QTest::qWaitFor([this] { return window.session().freshness() == Freshness::Live; });
    }
    /// One approval on the screen with the keyboard focus on its card.
    ApprovalCard *openApproval(std::chrono::seconds left = std::chrono::seconds(3'600))
    {
        engine.addApproval(left);
        engine.deliver();
        if (window.approvals().cards().empty()) {
            return nullptr;
        }
        ApprovalCard *card = window.approvals().cards().front();
        card->setFocus();
        return card;
    }
};

} // namespace coinswarm::ui
