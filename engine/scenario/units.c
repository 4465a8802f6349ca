#include "scenario/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *const dimension_names[PLIM_DIM_COUNT] = {
    [PLIM_DIM_CNY] = "CNY", [PLIM_DIM_TCO2E] = "tCO2e", [PLIM_DIM_T] = "t",
    [PLIM_DIM_KWH] = "kWh", [PLIM_DIM_M] = "m",         [PLIM_DIM_DEGC] = "degC",
    [PLIM_DIM_DAY] = "day", [PLIM_DIM_YEAR] = "year",
};

typedef struct unit_word {
    const char *text;
    int dimension; /* PLIM_DIM_COUNT: none */
    double factor;
} unit_word;

static const unit_word words[] = {
    {"CNY", PLIM_DIM_CNY, 1.0},     {"tCO2e", PLIM_DIM_TCO2E, 1.0}, {"t", PLIM_DIM_T, 1.0},
    {"kWh", PLIM_DIM_KWH, 1.0},     {"MWh", PLIM_DIM_KWH, 1000.0},  {"m", PLIM_DIM_M, 1.0},
    {"degC", PLIM_DIM_DEGC, 1.0},   {"day", PLIM_DIM_DAY, 1.0},     {"year", PLIM_DIM_YEAR, 1.0},
    {"ratio", PLIM_DIM_COUNT, 1.0}, {"1", PLIM_DIM_COUNT, 1.0},     {"元", PLIM_DIM_CNY, 1.0},
    {"万元", PLIM_DIM_CNY, 1e4},    {"亿元", PLIM_DIM_CNY, 1e8},    {"吨", PLIM_DIM_T, 1.0},
    {"千瓦时", PLIM_DIM_KWH, 1.0},
};
enum { N_WORDS = sizeof words / sizeof words[0], MESSAGE_SIZE = 200, WORD_SIZE = 48 };

static const unit_word *find_word(const char *text)
{
    for (int i = 0; i < N_WORDS; i++)
        if (strcmp(words[i].text, text) == 0)
            return &words[i];
    return NULL;
}

static bool refuse(char *message, const char *word)
{
    const char *names[N_WORDS];
    for (int i = 0; i < N_WORDS; i++)
        names[i] = words[i].text;
    const char *near = plim_nearest(word, names, N_WORDS);
    if (near)
        snprintf(message, MESSAGE_SIZE, "unknown unit `%s`; did you mean `%s`?", word, near);
    else
        snprintf(message, MESSAGE_SIZE,
                 "unknown unit `%s`; units are CNY tCO2e t kWh MWh m degC day year ratio 元 万元 "
                 "亿元 吨 千瓦时, combined with * / and ^",
                 word);
    return false;
}

static const char *skip_blanks(const char *p)
{
    while (*p == ' ' || *p == '\t')
        p++;
    return p;
}

static bool add_exponent(plim_unit *unit, int dimension, long power, char *message)
{
    long sum = unit->exponent[dimension] + power;
    if (sum < -60 || sum > 60) {
        snprintf(message, MESSAGE_SIZE, "the power of %s is out of range",
                 dimension_names[dimension]);
        return false;
    }
    unit->exponent[dimension] = (int8_t)sum;
    return true;
}

enum { DEEPEST_GROUP = 8 };

static bool parse_product(const char **cursor, int depth, plim_unit *unit, double *factor,
                          char *message);

/* One word of a unit at *cursor. */
static bool parse_word(const char **cursor, plim_unit *unit, double *factor, char *message)
{
    const char *start = *cursor, *p = start;
    while (*p != '\0' && !strchr("*/^() \t", *p))
        p++;
    char word[WORD_SIZE];
    size_t length = (size_t)(p - start);
    if (length >= sizeof word)
        length = plim_utf8_cut(start, sizeof word - 1);
    memcpy(word, start, length);
    word[length] = '\0';
    const unit_word *found = find_word(word);
    if (!found && length > 0)
        return refuse(message, word);
    if (!found) {
        snprintf(message, MESSAGE_SIZE, "a unit is missing beside `*`, `/`, `^` or a bracket");
        return false;
    }
    *factor = found->factor;
    *cursor = p;
    return found->dimension == PLIM_DIM_COUNT || add_exponent(unit, found->dimension, 1, message);
}

/* A word or a group in brackets, without its power. */
static bool parse_base(const char **cursor, int depth, plim_unit *unit, double *factor,
                       char *message)
{
    *cursor = skip_blanks(*cursor);
    if (**cursor != '(')
        return parse_word(cursor, unit, factor, message);
    ++*cursor;
    if (depth >= DEEPEST_GROUP) {
        snprintf(message, MESSAGE_SIZE, "brackets are nested more than %d deep", DEEPEST_GROUP);
        return false;
    }
    if (!parse_product(cursor, depth + 1, unit, factor, message))
        return false;
    if (**cursor != ')') {
        snprintf(message, MESSAGE_SIZE, "a `)` is missing");
        return false;
    }
    ++*cursor;
    return true;
}

/* `base` or `base^n`, multiplied into unit and factor, or divided if sign is -1. */
static bool parse_factor(const char **cursor, int depth, int sign, plim_unit *unit, double *factor,
                         char *message)
{
    plim_unit base = {.any = false};
    double base_factor = 1;
    if (!parse_base(cursor, depth, &base, &base_factor, message))
        return false;
    long power = 1;
    const char *p = skip_blanks(*cursor);
    if (*p == '^') {
        char *end = NULL;
        power = strtol(p + 1, &end, 10);
        if (end == p + 1 || power < -20 || power > 20) {
            snprintf(message, MESSAGE_SIZE, "after `^` comes a whole number from -20 to 20");
            return false;
        }
        p = end;
    }
    *cursor = p;
    power *= sign;
    for (long i = 0; i < labs(power); i++)
        *factor = power > 0 ? *factor * base_factor : *factor / base_factor;
    for (int d = 0; d < PLIM_DIM_COUNT; d++)
        if (!add_exponent(unit, d, power * base.exponent[d], message))
            return false;
    return true;
}

/* Factors joined by `*` and `/`, up to the end or a closing bracket. */
static bool parse_product(const char **cursor, int depth, plim_unit *unit, double *factor,
                          char *message)
{
    int sign = 1;
    for (;;) {
        if (!parse_factor(cursor, depth, sign, unit, factor, message))
            return false;
        *cursor = skip_blanks(*cursor);
        char next = **cursor;
        if (next == '\0' || (next == ')' && depth > 0))
            return true;
        if (next != '*' && next != '/') {
            int size = 1; /* of a character */
            while (((*cursor)[size] & 0xc0) == 0x80)
                size++;
            snprintf(message, MESSAGE_SIZE, "between two units stands `*` or `/`, not `%.*s`", size,
                     *cursor);
            return false;
        }
        sign = next == '*' ? 1 : -1;
        ++*cursor;
    }
}

bool plim_unit_parse(const char *text, plim_unit *unit, double *factor, char *message)
{
    *unit = (plim_unit){.any = false};
    *factor = 1.0;
    message[0] = '\0';
    const char *p = skip_blanks(text);
    return *p == '\0' || parse_product(&p, 0, unit, factor, message);
}

void plim_unit_format(const plim_unit *unit, char *out, unsigned size)
{
    char text[160] = "";
    size_t length = 0;
    if (size == 0)
        return;
    if (unit->any) {
        snprintf(out, size, "number");
        return;
    }
    for (int pass = 1; pass >= -1; pass -= 2)
        for (int i = 0; i < PLIM_DIM_COUNT; i++) {
            int power = unit->exponent[i] * pass;
            if (power <= 0)
                continue;
            const char *join = pass < 0 ? (length ? "/" : "1/") : (length ? "*" : "");
            int n = power > 1 ? snprintf(text + length, sizeof text - length, "%s%s^%d", join,
                                         dimension_names[i], power)
                              : snprintf(text + length, sizeof text - length, "%s%s", join,
                                         dimension_names[i]);
            length += (size_t)n;
            if (length >= sizeof text)
                length = sizeof text - 1;
        }
    snprintf(out, size, "%s", length ? text : "ratio");
}

bool plim_unit_equal(const plim_unit *a, const plim_unit *b)
{
    if (a->any || b->any)
        return true;
    return memcmp(a->exponent, b->exponent, sizeof a->exponent) == 0;
}

plim_unit plim_unit_times(const plim_unit *a, const plim_unit *b, int sign)
{
    plim_unit result = {.any = a->any && b->any};
    for (int i = 0; i < PLIM_DIM_COUNT; i++) {
        int sum = a->exponent[i] + (sign < 0 ? -b->exponent[i] : b->exponent[i]);
        result.exponent[i] = (int8_t)(sum > 120 ? 120 : sum < -120 ? -120 : sum);
    }
    return result;
}
