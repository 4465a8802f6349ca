#include "mutate.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "script/tokens.h"

enum { MOST_SAMPLES = 1000, MOST_CHANGES = 4, LONGEST_RUN = 12, LONGEST_PIECE = 3000 };

static const char *const pieces[] = {"b.pd",
                                     "b.sector",
                                     "b.equity",
                                     "l.lgd",
                                     "l.balance",
                                     "d.year",
                                     "before.equity",
                                     "before.x",
                                     "if ",
                                     " then ",
                                     " else ",
                                     " end ",
                                     "while ",
                                     "repeat ",
                                     " until ",
                                     "for i = 1, 3 do ",
                                     "for k, v in pairs(",
                                     "for x in ",
                                     "do ",
                                     "function (b, d) ",
                                     "return ",
                                     "local x = ",
                                     "goto a ",
                                     "::a:: ",
                                     "break ",
                                     "(",
                                     ")",
                                     "{",
                                     "}",
                                     "[",
                                     "]",
                                     ",",
                                     ";",
                                     "=",
                                     ":",
                                     ".",
                                     "..",
                                     "...",
                                     "==",
                                     "~=",
                                     "<",
                                     "<=",
                                     "and ",
                                     "or ",
                                     "not ",
                                     "#",
                                     "//",
                                     "%",
                                     "^",
                                     "&",
                                     "|",
                                     "~",
                                     "<<",
                                     "-",
                                     "nil",
                                     "true",
                                     "where(",
                                     "min(",
                                     "max()",
                                     "log(",
                                     "clip(",
                                     "exp(",
                                     "interp(b.pd, {",
                                     "curve {",
                                     "curve { { 0, 0 }, { 1, 1 } }",
                                     "table_by(b.sector, {",
                                     "at_reference(",
                                     "percent(",
                                     "proxy(",
                                     "all(",
                                     "any(",
                                     "no(",
                                     "eq(b.sector, \"C\")",
                                     "b.sector_is(\"C30\")",
                                     "x:lt(",
                                     "pathway {",
                                     "pathway { unit = \"CNY\", [2026] = 1 }",
                                     "scenario {",
                                     "map {",
                                     "columns = { id = \"x\" }",
                                     "{ column = \"x\", scale = \"万元\" }",
                                     "{ value = 1 }",
                                     "{ row = \"L\" }",
                                     "codes = { A = 1 }",
                                     "files = { core = { file = \"x.csv\" } },",
                                     "from = \"core\",",
                                     "model {",
                                     "state = {",
                                     "default = ",
                                     "initial = ",
                                     "columns = {",
                                     "drivers = {",
                                     "years = { 2026, 2100 },",
                                     "require \"firm\"",
                                     "require \"model\"",
                                     "require(",
                                     "csv = \"prices.csv\", ",
                                     "where = { region = \"China\" }, ",
                                     "pcall(",
                                     "error(",
                                     "assert(",
                                     "type(",
                                     "tostring(",
                                     "next(",
                                     "select(",
                                     "table.sort(",
                                     "table.concat(",
                                     "table.unpack(",
                                     "string.rep(",
                                     "string.format(",
                                     "(\"x\"):rep(",
                                     "math.max(",
                                     "math.huge",
                                     "0/0",
                                     "b[",
                                     "b[\"x\"]",
                                     "_ENV",
                                     "\"C30\"",
                                     "''",
                                     "[[",
                                     "]]",
                                     "--",
                                     "--[[",
                                     "\n",
                                     "\r",
                                     "\t",
                                     "\"",
                                     "'",
                                     "\\",
                                     "\xef\xbb\xbf",
                                     "，",
                                     "（",
                                     "“",
                                     "元",
                                     "\xff",
                                     "\xb3\xa1",
                                     "\xc2\xa0",
                                     "\x1b",
                                     "@",
                                     "$"};

static const char *const numbers[] = {"0",     "1",      "-1",    "2",       "0.5",
                                      "1e308", "1e-320", "1e15",  "1 << 62", "0x7fffffffffffffff",
                                      "2026",  "2028",   "99999", "1e999",   "0/0",
                                      "-0.0",  "3e-5",   "255"};

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* ---- chance ---- */

typedef struct dice {
    uint64_t state;
} dice;

static size_t roll(dice *d, size_t n) /* splitmix64; n > 0 */
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (size_t)((z ^ (z >> 31)) % n);
}

/* ---- corpus ---- */

static int by_name(const void *left, const void *right)
{
    return strcmp(((const fuzz_sample *)left)->name, ((const fuzz_sample *)right)->name);
}

static int add_sample(fuzz_corpus *corpus, const char *folder, const char *file)
{
    char path[4096];
    fuzz_sample sample = {0};
    if (!corpus->samples)
        corpus->samples = calloc(MOST_SAMPLES, sizeof *corpus->samples);
    if (!corpus->samples || corpus->count >= MOST_SAMPLES)
        return 0;
    snprintf(path, sizeof path, "%s/%s", folder, file);
    sample.name = strdup(path);
    if (!sample.name || plim_file_read(path, FUZZ_LONGEST, &sample.text, &sample.length, NULL)) {
        free(sample.name);
        return 0;
    }
    corpus->samples[corpus->count++] = sample;
    return 1;
}

int fuzz_corpus_add(fuzz_corpus *corpus, const char *folder)
{
    size_t before = corpus->count;
    int good = 1;
    DIR *list = opendir(folder);
    for (struct dirent *e = list ? readdir(list) : NULL; e && good; e = readdir(list)) {
        size_t length = strlen(e->d_name);
        if (length > 4 && strcmp(e->d_name + length - 4, ".lua") == 0)
            good = add_sample(corpus, folder, e->d_name);
    }
    if (!list)
        return 0;
    closedir(list);
    if (corpus->count > before)
        qsort(corpus->samples + before, corpus->count - before, sizeof *corpus->samples, by_name);
    return good;
}

void fuzz_corpus_free(fuzz_corpus *corpus)
{
    for (size_t i = 0; i < corpus->count; i++) {
        free(corpus->samples[i].name);
        plim_free(corpus->samples[i].text);
    }
    free(corpus->samples);
    *corpus = (fuzz_corpus){0};
}

/* ---- a text under change ---- */

typedef struct draft {
    char *text; /* [FUZZ_LONGEST] */
    size_t length;
    dice dice;
    const fuzz_corpus *corpus;
} draft;

typedef struct range {
    size_t start, length;
} range;

static plim_tokens read_tokens(const char *text, size_t length)
{
    plim_tokens tokens = {0};
    plim_script_faults faults = {0};
    if (plim_tokens_read(&tokens, text, length, "s.lua", &faults, NULL) != PLIM_OK)
        abort();
    plim_script_faults_free(&faults);
    return tokens;
}

static void put(draft *d, range place, const char *piece, size_t size)
{
    if (d->length - place.length + size > FUZZ_LONGEST)
        return;
    memmove(d->text + place.start + size, d->text + place.start + place.length,
            d->length - place.start - place.length);
    memcpy(d->text + place.start, piece, size);
    d->length = d->length - place.length + size;
}

/* Tokens i to k of the text, from the start of one to the end of the other. */
static range span_of(const plim_tokens *tokens, size_t i, size_t k)
{
    size_t start = tokens->items[i].start;
    return (range){start, tokens->items[k].start + tokens->items[k].length - start};
}

static range some_tokens(draft *d, const plim_tokens *tokens)
{
    size_t i = roll(&d->dice, tokens->count), n = 1 + roll(&d->dice, LONGEST_RUN);
    size_t k = i + n <= tokens->count ? i + n - 1 : tokens->count - 1;
    return span_of(tokens, i, k);
}

/* A bracket with what it holds; the bracket's number is drawn from `from` on. */
static bool some_group(dice *chance, const plim_tokens *tokens, char open, range *out)
{
    size_t from = roll(chance, tokens->count);
    for (size_t n = 0; n < tokens->count; n++) {
        size_t i = (from + n) % tokens->count;
        const plim_token *t = &tokens->items[i];
        if (t->match == PLIM_NO_TOKEN || t->match < i || (open && tokens->text[t->start] != open))
            continue;
        *out = span_of(tokens, i, t->match);
        return true;
    }
    return false;
}

static const fuzz_sample *some_sample(draft *d)
{
    return &d->corpus->samples[roll(&d->dice, d->corpus->count)];
}

/* ---- changes ---- */

static void repeat_tokens(draft *d, const plim_tokens *tokens)
{
    char copy[LONGEST_PIECE];
    range from = some_tokens(d, tokens);
    if (from.length + 1 > sizeof copy)
        return;
    copy[0] = ' ';
    memcpy(copy + 1, d->text + from.start, from.length);
    size_t at = tokens->items[roll(&d->dice, tokens->count)].start;
    put(d, (range){at, 0}, copy, from.length + 1);
}

/* A token, a run of tokens or a bracketed group of another script in the place of one of ours. */
static void borrow(draft *d, const plim_tokens *tokens, bool group)
{
    const fuzz_sample *sample = some_sample(d);
    plim_tokens others = read_tokens(sample->text, sample->length);
    range here = {0}, there = {0};
    bool found = others.count > 0;
    if (found && group) {
        found = some_group(&d->dice, tokens, '\0', &here) &&
                some_group(&d->dice, &others, d->text[here.start], &there);
    } else if (found) {
        size_t i = roll(&d->dice, tokens->count), from = roll(&d->dice, others.count), n = 0;
        while (n < others.count &&
               others.items[(from + n) % others.count].kind != tokens->items[i].kind)
            n++;
        found = n < others.count;
        here = span_of(tokens, i, i);
        there =
            found ? span_of(&others, (from + n) % others.count, (from + n) % others.count) : here;
    }
    if (found)
        put(d, here, sample->text + there.start, there.length);
    plim_tokens_free(&others);
}

static void insert_piece(draft *d, const plim_tokens *tokens)
{
    const char *piece = pieces[roll(&d->dice, COUNT(pieces))];
    size_t at = tokens->items[roll(&d->dice, tokens->count)].start;
    put(d, (range){at, 0}, piece, strlen(piece));
}

static void change_number(draft *d, const plim_tokens *tokens)
{
    size_t from = roll(&d->dice, tokens->count);
    const char *number = numbers[roll(&d->dice, COUNT(numbers))];
    for (size_t n = 0; n < tokens->count; n++) {
        size_t i = (from + n) % tokens->count;
        if (tokens->items[i].kind == PLIM_TOKEN_NUMBER) {
            put(d, span_of(tokens, i, i), number, strlen(number));
            return;
        }
    }
}

static void swap_tokens(draft *d, const plim_tokens *tokens)
{
    char first[200], second[200];
    size_t i = roll(&d->dice, tokens->count), k = roll(&d->dice, tokens->count);
    range a = span_of(tokens, i < k ? i : k, i < k ? i : k);
    range b = span_of(tokens, i < k ? k : i, i < k ? k : i);
    if (i == k || a.length > sizeof first || b.length > sizeof second)
        return;
    memcpy(first, d->text + a.start, a.length);
    memcpy(second, d->text + b.start, b.length);
    put(d, b, first, a.length);
    put(d, a, second, b.length);
}

/* The beginning of this text and the end of another. */
static void splice(draft *d, const plim_tokens *tokens)
{
    const fuzz_sample *sample = some_sample(d);
    plim_tokens others = read_tokens(sample->text, sample->length);
    size_t at = tokens->items[roll(&d->dice, tokens->count)].start;
    size_t from = others.count ? others.items[roll(&d->dice, others.count)].start : 0;
    put(d, (range){at, d->length - at}, sample->text + from, sample->length - from);
    plim_tokens_free(&others);
}

static void damage_bytes(draft *d)
{
    size_t at = roll(&d->dice, d->length), n = 1 + roll(&d->dice, 20);
    if (n > d->length - at)
        n = d->length - at;
    if (roll(&d->dice, 2))
        d->text[at] = (char)roll(&d->dice, 256);
    else if (n < d->length)
        put(d, (range){at, n}, "", 0);
}

static void change(draft *d)
{
    if (d->length == 0)
        put(d, (range){0, 0}, "x", 1);
    plim_tokens tokens = read_tokens(d->text, d->length);
    size_t kind = tokens.count == 0 ? 0 : roll(&d->dice, 16);
    if (kind == 0)
        damage_bytes(d);
    else if (kind <= 2)
        put(d, some_tokens(d, &tokens), "", 0);
    else if (kind <= 4)
        repeat_tokens(d, &tokens);
    else if (kind <= 7)
        borrow(d, &tokens, false);
    else if (kind <= 9)
        borrow(d, &tokens, true);
    else if (kind <= 11)
        insert_piece(d, &tokens);
    else if (kind <= 13)
        change_number(d, &tokens);
    else if (kind == 14)
        swap_tokens(d, &tokens);
    else
        splice(d, &tokens);
    plim_tokens_free(&tokens);
}

size_t fuzz_mutate(const fuzz_corpus *corpus, uint64_t seed, uint64_t number, char *out)
{
    draft d = {.text = out, .dice = {seed ^ (number * 0xd1342543de82ef95u)}, .corpus = corpus};
    const fuzz_sample *sample = &corpus->samples[roll(&d.dice, corpus->bases)];
    d.length = sample->length;
    memcpy(out, sample->text, sample->length);
    for (size_t i = 0, n = 1 + roll(&d.dice, MOST_CHANGES); i < n; i++)
        change(&d);
    return d.length;
}
