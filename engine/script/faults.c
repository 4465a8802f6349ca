#include "script/faults.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum {
    KEPT = 300, /* a loop can make any number of them */
    SHOWN = 30,
    FAULT_MESSAGE = 1000,
    ROOM = PLIM_MESSAGE_MAX - 2 * FAULT_MESSAGE, /* so that the count of others still fits */
};

static bool same_fault(const plim_script_fault *fault, const char *file, int line,
                       const char *message)
{
    return fault->line == line && strcmp(fault->file, file) == 0 &&
           strcmp(fault->message, message) == 0;
}

static void free_fault(plim_script_fault *fault)
{
    plim_free(fault->file);
    plim_free(fault->message);
    plim_free(fault->from);
    plim_free(fault->excerpt);
}

/* A script puts any bytes into its errors; a message is one line of UTF-8. */
static void clean(char *text)
{
    size_t length = strlen(text);
    if (!plim_utf8_valid(text, length)) {
        size_t cut =
            plim_utf8_cut(text, length); /* a message cut short may end in half a character */
        if (plim_utf8_valid(text, cut))
            text[cut] = '\0';
        for (char *p = text; !plim_utf8_valid(text, strlen(text)) && *p; p++)
            if ((unsigned char)*p >= 0x80)
                *p = '?';
    }
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = ' ';
}

bool plim_script_faults_known(const plim_script_faults *faults, const plim_script_spot *spot,
                              const char *message)
{
    for (size_t i = 0; i < faults->count; i++)
        if (same_fault(&faults->items[i], spot->file, spot->place.line, message))
            return true;
    return false;
}

/* NULL, and `failed`, for want of memory; NULL if there is nothing to show. */
static char *copy_excerpt(const plim_script_spot *spot, bool *failed)
{
    plim_text out = {0};
    if (spot->text)
        plim_excerpt_add(&out, spot->text, spot->length, spot->place);
    char *copy = out.length > 0 ? plim_strdup(plim_text_get(&out)) : NULL;
    *failed = out.failed || (out.length > 0 && !copy);
    plim_text_free(&out);
    return copy;
}

void plim_script_faults_add(plim_script_faults *faults, const plim_script_spot *spot,
                            const char *text, const char *from)
{
    char message[FAULT_MESSAGE];
    bool failed = false;
    size_t length = strlen(text) < sizeof message ? strlen(text) : sizeof message - 1;
    memcpy(message, text, length);
    message[length] = '\0';
    clean(message);
    if (plim_script_faults_known(faults, spot, message))
        return;
    if (faults->count >= KEPT) {
        faults->left_out++;
        return;
    }
    plim_script_fault fault = {.file = plim_strdup(spot->file),
                               .message = plim_strdup(message),
                               .from = from ? plim_strdup(from) : NULL,
                               .excerpt = copy_excerpt(spot, &failed),
                               .line = spot->place.line};
    if (failed || !fault.file || !fault.message || (from && !fault.from) ||
        plim_grow((void **)&faults->items, &faults->capacity, faults->count + 1,
                  sizeof *faults->items) != 0) {
        free_fault(&fault);
        faults->out_of_memory = true;
        return;
    }
    faults->items[faults->count++] = fault;
}

bool plim_script_faults_at(const plim_script_faults *faults, const char *file, int line)
{
    for (size_t i = 0; i < faults->count; i++)
        if (faults->items[i].line == line && strcmp(faults->items[i].file, file) == 0)
            return true;
    return false;
}

static int by_place(const void *left, const void *right)
{
    const plim_script_fault *a = left, *b = right;
    int order = strcmp(a->file, b->file);
    if (order != 0)
        return order;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return strcmp(a->message, b->message);
}

plim_status plim_script_faults_report(plim_script_faults *faults, plim_error *err)
{
    if (faults->out_of_memory)
        return plim_fail_memory(err, "the messages about scripts");
    if (faults->count == 0)
        return PLIM_OK;
    qsort(faults->items, faults->count, sizeof *faults->items, by_place);
    plim_text text = {0};
    size_t shown = 0;
    for (; shown < faults->count && shown < SHOWN && text.length < ROOM; shown++) {
        const plim_script_fault *fault = &faults->items[shown];
        plim_text_add(&text, shown ? "\n" : "");
        if (fault->line > 0)
            plim_text_format(&text, "%s:%d: %s", fault->file, fault->line, fault->message);
        else
            plim_text_format(&text, "%s: %s", fault->file, fault->message);
        if (fault->from)
            plim_text_format(&text, " (called from %s)", fault->from);
        plim_text_add(&text, fault->excerpt ? fault->excerpt : "");
    }
    if (shown < faults->count)
        plim_text_format(&text, "\n... and %zu more", faults->count - shown + faults->left_out);
    plim_status status = text.failed ? plim_fail_memory(err, "the messages about scripts")
                                     : plim_fail(err, PLIM_INPUT, "%s", plim_text_get(&text));
    plim_text_free(&text);
    return status;
}

void plim_script_faults_free(plim_script_faults *faults)
{
    for (size_t i = 0; i < faults->count; i++)
        free_fault(&faults->items[i]);
    plim_free(faults->items);
    *faults = (plim_script_faults){0};
}
