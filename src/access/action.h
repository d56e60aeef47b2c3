/* What can be done in masa, and which roles may do it: one table, which test/access/roles.txt says again in plain
 * text. Whoever is about to do something asks access_allows (identity.h) with one of these. */
#ifndef MASA_ACCESS_ACTION_H
#define MASA_ACCESS_ACTION_H

#include "access/role.h"

enum action {
    ACTION_SELF,        /* one's own name, language, password, sessions */
    ACTION_REPORT_READ, /* numbers */
    ACTION_LEAD_READ,   /* people behind the numbers */
    ACTION_LEAD_ROUTE,  /* who is responsible for a lead */
    ACTION_EXPORT,      /* lists of people as files */
    ACTION_HANDOFF_READ,
    ACTION_HANDOFF_PROPOSE,
    ACTION_HANDOFF_ACCEPT,
    ACTION_HANDOFF_REJECT,
    ACTION_HANDOFF_RETURN,
    ACTION_ALERT_CHANNEL,  /* to be told of channels that keep failing, */
    ACTION_ALERT_LATE,     /* of handoffs past their time, */
    ACTION_ALERT_SERVICE,  /* of a service that takes no events, */
    ACTION_ALERT_DELIVERY, /* of webhooks that do not take what is sent */
    ACTION_DECISION_WRITE, /* the register of decisions */
    ACTION_VIEW_SHARE,     /* saved views for everyone */
    ACTION_DEFINITION_READ,
    ACTION_DEFINITION_EDIT,
    ACTION_DEFINITION_SIGN_MARKETING,
    ACTION_DEFINITION_SIGN_SALES,
    ACTION_BACKTEST,
    ACTION_EVENT_WRITE, /* events brought in with an API key */
    ACTION_MERGE,       /* and un-merge */
    ACTION_ERASE,
    ACTION_USER_READ, /* names, roles and teams of colleagues */
    ACTION_USER_MANAGE,
    ACTION_KEY_MANAGE,
    ACTION_CHANNEL_MANAGE, /* webhooks that are told of handoffs */
    ACTION_AUDIT_READ,
    ACTION_SYSTEM_READ, /* state and metrics of the server */
    ACTIONS,
};

struct action_row {
    const char *name; /* "report.read": also the action in the audit trail */
    role_set roles;   /* who may */
    bool writes;      /* changes something: not for a key that only reads */
    bool people_only; /* not for a key at all */
};

const struct action_row *action_row(enum action action);
/* ACTIONS when no action has that name. */
enum action action_named(struct slice name);

#endif
