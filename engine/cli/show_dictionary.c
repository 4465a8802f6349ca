#include "cli/show.h"

#include "report/dictionary.h"

static plim_status write_out(plim_cli *cli, const plim_table *table, int format, const char *out,
                             plim_error *err)
{
    plim_text text = {0};
    plim_status status = plim_report_table(&text, table, plim_cli_format(cli, format), cli->lang,
                                           "", 0, err); /* no column is an amount */
    if (status == PLIM_OK)
        status = plim_show_deliver(cli, out, &text, err);
    plim_text_free(&text);
    return status;
}

plim_status plim_show_dictionary(plim_cli *cli, const char *result, int format, const char *out,
                                 plim_error *err)
{
    bool workbook = plim_show_is_workbook(format, out);
    const char *const tables[] = {"run", NULL};
    plim_result read = {0};
    plim_table table = {0};
    plim_status status = workbook ? plim_show_check_place(out, err) : PLIM_OK;
    if (status == PLIM_OK)
        status = result != NULL ? plim_store_read_tables(&read, result, tables, err)
                                : plim_result_init(&read, err);
    if (status == PLIM_OK)
        status = plim_report_dictionary(&table, plim_show_currency(&read), cli->lang, err);
    const plim_table *sheet = &table;
    plim_workbook ask = {.path = out, .title = "dictionary", .tables = &sheet, .n_tables = 1};
    if (status == PLIM_OK && workbook) {
        ask.as_of = plim_show_as_of(&read);
        status = plim_show_write_workbook(cli, &ask, err);
    } else if (status == PLIM_OK) {
        status = write_out(cli, &table, format, out, err);
    }
    plim_table_free(&table);
    plim_result_free(&read);
    return status;
}
