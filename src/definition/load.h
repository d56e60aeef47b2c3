/* From a YAML file to a checked, compiled definition. All errors are found, not the first only. */
#ifndef MASA_DEFINITION_LOAD_H
#define MASA_DEFINITION_LOAD_H

#include "definition/model.h"

struct definition_file; /* owns the definition and all it points to */

/* NULL with diagnostics (at least one an error); warnings may come with success. `path` is a file; includes are beside
 * it. */
struct definition_file *definition_load(const char *path, struct diagnostics *diagnostics);
/* The same from text, for tests and for the editor; `name` stands for the file in messages. Includes are refused. */
struct definition_file *definition_parse(struct slice text, const char *name, struct diagnostics *diagnostics);
const struct definition *definition_of(const struct definition_file *file);
/* The whole definition as one text that definition_parse takes: as it was written, or, when it includes other files,
 * with them put in (and without comments). */
struct slice definition_text(const struct definition_file *file);
/* Every field that an event or a trait declares, whether a rule reads it or not, as paths of readers
 * ("properties.step"); first those of definition.paths, in their order. Lives in the arena. */
size_t definition_declared(const struct definition *definition, struct arena *arena, const struct slice **paths);
/* The hex digest of the content together with the versions of the tables (zones, holidays) that it is measured with:
 * `tables` is any text that changes when they do. */
struct slice definition_version(const struct definition *definition, struct slice tables, struct arena *arena);
/* The slot in which subjects of a kind see another kind's value (or their own); NONE when none of their rules reads it.
 */
uint32_t definition_slot(const struct definition *definition, enum subject_kind reader, enum subject_kind of,
                         uint32_t slot);
void definition_free(struct definition_file *file);

/* Every rule as sentences, in Hebrew or English. */
enum language { LANGUAGE_EN, LANGUAGE_HE };
void definition_explain(const struct definition *definition, enum language language, struct buffer *out);

#endif
