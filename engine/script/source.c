#include "script/source.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "script/guards.h"
#include "script/limits.h"

static void refuse(plim_script_faults *faults, const char *path, int line, const char *message)
{
    plim_script_faults_add(faults, path, line, message, NULL);
}

static int line_at(const char *text, size_t offset)
{
    int line = 1;
    for (size_t i = 0; i < offset; i++)
        line += text[i] == '\n';
    return line;
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

static bool check_bytes(const char *path, const char *text, size_t length,
                        plim_script_faults *faults)
{
    size_t limit = plim_script_get_limits().source_bytes;
    if (length > limit) {
        char message[100];
        snprintf(message, sizeof message, "the file is larger than %zu KiB", limit >> 10);
        refuse(faults, path, 0, message);
    } else if (length > 0 && text[0] == '\x1b') {
        refuse(faults, path, 0, "is compiled Lua; only Lua text is read");
    } else if (length >= 2 &&
               (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0)) {
        refuse(faults, path, 1, "the file is UTF-16; save it as UTF-8");
    } else if (memchr(text, '\0', length)) {
        const char *zero = memchr(text, '\0', length);
        refuse(faults, path, line_at(text, (size_t)(zero - text)),
               "a zero byte: this is not a text file");
    } else if (!plim_utf8_valid(text, length)) {
        refuse(faults, path, line_at(text, first_invalid(text, length)),
               "not UTF-8; save the file as UTF-8");
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
            refuse(faults, source->path, (int)source->tokens.items[i].line, message);
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
    if (!check_bytes(path, source->text, length, faults))
        return PLIM_OK;
    size_t before = faults->count;
    PLIM_TRY(plim_tokens_read(&source->tokens, source->text, length, path, faults, err));
    if (faults->count > before || has_reserved_name(source, faults))
        return PLIM_OK;
    plim_guards *guards = plim_alloc((size_t)source->tokens.count + 1, sizeof *guards);
    if (!guards)
        return plim_fail_memory(err, "the text of a script");
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

uint32_t plim_lua_source_token(const plim_lua_source *source, int split_line)
{
    if (split_line < 1 || (size_t)split_line > source->n_lines)
        return PLIM_NO_TOKEN;
    return source->token_of[split_line - 1];
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

int plim_lua_source_key_line(const plim_lua_source *source, const char *call, const char *key,
                             const char *inner)
{
    const plim_tokens *tokens = &source->tokens;
    uint32_t at = 0;
    while (at < tokens->count &&
           !(plim_token_is(tokens, at, call) &&
             (plim_token_is(tokens, at + 1, "{") || plim_token_is(tokens, at + 1, "("))))
        at++;
    if (at >= tokens->count)
        return 0;
    int line = (int)tokens->items[at].line;
    uint32_t open = opening(tokens, at + 1);
    const char *path[] = {key, inner};
    for (int i = 0; i < 2 && path[i] && open != PLIM_NO_TOKEN; i++) {
        uint32_t found = find_key(tokens, open, path[i]);
        if (found == PLIM_NO_TOKEN)
            break;
        line = (int)tokens->items[found].line;
        open = opening(tokens, found + 2);
    }
    return line;
}

int plim_lua_source_field_line(const plim_lua_source *source, int first, int last, const char *key)
{
    const plim_tokens *tokens = &source->tokens;
    int line = 0;
    for (uint32_t i = 0; i < tokens->count; i++) {
        int at = (int)tokens->items[i].line;
        if (at >= first && at <= last && plim_token_is(tokens, i, key) &&
            plim_token_is(tokens, i + 1, "="))
            line = at;
    }
    return line;
}
