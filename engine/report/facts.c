#include "report/facts.h"

#include <math.h>

#include "base/memory.h"
#include "report/screen.h"

static const plim_field bank_fields[] = {
    {"bank", PLIM_CELL_TEXT, "id"},
    {"type", PLIM_CELL_TEXT, "legal person or branch"},
    {"loans", PLIM_CELL_INT, "number of loans"},
    {"borrowers", PLIM_CELL_INT, "borrowers with a loan here"},
    {"balance", PLIM_CELL_FEN, "principal and accrued interest"},
    {"exposure", PLIM_CELL_FEN, "balance + CCF x undrawn"},
    {"defaulted_exposure", PLIM_CELL_FEN, "exposure of loans in default"},
    {"control_total", PLIM_CELL_FEN, "what the bank states"},
    {"difference", PLIM_CELL_FEN, "loans and exclusions less control total"},
};
enum { BANK, TYPE, LOANS, BORROWERS, BALANCE, EXPOSURE, DEFAULTED, CONTROL, DIFFERENCE };
static const plim_table_spec bank_spec = {
    .name = "book_banks",
    .doc = "banks of a book",
    .fields = bank_fields,
    .n_fields = sizeof bank_fields / sizeof *bank_fields,
};

static const plim_field section_fields[] = {
    {"section", PLIM_CELL_TEXT, "first character of the sector"},
    {"borrowers", PLIM_CELL_INT, "number of borrowers"},
    {"loans", PLIM_CELL_INT, "number of loans"},
    {"exposure", PLIM_CELL_FEN, "balance + CCF x undrawn"},
    {"defaulted_exposure", PLIM_CELL_FEN, "exposure of loans in default"},
};
enum { SECTION, SECTION_BORROWERS, SECTION_LOANS, SECTION_EXPOSURE, SECTION_DEFAULTED };
static const plim_table_spec section_spec = {
    .name = "book_sections",
    .doc = "sections of industry in a book",
    .fields = section_fields,
    .n_fields = sizeof section_fields / sizeof *section_fields,
};

static plim_status fill_banks(plim_table *table, const plim_book_facts *facts, plim_error *err)
{
    for (size_t i = 0; i < facts->n_banks; i++) {
        const plim_bank_facts *bank = &facts->banks[i];
        PLIM_TRY(plim_table_add_row(table, err));
        PLIM_TRY(plim_table_set_text(table, BANK, bank->id, err));
        PLIM_TRY(plim_table_set_text(table, TYPE, bank->type, err));
        plim_table_set_int(table, LOANS, (int64_t)bank->loans);
        plim_table_set_int(table, BORROWERS, (int64_t)bank->borrowers);
        plim_table_set_fen(table, BALANCE, bank->balance_fen);
        plim_table_set_fen(table, EXPOSURE, bank->exposure_fen);
        plim_table_set_fen(table, DEFAULTED, bank->defaulted_fen);
        plim_table_set_fen(table, CONTROL, bank->control_total_fen);
        plim_table_set_fen(table, DIFFERENCE, bank->difference_fen);
    }
    return PLIM_OK;
}

static plim_status fill_sections(plim_table *table, const plim_book_facts *facts, plim_error *err)
{
    for (size_t i = 0; i < facts->n_sectors; i++) {
        const plim_sector_facts *sector = &facts->sectors[i];
        PLIM_TRY(plim_table_add_row(table, err));
        PLIM_TRY(plim_table_set_text(table, SECTION, sector->key, err));
        plim_table_set_int(table, SECTION_BORROWERS, (int64_t)sector->borrowers);
        plim_table_set_int(table, SECTION_LOANS, (int64_t)sector->loans);
        plim_table_set_fen(table, SECTION_EXPOSURE, sector->exposure_fen);
        plim_table_set_fen(table, SECTION_DEFAULTED, sector->defaulted_fen);
    }
    return PLIM_OK;
}

typedef plim_status (*filler)(plim_table *table, const plim_book_facts *facts, plim_error *err);

static plim_status add_table(plim_text *out, const plim_table_spec *spec, filler fill,
                             const plim_book_facts *facts, plim_lang lang, plim_error *err)
{
    plim_table table = {0};
    plim_status status = plim_table_init(&table, spec, err);
    if (status == PLIM_OK)
        status = fill(&table, facts, err);
    if (status == PLIM_OK)
        status = plim_report_table(out, &table, PLIM_FORMAT_TEXT, lang, facts->currency, 0, err);
    plim_table_free(&table);
    plim_text_add(out, "\n");
    return status;
}

plim_status plim_report_book_facts(plim_text *out, const plim_book_facts *facts, plim_lang lang,
                                   plim_error *err)
{
    plim_text_format(out,
                     plim_report_word("  weighted by exposure, loans not in default: mean PD "
                                      "%.4g %%, mean LGD %.4g %%; in default: %.4g %% of exposure",
                                      lang),
                     100 * facts->mean_pd, 100 * facts->mean_lgd, 100 * facts->defaulted_share);
    plim_text_add(out, "\n\n");
    PLIM_TRY(add_table(out, &bank_spec, fill_banks, facts, lang, err));
    return add_table(out, &section_spec, fill_sections, facts, lang, err);
}
