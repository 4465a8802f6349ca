#include "script/source.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "script/guards.h"
#include "script/limits.h"

/* A text as it came, before it is known to be one. */
typedef struct raw {
    const char *path, *text;
    size_t length;
    plim_script_faults *faults;
} raw;

/* Without showing any of it. */
static void refuse_file(const raw *file, int line, const char *message)
{
    plim_script_spot spot = {.file = file->path, .place = {.line = line}};
    plim_script_faults_add(file->faults, &spot, message, NULL);
}

/* At a byte. */
static void refuse(const raw *file, size_t at, const char *message)
{
    plim_script_spot spot = {.file = file->path, .text = file->text, .length = file->length};
    spot.place = (plim_place){.line = 1, .at = (uint32_t)at, .length = 1};
    for (size_t i = 0; i < at; i++)
        spot.place.line += file->text[i] == '\n';
    plim_script_faults_add(file->faults, &spot, message, NULL);
}

/* First byte that is not UTF-8: the longest valid prefix, by bisection over character starts. */
static size_t first_invalid(const char *text, size_t length)
{
    size_t good = 0;
    for (size_t step = length; step > 0; step /= 2)
        while (good + step <= length) {
            size_t end = good + step;
            size_t cut = end == length ? end : plim_utf8_cut(text, end);
            if (cut <= good || !plim_utf8_valid(text + good, cut - good))
                break;
            good = cut;
        }
    return good;
}

/* Is all that is not ASCII made of the pairs and quadruples of GB 18030 (which contains GBK)? */
static bool is_gb18030(const char *text, size_t length)
{
    const unsigned char *t = (const unsigned char *)text;
    for (size_t i = 0; i < length;) {
        if (t[i] < 0x80) {
            i++;
            continue;
        }
        if (t[i] == 0x80 || t[i] == 0xff || i + 1 >= length)
            return false;
        if (t[i + 1] >= 0x40 && t[i + 1] != 0x7f && t[i + 1] != 0xff)
            i += 2;
        else if (i + 3 < length && t[i + 1] >= 0x30 && t[i + 1] <= 0x39 && t[i + 2] >= 0x81 &&
                 t[i + 2] != 0xff && t[i + 3] >= 0x30 && t[i + 3] <= 0x39)
            i += 4;
        else
            return false;
    }
    return true;
}

/* UTF-16 of mostly ASCII characters, told by its mark or by zeros in every other byte. */
static bool is_utf16(const char *text, size_t length)
{
    if (length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
        return true;
    return length >= 4 && length % 2 == 0 &&
           ((!text[0] && text[1] && !text[2] && text[3]) ||
            (text[0] && !text[1] && text[2] && !text[3]));
}

/* The first carriage return that ends no line with a line feed, or `length`. */
static size_t lone_return(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\r' && (i + 1 >= length || text[i + 1] != '\n'))
            return i;
    return length;
}

static bool check_bytes(const raw *file)
{
    const char *text = file->text;
    size_t length = file->length, limit = plim_script_get_limits().source_bytes;
    if (length > limit) {
        char message[100];
        snprintf(message, sizeof message, "the file is larger than %zu KiB", limit >> 10);
        refuse_file(file, 0, message);
    } else if (length > 0 && text[0] == '\x1b') {
        refuse_file(file, 0, "is compiled Lua; only Lua text is read");
    } else if (is_utf16(text, length)) {
        refuse_file(file, 1, "the file is UTF-16; save it as UTF-8");
    } else if (memchr(text, '\0', length)) {
        refuse(file, (size_t)((const char *)memchr(text, '\0', length) - text),
               "a zero byte: this is not a text file");
    } else if (!plim_utf8_valid(text, length) && is_gb18030(text, length)) {
        refuse(file, first_invalid(text, length),
               "not UTF-8; the file looks like GBK (GB 18030): save it as UTF-8, in Notepad under "
               "Save as, Encoding, or with iconv -f GB18030 -t UTF-8");
    } else if (!plim_utf8_valid(text, length)) {
        refuse(file, first_invalid(text, length), "not UTF-8; save the file as UTF-8");
    } else if (lone_return(text, length) < length) {
        refuse(file, lone_return(text, length),
               "a carriage return without a line feed; save the file with line ends LF or CRLF");
    } else {
        return true;
    }
    return false;
}

/* ---- one token a line ---- */

static plim_status add_line(plim_lua_source *source, uint32_t token, uint32_t line, plim_error *err)
{
    if (plim_grow((void **)&source->token_of, &source->capacity, source->n_lines + 1,
                  sizeof *source->token_of) != 0 ||
        plim_grow((void **)&source->line_of, &source->line_capacity, source->n_lines + 1,
                  sizeof *source->line_of) != 0)
        return plim_fail_memory(err, "the lines of a script");
    source->token_of[source->n_lines] = token;
    source->line_of[source->n_lines++] = line;
    return PLIM_OK;
}

/* A long string spans lines of its own, counted as Lua does: \r\n is one end. */
static plim_status add_inner_lines(plim_lua_source *source, uint32_t i, plim_error *err)
{
    const plim_token *token = &source->tokens.items[i];
    const char *text = source->text + token->start;
    uint32_t line = token->line;
    if (token->kind != PLIM_TOKEN_STRING)
        return PLIM_OK;
    for (uint32_t at = 0; at < token->length; at++) {
        if (text[at] != '\n' && text[at] != '\r')
            continue;
        if (at + 1 < token->length && (text[at + 1] == '\n' || text[at + 1] == '\r') &&
            text[at + 1] != text[at])
            at++;
        PLIM_TRY(add_line(source, i, ++line, err));
    }
    return PLIM_OK;
}

static plim_status split_tokens(plim_lua_source *source, const plim_guards *guards, plim_error *err)
{
    plim_text *out = &source->split;
    plim_text_add(out,
                  "local " PLIM_GUARD_EQUAL ", " PLIM_GUARD_NOT ", " PLIM_GUARD_KEY " = ...\n");
    PLIM_TRY(add_line(source, PLIM_NO_TOKEN, 1, err));
    for (uint32_t i = 0; i < source->tokens.count; i++) {
        const plim_token *token = &source->tokens.items[i];
        if (guards[i].key)
            plim_text_add(out, PLIM_GUARD_KEY "(");
        for (int k = 0; k < guards[i].equal; k++)
            plim_text_add(out, PLIM_GUARD_EQUAL "(");
        if (guards[i].negated)
            plim_text_add(out, PLIM_GUARD_NOT "(");
        PLIM_TRY(add_line(source, i, token->line, err));
        plim_text_add_bytes(out, source->text + token->start, token->length);
        PLIM_TRY(add_inner_lines(source, i, err));
        for (int k = 0; k < guards[i].closing; k++)
            plim_text_add(out, ")");
        plim_text_add(out, "\n");
    }
    return out->failed ? plim_fail_memory(err, "the text of a script") : PLIM_OK;
}

/* Of a token; line 0 beyond the last. */
static plim_place place_of(const plim_tokens *tokens, uint32_t i)
{
    if (i >= tokens->count)
        return (plim_place){0};
    const plim_token *token = &tokens->items[i];
    return (plim_place){.line = (int)token->line, .at = token->start, .length = token->length};
}

static bool has_reserved_name(const plim_lua_source *source, plim_script_faults *faults)
{
    bool found = false;
    for (uint32_t i = 0; i < source->tokens.count; i++)
        if (plim_token_is(&source->tokens, i, PLIM_GUARD_EQUAL) ||
            plim_token_is(&source->tokens, i, PLIM_GUARD_NOT) ||
            plim_token_is(&source->tokens, i, PLIM_GUARD_KEY) ||
            plim_token_is(&source->tokens, i, "_ENV")) {
            char message[100];
            snprintf(message, sizeof message, "the name `%.*s` is reserved",
                     (int)source->tokens.items[i].length,
                     source->text + source->tokens.items[i].start);
            plim_script_spot spot = plim_lua_source_spot(source, place_of(&source->tokens, i));
            plim_script_faults_add(faults, &spot, message, NULL);
            found = true;
        }
    return found;
}

plim_status plim_lua_source_make(plim_lua_source *source, const char *path, const char *text,
                                 size_t length, plim_script_faults *faults, plim_error *err)
{
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        length -= 3;
    }
    source->path = plim_strdup(path);
    source->text = plim_alloc(length + 1, 1);
    source->length = length;
    if (!source->path || !source->text)
        return plim_fail_memory(err, "the text of a script");
    memcpy(source->text, text, length);
    if (!check_bytes(&(raw){path, source->text, length, faults}))
        return PLIM_OK;
    size_t before = faults->count;
    PLIM_TRY(plim_tokens_read(&source->tokens, source->text, length, path, faults, err));
    if (faults->count > before || has_reserved_name(source, faults))
        return PLIM_OK;
    plim_guards *guards = plim_alloc((size_t)source->tokens.count + 1, sizeof *guards);
    if (!guards)
        return plim_fail_memory(err, "the text of a script");
    if (!source->plain)
        plim_guards_place(guards, &source->tokens);
    plim_status status = split_tokens(source, guards, err);
    plim_free(guards);
    return status;
}

void plim_lua_source_free(plim_lua_source *source)
{
    plim_free(source->path);
    plim_free(source->text);
    plim_tokens_free(&source->tokens);
    plim_text_free(&source->split);
    plim_free(source->token_of);
    plim_free(source->line_of);
    *source = (plim_lua_source){0};
}

/* ---- from lines back to the file ---- */

int plim_lua_source_line(const plim_lua_source *source, int split_line)
{
    if (source->n_lines == 0)
        return 0;
    size_t at = split_line < 1 ? 0 : (size_t)split_line - 1;
    if (at >= source->n_lines) /* the end of the chunk */
        at = source->n_lines - 1;
    return (int)source->line_of[at];
}

plim_place plim_lua_source_place(const plim_lua_source *source, int split_line)
{
    int line = plim_lua_source_line(source, split_line);
    plim_place place = place_of(&source->tokens, plim_lua_source_token(source, split_line));
    return place.line == line ? place : (plim_place){.line = line};
}

/* The token at a place, or PLIM_NO_TOKEN. */
static uint32_t token_at(const plim_tokens *tokens, plim_place place)
{
    for (uint32_t i = 0; place.length > 0 && i < tokens->count; i++)
        if (tokens->items[i].start == place.at)
            return i;
    return PLIM_NO_TOKEN;
}

enum { READ_AHEAD = 3 }; /* tokens */

bool plim_lua_source_word(const plim_lua_source *source, plim_place *place, const char *word,
                          bool in_line)
{
    const plim_tokens *tokens = &source->tokens;
    uint32_t at = token_at(tokens, *place), found = PLIM_NO_TOKEN;
    for (uint32_t back = 0; at != PLIM_NO_TOKEN && back <= READ_AHEAD && back <= at; back++)
        if (plim_token_is(tokens, at - back, word)) {
            *place = place_of(tokens, at - back);
            return true;
        }
    for (uint32_t i = 0; in_line && i < tokens->count; i++)
        if ((int)tokens->items[i].line == place->line && plim_token_is(tokens, i, word) &&
            (found == PLIM_NO_TOKEN ||
             (at != PLIM_NO_TOKEN && i <= at))) /* the last one before, or the first */
            found = i;
    if (found != PLIM_NO_TOKEN)
        *place = place_of(tokens, found);
    return found != PLIM_NO_TOKEN;
}

uint32_t plim_lua_source_token(const plim_lua_source *source, int split_line)
{
    if (split_line < 1 || (size_t)split_line > source->n_lines)
        return PLIM_NO_TOKEN;
    return source->token_of[split_line - 1];
}

/* Is the token the text or number `key`, as in ["资产负债率"] = or [2026] =? */
static bool is_literal_key(const plim_tokens *tokens, uint32_t i, const char *key)
{
    const plim_token *token = &tokens->items[i];
    if (token->kind == PLIM_TOKEN_NUMBER)
        return plim_token_is(tokens, i, key);
    return token->kind == PLIM_TOKEN_STRING && token->length == strlen(key) + 2 &&
           memcmp(tokens->text + token->start + 1, key, token->length - 2) == 0;
}

/* The token of `key` at the top level of the constructor that opens at `open`. */
static uint32_t find_key(const plim_tokens *tokens, uint32_t open, const char *key)
{
    uint32_t close = tokens->items[open].match;
    for (uint32_t i = open + 1; close != PLIM_NO_TOKEN && i < close; i++) {
        const plim_token *token = &tokens->items[i];
        if (token->kind == PLIM_TOKEN_NAME && plim_token_is(tokens, i, key) &&
            plim_token_is(tokens, i + 1, "="))
            return i;
        if (token->match == i + 2 && is_literal_key(tokens, i + 1, key))
            return i + 1;
        if (token->match != PLIM_NO_TOKEN && token->match > i)
            i = token->match; /* over what is nested */
    }
    return PLIM_NO_TOKEN;
}

/* The first `{` at or after `from`, passing only a name and an opening bracket. */
static uint32_t opening(const plim_tokens *tokens, uint32_t from)
{
    for (uint32_t i = from; i < tokens->count && i < from + 3; i++)
        if (plim_token_is(tokens, i, "{"))
            return i;
    return PLIM_NO_TOKEN;
}

plim_place plim_lua_source_key(const plim_lua_source *source, const char *call, const char *key,
                               const char *inner)
{
    const char *path[] = {key, inner};
    return plim_lua_source_within(source, call, path, 2);
}

plim_place plim_lua_source_within(const plim_lua_source *source, const char *call,
                                  const char *const *path, int depth)
{
    const plim_tokens *tokens = &source->tokens;
    uint32_t at = 0;
    while (at < tokens->count &&
           !(plim_token_is(tokens, at, call) &&
             (plim_token_is(tokens, at + 1, "{") || plim_token_is(tokens, at + 1, "("))))
        at++;
    plim_place place = place_of(tokens, at);
    uint32_t open = opening(tokens, at + 1);
    for (int i = 0; i < depth && path[i] && open != PLIM_NO_TOKEN; i++) {
        uint32_t found = find_key(tokens, open, path[i]);
        if (found == PLIM_NO_TOKEN)
            break;
        place = place_of(tokens, found);
        open = opening(tokens, found + 2);
    }
    return place;
}

plim_place plim_lua_source_field(const plim_lua_source *source, int first, int last,
                                 const char *key)
{
    const plim_tokens *tokens = &source->tokens;
    plim_place place = {0};
    for (uint32_t i = 0; i < tokens->count; i++) {
        int at = (int)tokens->items[i].line;
        if (at >= first && at <= last && plim_token_is(tokens, i, key) &&
            plim_token_is(tokens, i + 1, "="))
            place = place_of(tokens, i);
    }
    return place;
}

/* ---- a path through nested constructors ---- */

/* Is token i a key at the beginning of a field? `value` is where its value begins. */
static bool is_key(const plim_tokens *tokens, uint32_t i, const char *key, uint32_t *value)
{
    bool name = tokens->items[i].kind == PLIM_TOKEN_NAME && plim_token_is(tokens, i, key) &&
                plim_token_is(tokens, i + 1, "=");
    bool literal = i > 0 && tokens->items[i - 1].match == i + 1 && is_literal_key(tokens, i, key) &&
                   plim_token_is(tokens, i + 2, "=");
    *value = name ? i + 2 : i + 3;
    return name || literal;
}

/* The opening of the index-th constructor directly within the one at `open`. */
static uint32_t nth_constructor(const plim_tokens *tokens, uint32_t open, int64_t index)
{
    uint32_t close = tokens->items[open].match;
    for (uint32_t i = open + 1; close != PLIM_NO_TOKEN && i < close; i++) {
        if (plim_token_is(tokens, i, "{") && --index == 0)
            return i;
        if (tokens->items[i].match != PLIM_NO_TOKEN && tokens->items[i].match > i)
            i = tokens->items[i].match;
    }
    return PLIM_NO_TOKEN;
}

/* Follows the steps after the first, whose value begins at `value`; returns how many. */
static int follow(const plim_tokens *tokens, uint32_t value, const plim_lua_step *steps, int n,
                  uint32_t *at)
{
    for (int done = 0; done < n; done++) {
        uint32_t found = PLIM_NO_TOKEN;
        if (plim_token_is(tokens, value, "{"))
            found = steps[done].key ? find_key(tokens, value, steps[done].key)
                                    : nth_constructor(tokens, value, steps[done].index);
        if (found == PLIM_NO_TOKEN)
            return done;
        *at = value = found;
        if (steps[done].key && !is_key(tokens, found, steps[done].key, &value))
            return done + 1;
    }
    return n;
}

int plim_lua_source_path(const plim_lua_source *source, const plim_lua_step *steps, int n,
                         plim_place *place)
{
    const plim_tokens *tokens = &source->tokens;
    int best = 0;
    for (uint32_t i = 0; i < tokens->count && n > 0; i++) {
        uint32_t value = 0, at = i;
        if (!is_key(tokens, i, steps[0].key, &value))
            continue;
        int found = 1 + follow(tokens, value, steps + 1, n - 1, &at);
        if (found > best) {
            best = found;
            *place = place_of(tokens, at);
        }
    }
    return best;
}

plim_place plim_lua_source_end(const plim_lua_source *source)
{
    const plim_tokens *tokens = &source->tokens;
    for (uint32_t i = tokens->count; i-- > 0;)
        if (plim_token_is(tokens, i, "return"))
            return place_of(tokens, i);
    return tokens->count > 0 ? place_of(tokens, tokens->count - 1) : (plim_place){0};
}

plim_script_spot plim_lua_source_spot(const plim_lua_source *source, plim_place place)
{
    return (plim_script_spot){
        .file = source->path, .text = source->text, .length = source->length, .place = place};
}
