#include "cli/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define MAX_OPTIONS 32

/* ---- values ---- */

static plim_status bad_value(const plim_option *option, const char *value, const char *accepted,
                             plim_error *err)
{
    return plim_fail(err, PLIM_USAGE, "option --%s: '%s' is not %s", option->name, value, accepted);
}

/* Digits only, so that "-1", "1e3" and "0x10" are no whole numbers. */
static bool parse_whole(const char *text, uint64_t *out)
{
    uint64_t value = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

static plim_status set_whole(const plim_option *option, const char *value, plim_error *err)
{
    uint64_t number = 0;
    if (!parse_whole(value, &number) || number < option->low || number > option->high) {
        char accepted[96];
        snprintf(accepted, sizeof accepted, "a whole number from %llu to %llu",
                 (unsigned long long)option->low, (unsigned long long)option->high);
        return bad_value(option, value, accepted, err);
    }
    if (option->kind == PLIM_OPTION_UINT64)
        *(uint64_t *)option->target = number;
    else if (option->kind == PLIM_OPTION_UINT32)
        *(uint32_t *)option->target = (uint32_t)number;
    else
        *(int *)option->target = (int)number;
    return PLIM_OK;
}

static plim_status set_bytes(const plim_option *option, const char *value, plim_error *err)
{
    static const char units[] = "KMGT";
    size_t length = strlen(value);
    double factor = 1, number = 0;
    char digits[64];
    if (length > 0 && length < sizeof digits) {
        memcpy(digits, value, length + 1);
        const char *unit = strchr(units, digits[length - 1]);
        if (unit) {
            for (const char *u = units; u <= unit; u++)
                factor *= 1024;
            digits[length - 1] = '\0';
        }
        if (plim_parse_double(digits, &number) && number * factor >= 1 && number * factor < 1e18) {
            *(uint64_t *)option->target = (uint64_t)(number * factor);
            return PLIM_OK;
        }
    }
    return bad_value(option, value, "a size such as 8G, 512M or 100000", err);
}

static plim_status set_choice(const plim_option *option, const char *value, plim_error *err)
{
    int index = 0;
    size_t length = strlen(value);
    for (const char *choice = option->choices; choice; index++) {
        size_t n = strcspn(choice, "|");
        if (n == length && strncmp(choice, value, n) == 0) {
            *(int *)option->target = index;
            return PLIM_OK;
        }
        choice = choice[n] ? choice + n + 1 : NULL;
    }
    char accepted[160];
    snprintf(accepted, sizeof accepted, "one of %s", option->choices);
    return bad_value(option, value, accepted, err);
}

static plim_status add_word(plim_words *words, const char *word, plim_error *err)
{
    if (words->count == sizeof words->word / sizeof *words->word)
        return plim_fail(err, PLIM_USAGE, "more than %zu files on one command line", words->count);
    words->word[words->count++] = word;
    return PLIM_OK;
}

static plim_status set_value(const plim_option *option, const char *value, plim_error *err)
{
    switch (option->kind) {
    case PLIM_OPTION_FLAG:
        *(bool *)option->target = true;
        return PLIM_OK;
    case PLIM_OPTION_TEXT:
        if (!*value)
            return bad_value(option, value, "a name (it is empty)", err);
        *(const char **)option->target = value;
        return PLIM_OK;
    case PLIM_OPTION_TEXTS:
        if (!*value)
            return bad_value(option, value, "a name (it is empty)", err);
        return add_word(option->target, value, err);
    case PLIM_OPTION_UINT64:
    case PLIM_OPTION_UINT32:
    case PLIM_OPTION_INT:
        return set_whole(option, value, err);
    case PLIM_OPTION_BYTES:
        return set_bytes(option, value, err);
    case PLIM_OPTION_CHOICE:
        return set_choice(option, value, err);
    }
    return plim_fail(err, PLIM_BUG, "option --%s has no kind", option->name);
}

/* ---- words ---- */

typedef struct parser {
    const plim_option *options;
    size_t n_options;
    int argc, at;
    char **argv;
    bool seen[MAX_OPTIONS];
} parser;

static plim_status unknown_option(const parser *p, const char *word, plim_error *err)
{
    const char *names[MAX_OPTIONS + 3] = {"help", "lang", "log"};
    size_t n = 3;
    for (size_t i = 0; i < p->n_options; i++)
        names[n++] = p->options[i].name;
    char name[128];
    const char *bare = word + strspn(word, "-");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(bare, "="), bare);
    const char *nearest = plim_nearest(name, names, n);
    if (nearest)
        return plim_fail(err, PLIM_USAGE, "unknown option '%s'; did you mean '--%s'?", word,
                         nearest);
    return plim_fail(err, PLIM_USAGE, "unknown option '%s'; --help lists the options", word);
}

/* The option that `word` (beginning with a dash) names, or NULL; `value` is what follows `=`. */
static const plim_option *find_option(const parser *p, const char *word, const char **value)
{
    *value = NULL;
    for (size_t i = 0; i < p->n_options; i++) {
        const plim_option *option = &p->options[i];
        size_t length = strlen(option->name);
        if (word[1] == '-' && strncmp(word + 2, option->name, length) == 0 &&
            (word[2 + length] == '\0' || word[2 + length] == '=')) {
            *value = word[2 + length] ? word + 3 + length : NULL;
            return option;
        }
        if (option->letter && word[1] == option->letter && word[2] == '\0')
            return option;
    }
    return NULL;
}

static plim_status parse_option(parser *p, const char *word, plim_error *err)
{
    const char *value = NULL;
    const plim_option *option = find_option(p, word, &value);
    if (!option)
        return unknown_option(p, word, err);
    if (option->kind == PLIM_OPTION_FLAG && value)
        return plim_fail(err, PLIM_USAGE, "option --%s takes no value", option->name);
    if (option->kind != PLIM_OPTION_FLAG && !value) {
        if (p->at + 1 >= p->argc || strncmp(p->argv[p->at + 1], "--", 2) == 0)
            return plim_fail(err, PLIM_USAGE, "option --%s needs a value: --%s %s", option->name,
                             option->name, option->value ? option->value : "VALUE");
        value = p->argv[++p->at];
    }
    size_t index = (size_t)(option - p->options);
    if (p->seen[index] && option->kind != PLIM_OPTION_TEXTS)
        return plim_fail(err, PLIM_USAGE, "option --%s is given twice", option->name);
    p->seen[index] = true;
    return set_value(option, value, err);
}

plim_status plim_options_parse(const plim_option *options, size_t n_options, int argc, char **argv,
                               plim_words *rest, plim_error *err)
{
    if (n_options > MAX_OPTIONS)
        return plim_fail(err, PLIM_BUG, "%zu options", n_options);
    parser p = {.options = options, .n_options = n_options, .argc = argc, .argv = argv};
    bool ended = false;
    for (p.at = 1; p.at < argc; p.at++) {
        const char *word = argv[p.at];
        if (!ended && strcmp(word, "--") == 0)
            ended = true;
        else if (!ended && word[0] == '-' && word[1] != '\0')
            PLIM_TRY(parse_option(&p, word, err));
        else
            PLIM_TRY(add_word(rest, word, err));
    }
    return PLIM_OK;
}
