/* What stands beneath the table of warnings. */
#include <string.h>

#include "base/memory.h"
#include "report/digest_parts.h"
#include "report/grid.h"

/* Levels and subjects that occur, and the codes of their reasons. */
typedef struct occurring {
    plim_names levels; /* "subject level" */
    plim_names codes;
} occurring;

/* Codes of "pd_high:12%;uncertain". */
static plim_status add_codes(plim_names *codes, const char *reasons, plim_error *err)
{
    while (*reasons != '\0') {
        size_t length = strcspn(reasons, ":;");
        if (length > 0)
            PLIM_TRY(plim_names_add_bytes(codes, reasons, length, NULL, err));
        reasons += strcspn(reasons, ";");
        reasons += *reasons == ';';
    }
    return PLIM_OK;
}

static plim_status add_level(plim_names *levels, const plim_table *table, size_t row,
                             plim_error *err)
{
    plim_text key = {0};
    plim_text_format(&key, "%s %s", plim_digest_text(table, row, "subject"),
                     plim_digest_text(table, row, "level"));
    plim_status status = key.failed ? plim_fail_memory(err, "warnings")
                                    : plim_names_add(levels, plim_text_get(&key), NULL, err);
    plim_text_free(&key);
    return status;
}

static plim_status look(occurring *out, const plim_table *warnings, size_t n, plim_error *err)
{
    for (size_t row = 0; row < n; row++) {
        PLIM_TRY(add_level(&out->levels, warnings, row, err));
        PLIM_TRY(add_codes(&out->codes, plim_digest_text(warnings, row, "reason"), err));
    }
    return PLIM_OK;
}

static bool occurs(const plim_names *levels, const plim_table *table, size_t row)
{
    plim_names one = {0};
    bool found = add_level(&one, table, row, NULL) == PLIM_OK &&
                 plim_names_find(levels, one.text[0]) != PLIM_NO_NAME;
    plim_names_free(&one);
    return found;
}

static plim_status add_actions(plim_digest *d, const plim_names *levels, plim_error *err)
{
    const plim_table *playbook = plim_digest_table(d, "playbook");
    bool zh = d->lang == PLIM_LANG_ZH;
    plim_grid grid = {0};
    plim_grid_column(&grid, plim_digest_word(d, "subject"), false);
    plim_grid_column(&grid, plim_digest_word(d, "level"), false);
    plim_grid_column(&grid, plim_digest_word(d, "action"), false);
    plim_grid_column(&grid, plim_digest_word(d, "owner"), false);
    plim_grid_column(&grid, plim_digest_word(d, "due_days"), true);
    for (size_t row = 0; row < playbook->n_rows; row++) {
        char days[32];
        if (!occurs(levels, playbook, row))
            continue;
        plim_table_format(playbook, row, plim_table_spec_field(playbook->spec, "due_days"), days,
                          sizeof days);
        plim_grid_row(&grid);
        plim_grid_cell(&grid, 0, plim_digest_word(d, plim_digest_text(playbook, row, "subject")));
        plim_grid_cell(&grid, 1, plim_digest_word(d, plim_digest_text(playbook, row, "level")));
        plim_grid_cell(&grid, 2, plim_digest_text(playbook, row, zh ? "action_zh" : "action_en"));
        plim_grid_cell(&grid, 3, plim_digest_text(playbook, row, zh ? "owner_zh" : "owner_en"));
        plim_grid_cell(&grid, 4, days);
    }
    plim_digest_title(d, plim_digest_word(d, "What is proposed to be done"), NULL);
    plim_status status = plim_grid_print(&grid, d->out, err);
    plim_grid_free(&grid);
    return status;
}

static plim_status add_sentences(plim_digest *d, const plim_names *codes, plim_error *err)
{
    const plim_table *known = plim_digest_table(d, "reason_codes");
    plim_grid grid = {0};
    plim_grid_column(&grid, plim_digest_word(d, "reason_code"), false);
    plim_grid_column(&grid, plim_digest_word(d, "doc"), false);
    for (size_t row = 0; row < known->n_rows; row++) {
        const char *code = plim_digest_text(known, row, "reason_code");
        if (plim_names_find(codes, code) == PLIM_NO_NAME)
            continue;
        plim_grid_row(&grid);
        plim_grid_cell(&grid, 0, code);
        plim_grid_cell(
            &grid, 1,
            plim_digest_text(known, row, d->lang == PLIM_LANG_ZH ? "sentence_zh" : "sentence_en"));
    }
    plim_digest_title(d, plim_digest_word(d, "What the codes say"), NULL);
    plim_status status = plim_grid_print(&grid, d->out, err);
    plim_grid_free(&grid);
    return status;
}

plim_status plim_report_advice(plim_text *out, const plim_result *result, plim_lang lang,
                               size_t max_rows, plim_error *err)
{
    plim_digest d = {.out = out, .result = result, .lang = lang};
    const plim_table *warnings = plim_digest_table(&d, "warnings");
    size_t n = max_rows > 0 && max_rows < warnings->n_rows ? max_rows : warnings->n_rows;
    occurring found = {0};
    plim_status status = look(&found, warnings, n, err);
    if (status == PLIM_OK && n > 0)
        status = add_actions(&d, &found.levels, err);
    if (status == PLIM_OK && found.codes.count > 0)
        status = add_sentences(&d, &found.codes, err);
    plim_names_free(&found.levels);
    plim_names_free(&found.codes);
    return status;
}
