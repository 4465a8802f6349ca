#include "run/hazard_csv.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"

#define FILE_LIMIT ((size_t)8 << 30)

plim_status plim_hazard_sheet(const plim_sheet *sheet, char sha256[PLIM_DIGEST_HEX],
                              plim_error *err)
{
    char *text = NULL;
    size_t length = 0;
    PLIM_TRY(plim_file_read(sheet->path, FILE_LIMIT, &text, &length, err));
    plim_status status = plim_digest_bytes(text, length, sha256, err);
    if (status == PLIM_OK)
        status = plim_sheet_read(sheet, text, length, err);
    plim_free(text);
    return status;
}

const char plim_hazard_header[] = "event,rate,place,intensity,unit,source";

/* ",UNIT,FILE sha256:DIGITS", which every row ends with. */
static void compose_end(const plim_hazard_origin *origin, plim_text *out)
{
    const char *slash = strrchr(origin->source, '/');
    plim_text source = {0};
    plim_text_format(&source, "%s sha256:%.12s", slash ? slash + 1 : origin->source,
                     origin->sha256);
    plim_text_add(out, ",");
    plim_csv_add_cell(out, origin->unit);
    plim_text_add(out, ",");
    plim_csv_add_cell(out, plim_text_get(&source));
    plim_text_add(out, "\n");
    out->failed = out->failed || source.failed;
    plim_text_free(&source);
}

static void add_row(plim_text *out, const char *begin, const char *place, double intensity,
                    const char *end)
{
    char value[32];
    plim_format_shortest(intensity, value, sizeof value);
    plim_text_add(out, begin);
    plim_csv_add_cell(out, place);
    plim_text_add(out, ",");
    plim_text_add(out, *place ? value : "");
    plim_text_add(out, end);
}

/* "NAME,RATE,", which every row of an event begins with. */
static void compose_begin(const plim_event_set *set, size_t event, plim_text *out)
{
    char rate[32];
    plim_format_shortest(set->rate[event], rate, sizeof rate);
    out->length = 0;
    plim_csv_add_cell(out, set->name[event]);
    plim_text_format(out, ",%s,", rate);
}

static void add_rows(const plim_event_set *set, const uint8_t *touched, const char *end,
                     plim_text *out)
{
    plim_text begin = {0};
    for (size_t e = 0; e < set->n_events; e++) {
        size_t before = out->length;
        compose_begin(set, e, &begin);
        for (size_t k = set->first[e]; k < set->first[e + 1]; k++)
            add_row(out, plim_text_get(&begin), set->place[set->at[k]], set->intensity[k], end);
        for (size_t i = 0; e == 0 && i < set->n_places; i++)
            if (!touched[i])
                add_row(out, plim_text_get(&begin), set->place[i], 0, end);
        if (out->length == before)
            add_row(out, plim_text_get(&begin), "", 0, end);
    }
    out->failed = out->failed || begin.failed;
    plim_text_free(&begin);
}

plim_status plim_hazard_compose(const plim_event_set *set, const plim_hazard_origin *origin,
                                plim_text *out, plim_error *err)
{
    plim_text end = {0};
    uint8_t *touched = plim_alloc(set->n_places, sizeof *touched);
    if (!touched)
        return plim_fail_memory(err, "the file of events");
    for (size_t k = 0; k < set->first[set->n_events]; k++)
        touched[set->at[k]] = 1;
    compose_end(origin, &end);
    plim_text_format(out, "%s\n", plim_hazard_header);
    add_rows(set, touched, plim_text_get(&end), out);
    bool failed = out->failed || end.failed;
    plim_text_free(&end);
    plim_free(touched);
    return failed ? plim_fail_memory(err, "the file of events") : PLIM_OK;
}

plim_hazard_sum plim_hazard_add_up(const plim_event_set *set)
{
    plim_hazard_sum sum = {.n_values = set->first[set->n_events], .rate = plim_event_set_rate(set)};
    for (size_t k = 0; k < sum.n_values; k++) {
        if (k == 0 || set->intensity[k] < sum.least)
            sum.least = set->intensity[k];
        if (k == 0 || set->intensity[k] > sum.most)
            sum.most = set->intensity[k];
    }
    return sum;
}
