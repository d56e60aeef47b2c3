/* Runs an SQL script through DuckDB and prints the result of its last statement as CSV:
 *
 *     duckdb DATABASE|:memory: SCRIPT.sql [NAME=VALUE...]     (each ${NAME} in the script is replaced)
 *
 * No field of the benchmark's answers holds a comma or a quote, so none is quoted. */
#include "duckdb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_file(const char *name)
{
    FILE *file = fopen(name, "r");
    char *text = NULL;
    size_t size = 0;
    if (!file || getdelim(&text, &size, '\0', file) < 0) {
        perror(name);
        exit(1);
    }
    fclose(file);
    return text;
}

/* Returns a new text in which each ${NAME} stands replaced; `setting` is NAME=VALUE. Frees the old one. */
static char *replace(char *text, const char *setting)
{
    const char *value = strchr(setting, '=');
    if (!value) {
        fprintf(stderr, "duckdb: %s is not NAME=VALUE\n", setting);
        exit(2);
    }
    char *name, *result, *rest = text, *found;
    size_t size;
    FILE *out = open_memstream(&result, &size);
    if (!out || asprintf(&name, "${%.*s}", (int)(value - setting), setting) < 0) abort();
    while ((found = strstr(rest, name))) {
        fwrite(rest, 1, (size_t)(found - rest), out);
        fputs(value + 1, out);
        rest = found + strlen(name);
    }
    fputs(rest, out);
    fclose(out);
    free(name);
    free(text);
    return result;
}

static void print_result(duckdb_result *result)
{
    idx_t columns = duckdb_column_count(result), rows = duckdb_row_count(result);
    for (idx_t c = 0; c < columns; c++) printf("%s%s", c ? "," : "", duckdb_column_name(result, c));
    putchar('\n');
    for (idx_t r = 0; r < rows; r++) {
        for (idx_t c = 0; c < columns; c++) {
            char *value = duckdb_value_varchar(result, c, r);
            printf("%s%s", c ? "," : "", value ? value : "");
            duckdb_free(value);
        }
        putchar('\n');
    }
}

static _Noreturn void fail(const char *why)
{
    fprintf(stderr, "duckdb: %s\n", why ? why : "failed without a reason");
    exit(1);
}

static void run(duckdb_connection connection, duckdb_extracted_statements statements, idx_t number, bool print)
{
    duckdb_prepared_statement statement;
    duckdb_result result;
    if (duckdb_prepare_extracted_statement(connection, statements, number, &statement) == DuckDBError)
        fail(duckdb_prepare_error(statement));
    if (duckdb_execute_prepared(statement, &result) == DuckDBError) fail(duckdb_result_error(&result));
    if (print && duckdb_result_return_type(result) == DUCKDB_RESULT_TYPE_QUERY_RESULT) print_result(&result);
    duckdb_destroy_result(&result);
    duckdb_destroy_prepare(&statement);
}

int main(int argc, char **argv)
{
    duckdb_database database;
    duckdb_connection connection;
    duckdb_extracted_statements statements;
    char *why = NULL;
    if (argc < 3) {
        fprintf(stderr, "usage: duckdb DATABASE|:memory: SCRIPT.sql [NAME=VALUE...]\nDuckDB %s\n",
                duckdb_library_version());
        return 2;
    }
    char *script = read_file(argv[2]);
    for (int i = 3; i < argc; i++) script = replace(script, argv[i]);
    if (duckdb_open_ext(argv[1], &database, NULL, &why) == DuckDBError) fail(why);
    if (duckdb_connect(database, &connection) == DuckDBError) fail("cannot connect");
    idx_t count = duckdb_extract_statements(connection, script, &statements);
    if (!count) fail(duckdb_extract_statements_error(statements));
    for (idx_t i = 0; i < count; i++) run(connection, statements, i, i + 1 == count);
    duckdb_destroy_extracted(&statements);
    duckdb_disconnect(&connection);
    duckdb_close(&database);
    free(script);
    return fflush(stdout) ? 1 : 0;
}
