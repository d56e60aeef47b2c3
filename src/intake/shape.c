#include "intake/shape.h"

void shape_init(struct shape *shape, struct arena *arena)
{
    *shape = (struct shape){.arena = arena};
}

static struct shape_node *find_child(const struct shape_node *node, struct slice key)
{
    struct shape_node *child = node->child;
    while (child && !slice_equal(child->key, key)) child = child->sibling;
    return child;
}

const struct shape_node *shape_child(const struct shape_node *node, struct slice key)
{
    return node ? find_child(node, key) : NULL;
}

static struct shape_node *need_child(struct shape *shape, struct shape_node *node, struct slice key)
{
    struct shape_node *child = find_child(node, key);
    if (child) return child;
    child = ARENA_NEW(shape->arena, struct shape_node);
    child->key = arena_slice(shape->arena, key);
    child->sibling = node->child;
    return node->child = child;
}

static void add_cell(struct shape *shape, struct shape_node *node, size_t cell)
{
    uint16_t *cells = ARENA_ARRAY(shape->arena, uint16_t, node->cell_count + 1);
    if (node->cell_count) memcpy(cells, node->cells, node->cell_count * sizeof *cells);
    cells[node->cell_count++] = (uint16_t)cell;
    node->cells = cells;
    if (cell >= shape->cell_count) shape->cell_count = cell + 1;
}

void shape_add(struct shape *shape, struct slice path, size_t cell)
{
    struct shape_node *node = &shape->root;
    while (path.len) node = need_child(shape, node, slice_cut(&path, '.'));
    add_cell(shape, node, cell);
}

void shape_add_key(struct shape *shape, struct slice key, size_t cell)
{
    add_cell(shape, need_child(shape, &shape->root, key), cell);
}

void shape_segment(struct shape *shape, const struct input_plan *plan)
{
    static const char *const paths[SEGMENT_CELLS] = {
        [SEGMENT_CALL] = "type",
        [SEGMENT_EVENT] = "event",
        [SEGMENT_NAME] = "name",
        [SEGMENT_ID] = "messageId",
        [SEGMENT_USER] = "userId",
        [SEGMENT_ANONYMOUS] = "anonymousId",
        [SEGMENT_GROUP] = "groupId",
        [SEGMENT_CONTEXT_GROUP] = "context.groupId",
        [SEGMENT_PREVIOUS] = "previousId",
        [SEGMENT_AT] = "timestamp",
        [SEGMENT_ORIGINAL_AT] = "originalTimestamp",
        [SEGMENT_SENT_AT] = "sentAt",
        [SEGMENT_RECEIVED_AT] = "receivedAt",
        [SEGMENT_SOURCE] = "context.masa.source",
        [SEGMENT_LOGGED] = "context.masa.logged",
        [SEGMENT_BATCH] = "batch",
    };
    for (size_t i = 0; i < SEGMENT_CELLS; i++) shape_add(shape, slice_from(paths[i]), i);
    for (size_t i = 0; i < plan->count; i++) shape_add(shape, plan->paths[i], SEGMENT_CELLS + i);
    if (plan->rest) shape->rest = REST_AS_IT_STANDS;
}
