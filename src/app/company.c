#include "app/company.h"

#include <pthread.h>
#include <stdlib.h>

#include "calendar/zone_load.h"
#include "definition/load.h"
#include "store/definitions.h"

struct company_desk {
    pthread_mutex_t mutex;
    struct store *store;
    struct arena arena; /* zones are kept: somebody may still show times by an earlier one */
    int64_t definition; /* of which `card` is; 0: of none */
    struct company_card card;
    const struct slice *personless;
    size_t personless_count;
};

enum outcome company_open(const char *db, struct company_desk **out, struct error *error)
{
    struct store *store = store_open(db, DATABASE_READ, error);
    if (!store) return error && error->code ? error->code : FAILED;
    struct company_desk *desk = memory_new(sizeof *desk);
    pthread_mutex_init(&desk->mutex, NULL);
    arena_init(&desk->arena);
    desk->store = store;
    desk->card.zone = &zone_utc;
    desk->personless_count = definition_personless(NULL, &desk->arena, &desk->personless);
    *out = desk;
    return OK;
}

void company_close(struct company_desk *desk)
{
    if (!desk) return;
    store_close(desk->store);
    arena_release(&desk->arena);
    pthread_mutex_destroy(&desk->mutex);
    free(desk);
}

/* A definition that this program cannot read leaves what was known before. */
static void read_card(struct company_desk *desk, const struct stored_definition *stored)
{
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics);
    struct definition_file *file = definition_parse(stored->text, stored->origin.ptr, &diagnostics);
    if (file) {
        const struct company *company = &definition_of(file)->company;
        struct zone *zone = ARENA_NEW(&desk->arena, struct zone);
        const bool known = zone_load(&desk->arena, company->zone, zone, NULL) == OK;
        desk->card = (struct company_card){
            .name = arena_slice(&desk->arena, company->name),
            .currency = arena_slice(&desk->arena, company->currency),
            .locale = arena_slice(&desk->arena, company->locale),
            .zone = known ? zone : &zone_utc,
        };
        desk->personless_count = definition_personless(definition_of(file), &desk->arena, &desk->personless);
    }
    desk->definition = stored->id;
    definition_free(file);
    diagnostics_release(&diagnostics);
}

/* Under the mutex. */
static void look_up(struct company_desk *desk, int64_t now, struct arena *arena)
{
    struct stored_definition stored = {0};
    if (definition_in_force(desk->store, now, arena, &stored, NULL) == OK && stored.text.len &&
        stored.id != desk->definition)
        read_card(desk, &stored);
}

size_t company_personless(struct company_desk *desk, int64_t now, struct arena *arena, const struct slice **names)
{
    pthread_mutex_lock(&desk->mutex);
    look_up(desk, now, arena);
    const size_t count = desk->personless_count;
    struct slice *list = ARENA_ARRAY(arena, struct slice, count);
    for (size_t i = 0; i < count; i++) list[i] = arena_slice(arena, desk->personless[i]);
    pthread_mutex_unlock(&desk->mutex);
    *names = list;
    return count;
}

struct company_card company_card(struct company_desk *desk, int64_t now, struct arena *arena)
{
    pthread_mutex_lock(&desk->mutex);
    look_up(desk, now, arena);
    struct company_card card = desk->card;
    card.name = arena_slice(arena, card.name);
    card.currency = arena_slice(arena, card.currency);
    card.locale = arena_slice(arena, card.locale);
    pthread_mutex_unlock(&desk->mutex);
    return card;
}
