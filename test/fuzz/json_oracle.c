#include "json_oracle.h"

#include <dlfcn.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum json_verdict json_oracle(const char *text, size_t size)
{
    if (memchr(text, 0, size)) return JSON_UNASKED; /* to jansson a NUL is the end of the text */
    void *library = dlopen("libjansson.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) return JSON_UNASKED;
    __typeof__(&json_loadb) load = (__typeof__(&json_loadb))dlsym(library, "json_loadb");
    __typeof__(&json_delete) delete = (__typeof__(&json_delete))dlsym(library, "json_delete");
    json_error_t error;
    json_t *json = load(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    enum json_error_code code = json ? json_error_unknown : json_error_code(&error);
    if (json) delete (json);
    if (json) return JSON_TAKEN;
    return code == json_error_numeric_overflow || code == json_error_stack_overflow ||
                   code == json_error_null_byte_in_key
               ? JSON_LIMITED
               : JSON_REFUSED;
}
