#include "access/role.h"

static const struct slice names[ACCESS_ROLES] = {
    [ACCESS_MARKETING] = {"marketing", 9}, [ACCESS_SALES] = {"sales", 5}, [ACCESS_SUCCESS] = {"success", 7},
    [ACCESS_PRODUCT] = {"product", 7},     [ACCESS_ADMIN] = {"admin", 5},
};

struct slice role_name(enum access_role role)
{
    return names[role];
}

static role_set role_of(struct slice name)
{
    for (int role = 0; role < ACCESS_ROLES; role++)
        if (slice_equal(name, names[role])) return ROLE_BIT(role);
    return 0;
}

bool role_set_read(struct slice text, role_set *out, struct slice *unknown)
{
    *out = 0;
    while (text.len) {
        const struct slice name = slice_trim(slice_cut(&text, ','));
        const role_set bit = role_of(name);
        if (!bit && name.len) {
            *unknown = name;
            return false;
        }
        *out |= bit;
    }
    return true;
}

void role_set_write(role_set roles, struct buffer *out)
{
    bool first = true;
    for (int role = 0; role < ACCESS_ROLES; role++) {
        if (!(roles & ROLE_BIT(role))) continue;
        if (!first) buffer_char(out, ',');
        buffer_add(out, names[role]);
        first = false;
    }
}
