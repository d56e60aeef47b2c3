#include "access/action.h"

enum {
    M = ROLE_BIT(ACCESS_MARKETING),
    S = ROLE_BIT(ACCESS_SALES),
    C = ROLE_BIT(ACCESS_SUCCESS),
    P = ROLE_BIT(ACCESS_PRODUCT),
    A = ROLE_BIT(ACCESS_ADMIN),
};

/* Only sales decides about a lead that marketing hands over, an administrator no more than anybody else. */
static const struct action_row rows[ACTIONS] = {
    [ACTION_SELF] = {"self", M | S | C | P | A, true, true},
    [ACTION_REPORT_READ] = {"report.read", M | S | C | P | A, false, false},
    [ACTION_LEAD_READ] = {"lead.read", M | S | C | A, false, false},
    [ACTION_LEAD_ROUTE] = {"lead.route", S | A, true, false},
    [ACTION_EXPORT] = {"export", M | S | A, false, false},
    [ACTION_HANDOFF_READ] = {"handoff.read", M | S | C | A, false, false},
    [ACTION_HANDOFF_PROPOSE] = {"handoff.propose", M, true, false},
    [ACTION_HANDOFF_ACCEPT] = {"handoff.accept", S, true, false},
    [ACTION_HANDOFF_REJECT] = {"handoff.reject", S, true, false},
    [ACTION_HANDOFF_RETURN] = {"handoff.return", S, true, false},
    [ACTION_ALERT_CHANNEL] = {"alert.channel", M | A, false, false},
    [ACTION_ALERT_LATE] = {"alert.late", S, false, false},
    [ACTION_ALERT_SERVICE] = {"alert.service", M | S | C | A, false, false},
    [ACTION_ALERT_DELIVERY] = {"alert.delivery", A, false, false},
    [ACTION_DECISION_WRITE] = {"decision.write", M | S | C | P | A, true, false},
    [ACTION_VIEW_SHARE] = {"view.share", M | S | C | P | A, true, false},
    [ACTION_DEFINITION_READ] = {"definition.read", M | S | C | P | A, false, false},
    [ACTION_DEFINITION_EDIT] = {"definition.edit", M | S | A, true, false},
    [ACTION_DEFINITION_SIGN_MARKETING] = {"definition.sign.marketing", M, true, true},
    [ACTION_DEFINITION_SIGN_SALES] = {"definition.sign.sales", S, true, true},
    [ACTION_BACKTEST] = {"backtest", M | S | P | A, false, false},
    [ACTION_EVENT_WRITE] = {"event.write", M | S | C | A, true, false},
    [ACTION_MERGE] = {"merge", M | S | A, true, false},
    [ACTION_ERASE] = {"erase", A, true, false},
    [ACTION_USER_READ] = {"user.read", M | S | C | P | A, false, false},
    [ACTION_USER_MANAGE] = {"user.manage", A, true, true},
    [ACTION_KEY_MANAGE] = {"key.manage", A, true, true},
    [ACTION_CHANNEL_MANAGE] = {"channel.manage", A, true, true},
    [ACTION_AUDIT_READ] = {"audit.read", A, false, false},
    [ACTION_SYSTEM_READ] = {"system.read", A, false, false},
};

const struct action_row *action_row(enum action action)
{
    return &rows[action];
}

enum action action_named(struct slice name)
{
    int action = 0;
    while (action < ACTIONS && !slice_is(name, rows[action].name)) action++;
    return (enum action)action;
}
