#include "cli/show.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/log.h"

static const char ENDING[] = ".xlsx", OF_RESULT[] = ".result.h5";

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n > m && strcmp(text + n - m, end) == 0;
}

bool plim_show_is_workbook(int format, const char *out)
{
    return format == PLIM_FORMAT_XLSX || (format < 0 && out != NULL && ends_with(out, ENDING));
}

static bool is_folder(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

plim_status plim_show_check_place(const char *out, plim_error *err)
{
    if (out != NULL && ends_with(out, ENDING) && !is_folder(out))
        return PLIM_OK;
    return plim_fail(err, PLIM_USAGE, "--format xlsx makes a file: say which with -o FILE.xlsx");
}

/* The file that `out` means: itself, or one in that folder called like the result. */
static plim_status find_place(plim_text *path, const char *result, const char *out, bool all,
                              plim_error *err)
{
    if (out == NULL || !all)
        PLIM_TRY(plim_show_check_place(out, err));
    plim_text_add(path, out);
    if (is_folder(out) || !ends_with(out, ENDING)) {
        const char *slash = strrchr(result, '/');
        const char *name = slash != NULL ? slash + 1 : result;
        size_t length = strlen(name) - (ends_with(name, OF_RESULT) ? strlen(OF_RESULT) : 0);
        plim_text_add(path, out[strlen(out) - 1] == '/' ? "" : "/");
        plim_text_add_bytes(path, name, length);
        plim_text_add(path, ENDING);
    }
    return path->failed ? plim_fail_memory(err, "the name of a workbook") : PLIM_OK;
}

static plim_status read_result(plim_result *result, const char *path, const char *table,
                               plim_error *err)
{
    if (table == NULL)
        return plim_store_read_result(result, path, NULL, err);
    const char *const tables[] = {table, "run", NULL};
    return plim_store_read_tables(result, path, tables, err);
}

const char *plim_show_as_of(const plim_result *result)
{
    for (size_t t = 0; t < plim_table_spec_count; t++)
        for (size_t row = 0;
             strcmp(plim_table_specs[t].name, "run") == 0 && row < result->tables[t].n_rows; row++)
            if (strcmp(plim_table_text(&result->tables[t], row, 0), "as_of") == 0)
                return plim_table_text(&result->tables[t], row, 1);
    return "1970-01-01";
}

plim_status plim_show_write_workbook(plim_cli *cli, const plim_workbook *ask, plim_error *err)
{
    PLIM_TRY(plim_report_workbook_check(ask, err));
    plim_cli_publishing(cli, 1);
    plim_status status = plim_file_writable(ask->path, err);
    plim_cli_publishing(cli, 0);
    plim_text bytes = {0};
    if (status == PLIM_OK)
        status = plim_report_workbook(&bytes, ask, cli->lang, err);
    if (status == PLIM_OK)
        status = plim_show_deliver(cli, ask->path, &bytes, err);
    plim_text_free(&bytes);
    return status;
}

/* `table` NULL: all. */
static plim_status make(plim_cli *cli, const plim_result *result, const char *table,
                        const char *path, plim_error *err)
{
    plim_table about = {0};
    size_t n = 0;
    const plim_table **tables = plim_alloc(plim_table_spec_count + 1, sizeof *tables);
    plim_status status = tables != NULL ? PLIM_OK : plim_fail_memory(err, "a workbook");
    if (status == PLIM_OK && table == NULL) {
        status = plim_report_about(&about, result, cli->lang, err);
        tables[n++] = &about;
    }
    for (size_t i = 0; i < plim_table_spec_count && status == PLIM_OK; i++)
        if (table == NULL || strcmp(plim_table_specs[i].name, table) == 0)
            tables[n++] = &result->tables[i];
    plim_workbook ask = {.path = path,
                         .title = table != NULL ? table : "plimsoll",
                         .as_of = plim_show_as_of(result),
                         .tables = tables,
                         .n_tables = n};
    if (status == PLIM_OK)
        status = plim_show_write_workbook(cli, &ask, err);
    plim_table_free(&about);
    plim_free(tables);
    return status;
}

plim_status plim_show_workbook(plim_cli *cli, const char *result, const char *table,
                               const char *out, plim_error *err)
{
    if (table == NULL)
        return plim_fail(err, PLIM_USAGE,
                         "--format xlsx holds one table or all: name it, or write 'show RESULT all "
                         "-o FILE.xlsx'");
    bool all = strcmp(table, "all") == 0;
    plim_text path = {0};
    plim_result read = {0};
    plim_status status = find_place(&path, result, out, all, err);
    if (status == PLIM_OK)
        status = read_result(&read, result, all ? NULL : table, err);
    if (status == PLIM_OK)
        status = make(cli, &read, all ? NULL : table, plim_text_get(&path), err);
    plim_result_free(&read);
    plim_text_free(&path);
    return status;
}
