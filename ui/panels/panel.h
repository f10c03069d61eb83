// SPDX-FileCopyrightText: The Coinswarm authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "models/session_store.h"
#include "theme/preferences.h"

#include <QtWidgets/QWidget>

namespace coinswarm::ui {

/// What every panel is given; both outlive it.
struct PanelContext {
    SessionStore &session;
    Preferences &preferences;
};

/// The content of one dock. Its header (title, tools, state dot, menu) is drawn by the dock. GUI thread.
class Panel : public QWidget
{
    Q_OBJECT

public:
    Panel(const PanelContext &context, const QString &id, const QString &title, QWidget *parent = nullptr);

    /// Stable: names the help page and the place in saved layouts.
    const QString &id() const { return m_id; }
    const QString &title() const { return m_title; }
    /// "Approvals (2)"
    QString caption() const { return m_caption; }
    /// Widgets for the header: selectors, tabs, filter. May be null. The dock takes ownership.
    QWidget *headerTools() const { return m_tools; }

Q_SIGNALS:
    void captionChanged();

protected:
    SessionStore &session() const { return m_context.session; }
    Preferences &preferences() const { return m_context.preferences; }
    const Colors &colors() const { return m_context.preferences.colors(); }
    void setCaption(const QString &caption);
    void setHeaderTools(QWidget *tools) { m_tools = tools; }

private:
    PanelContext m_context;
    QString m_id;
    QString m_title;
    QString m_caption;
    QWidget *m_tools = nullptr;
};

} // namespace coinswarm::ui
