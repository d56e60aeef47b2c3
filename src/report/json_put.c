#include "report/json_put.h"

#include "analysis/statistics.h"

void json_put_key(struct json_writer *w, const char *name)
{
    json_key(w, slice_from(name));
}

void json_put_text(struct json_writer *w, const char *name, struct slice text)
{
    json_put_key(w, name);
    json_string(w, text);
}

void json_put_text_or_null(struct json_writer *w, const char *name, struct slice text)
{
    if (text.len)
        json_put_text(w, name, text);
    else
        json_put_null(w, name);
}

void json_put_code(struct json_writer *w, const char *name, const char *code)
{
    json_put_text(w, name, slice_from(code));
}

void json_put_int(struct json_writer *w, const char *name, int64_t n)
{
    json_put_key(w, name);
    json_int(w, n);
}

void json_put_decimal(struct json_writer *w, const char *name, int64_t millionths)
{
    json_put_key(w, name);
    json_decimal(w, millionths);
}

void json_put_number(struct json_writer *w, const char *name, double number, int places)
{
    json_put_key(w, name);
    if (isnan(number) || isinf(number))
        json_null(w);
    else
        json_double(w, rounded(number, places));
}

void json_put_bool(struct json_writer *w, const char *name, bool b)
{
    json_put_key(w, name);
    json_bool(w, b);
}

void json_put_null(struct json_writer *w, const char *name)
{
    json_put_key(w, name);
    json_null(w);
}

static void write_time(struct json_writer *w, int64_t at)
{
    struct buffer text;
    buffer_init(&text, 64);
    time_format(&text, at);
    json_string(w, buffer_slice(&text));
    buffer_release(&text);
}

void json_put_time(struct json_writer *w, const char *name, int64_t at)
{
    json_put_key(w, name);
    if (at == INSTANT_NONE || at == INSTANT_MAX)
        json_null(w);
    else
        write_time(w, at);
}

void json_put_words_item(struct json_writer *w, struct words words)
{
    json_object(w);
    for (int t = 0; t < TONGUES; t++) json_put_text(w, tongue_names[t], words.in[t]);
    json_end(w);
}

void json_put_words(struct json_writer *w, const char *name, struct words words)
{
    if (!words.in[HEBREW].len && !words.in[ENGLISH].len) {
        json_put_null(w, name);
        return;
    }
    json_put_key(w, name);
    json_put_words_item(w, words);
}

void json_put_array(struct json_writer *w, const char *name)
{
    json_put_key(w, name);
    json_array(w);
}

void json_put_object(struct json_writer *w, const char *name)
{
    json_put_key(w, name);
    json_object(w);
}

static void write_value(struct json_writer *w, const struct value *v)
{
    switch (v->kind) {
    case VALUE_BOOL: json_bool(w, v->boolean); break;
    case VALUE_INT: json_int(w, v->integer); break;
    case VALUE_DECIMAL: json_decimal(w, v->integer); break;
    case VALUE_STRING: json_string(w, v->text); break;
    case VALUE_LIST:
        json_array(w);
        for (size_t i = 0; i < v->list.count; i++) write_value(w, &v->list.at[i]);
        json_end(w);
        break;
    case VALUE_MAP:
        json_object(w);
        for (uint32_t i = 0; i < v->map->count; i++) {
            json_key(w, v->map->entries[i].key.text);
            write_value(w, &v->map->entries[i].value);
        }
        json_end(w);
        break;
    default: json_null(w);
    }
}

void json_put_item(struct json_writer *w, struct cell c, const struct dictionary *dictionary)
{
    switch ((enum cell_kind)c.kind) {
    case CELL_ABSENT: json_null(w); break;
    case CELL_BOOL: json_bool(w, c.number); break;
    case CELL_INT: json_int(w, c.number); break;
    case CELL_DECIMAL: json_decimal(w, c.number); break;
    case CELL_TEXT: json_string(w, dictionary_text(dictionary, (uint32_t)c.number)); break;
    case CELL_INSTANT: write_time(w, c.number); break;
    case CELL_SPAN: json_int(w, c.number); break;
    case CELL_MONEY:
        json_object(w);
        json_put_decimal(w, "amount", c.number);
        json_put_text(w, "currency", dictionary_text(dictionary, c.unit));
        json_end(w);
        break;
    case CELL_VALUE: write_value(w, c.value); break;
    }
}

void json_put_cell(struct json_writer *w, const char *name, struct cell c, const struct dictionary *dictionary)
{
    json_put_key(w, name);
    json_put_item(w, c, dictionary);
}
