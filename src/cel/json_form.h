/* Values as JSON, in two forms. Plain: what any program expects, kinds lost. Typed: one object {"kind": content} for
 * each value, nothing lost, for bindings and results of `masa eval --typed`. */
#ifndef MASA_CEL_JSON_FORM_H
#define MASA_CEL_JSON_FORM_H

#include "base/error.h"
#include "value/json_write.h"

/* False when the value cannot be written: nested too deeply, or of a kind without a form. */
bool json_write_plain(struct json_writer *w, struct value v);
bool json_write_typed(struct json_writer *w, struct value v);
/* JSON of the typed form, already read, to the value it stands for. */
enum outcome json_typed_value(struct arena *arena, struct value json, struct value *out, struct error *error);

#endif
