#include "access/identity.h"

#include <stdio.h>

bool roles_allow(role_set roles, enum action action)
{
    return (roles & action_row(action)->roles) != 0;
}

bool access_allows(const struct identity *who, enum action action)
{
    const struct action_row *row = action_row(action);
    if (who->kind == IDENTITY_NOBODY) return false;
    if (who->kind == IDENTITY_API_KEY && (row->people_only || (row->writes && !who->writes))) return false;
    return roles_allow(who->roles, action);
}

struct identity identity_nobody(struct slice address)
{
    struct identity who = {.kind = IDENTITY_NOBODY};
    snprintf(who.address, sizeof who.address, "%.*s", SLICE_ARG(address));
    return who;
}

struct identity identity_command(void)
{
    return (struct identity){.kind = IDENTITY_COMMAND, .roles = ROLE_BIT(ACCESS_ADMIN), .writes = true};
}

struct slice identity_text(const struct identity *who, char *out, size_t size)
{
    static const char *const kinds[] = {[IDENTITY_NOBODY] = "nobody",
                                        [IDENTITY_USER] = "user",
                                        [IDENTITY_API_KEY] = "key",
                                        [IDENTITY_COMMAND] = "command"};
    if (who->kind == IDENTITY_USER || who->kind == IDENTITY_API_KEY)
        snprintf(out, size, "%s:%lld", kinds[who->kind], (long long)who->id);
    else
        snprintf(out, size, "%s", kinds[who->kind]);
    return slice_from(out);
}
