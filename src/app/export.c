#include "app/export.h"

#include "calendar/zone_load.h"
#include "store/carried.h"
#include "store/definitions.h"
#include "store/export.h"

/* A store without a definition has events that wait for one. */
static enum outcome prepare(struct run *run, const char *db, struct store *store, struct error *error)
{
    struct stored_definition last;
    enum outcome outcome = definition_in_force(store, INSTANT_MAX, &run->arena, &last, error);
    if (outcome != OK) return outcome;
    return last.text.len ? run_load_stored(run, db, 0, error) : zone_load(&run->arena, SLICE("UTC"), &run->zone, error);
}

static bool refuse(void *context, const struct input_event *event)
{
    const struct run *run = context;
    return erasures_refuse(&run->erasures, event, run->definition ? run->definition->declarations.with : NONE);
}

static enum outcome export_events(struct run *run, struct store *store, const struct export_request *request,
                                  struct error *error)
{
    const struct input_plan plan = run->definition ? run_plan(run) : (struct input_plan){0};
    run->names = names_new();
    run->sources = sources_new();
    const struct store_export how = {.store = store,
                                     .names = run->names,
                                     .sources = run->sources,
                                     .zone = &run->zone,
                                     .plan = &plan,
                                     .refuse = refuse,
                                     .refuse_context = run,
                                     .take = request->take,
                                     .context = request->context};
    enum outcome outcome = names_load(run->names, store_database(store), error);
    if (outcome == OK) outcome = erasures_load(store, &run->erasures, error);
    return outcome == OK ? store_export(&how, error) : outcome;
}

enum outcome export_store(struct run *run, const struct export_request *request, struct error *error)
{
    struct store *store = store_open(request->db, DATABASE_READ, error);
    if (!store) return error && error->code ? error->code : FAILED;
    enum outcome outcome = prepare(run, request->db, store, error);
    if (outcome == OK && !request->events) outcome = carried_write(store, request->take, request->context, error);
    if (outcome == OK) outcome = export_events(run, store, request, error);
    store_close(store);
    return outcome;
}
