#include "runtime/version.h"

unsigned version_signers(const struct company *c)
{
    return (c->marketing_signs ? 1u << ROLE_MARKETING : 0) | (c->sales_signs ? 1u << ROLE_SALES : 0);
}

size_t version_named(const struct version *versions, size_t count, struct slice name)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(versions[i].hash, name) || slice_equal(versions[i].name, name)) return i;
    return count;
}

unsigned version_waits_for(const struct version *v, unsigned signers)
{
    return v->offered ? (signers | v->signers) & ~v->signed_by : 0;
}

/* Everything on offer that waits for nobody is in force now; that may be what another one waited for. */
static void take_effect(struct version *versions, size_t count, unsigned *signers, int64_t at, struct effect_list *out)
{
    for (size_t i = 0; i < count; i++) {
        struct version *v = &versions[i];
        if (!v->offered || version_waits_for(v, *signers)) continue;
        v->offered = false;
        v->in_force = at;
        *signers = v->signers;
        vector_push(out, ((struct effect){i, at}));
        i = (size_t)-1; /* from the first again */
    }
}

static void offer(struct version *v)
{
    v->offered = true;
    v->signed_by = 0;
    v->in_force = INSTANT_MAX;
}

static void sign(struct version *v, const struct declaration *s)
{
    for (unsigned role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        if (slice_is(s->role, role_names[role])) v->signed_by |= 1u << role;
}

unsigned versions_settle(struct version *versions, size_t count, unsigned signers,
                         struct declaration_list *declarations, struct effect_list *out)
{
    for (size_t i = 0; i < count; i++) versions[i].in_force = INSTANT_MAX;
    for (size_t i = 0; i < declarations->count; i++) {
        struct declaration *s = &declarations->at[i];
        const size_t which = version_named(versions, count, s->definition);
        if (s->refused || which == count || (s->kind != DECLARE_DEFINITION && s->kind != DECLARE_SIGNOFF)) continue;
        if (s->kind == DECLARE_DEFINITION)
            offer(&versions[which]);
        else if (versions[which].offered)
            sign(&versions[which], s);
        else {
            s->refused = true;
            s->why = versions[which].in_force == INSTANT_MAX ? REFUSED_NOTHING_HELD : REFUSED_REDUNDANT;
        }
        take_effect(versions, count, &signers, s->at, out);
    }
    return signers;
}
