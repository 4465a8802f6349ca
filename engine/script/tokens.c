#include "script/tokens.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

typedef struct lexer {
    const char *text;
    size_t length, at;
    uint32_t line, bad_line; /* bad_line: last line with an unknown character */
    plim_tokens *out;
    const char *file;
    plim_script_faults *faults;
} lexer;

static const char *const keywords[] = {
    "and",      "break",  "do",   "else", "elseif", "end",   "false", "for",
    "function", "goto",   "if",   "in",   "local",  "nil",   "not",   "or",
    "repeat",   "return", "then", "true", "until",  "while",
};

static const char *const long_symbols[] = {
    "...", "..", "==", "~=", "<=", ">=", "//", "<<", ">>", "::"}; /* longest first */

/* What an input method writes instead of what Lua reads. */
static const struct {
    const char *wide, *name, *plain;
} wide_characters[] = {
    {"，", "full-width comma", ","},
    {"（", "full-width bracket", "("},
    {"）", "full-width bracket", ")"},
    {"｛", "full-width brace", "{"},
    {"｝", "full-width brace", "}"},
    {"［", "full-width bracket", "["},
    {"］", "full-width bracket", "]"},
    {"【", "full-width bracket", "["},
    {"】", "full-width bracket", "]"},
    {"；", "full-width semicolon", ";"},
    {"：", "full-width colon", ":"},
    {"。", "full-width stop", "."},
    {"．", "full-width stop", "."},
    {"、", "enumeration comma", ","},
    {"“", "curly quote", "\""},
    {"”", "curly quote", "\""},
    {"‘", "curly quote", "'"},
    {"’", "curly quote", "'"},
    {"＂", "full-width quote", "\""},
    {"＇", "full-width quote", "'"},
    {"＝", "full-width equals sign", "="},
    {"＋", "full-width plus", "+"},
    {"－", "full-width minus", "-"},
    {"−", "minus sign U+2212", "-"},
    {"—", "dash", "-"},
    {"–", "dash", "-"},
    {"＊", "full-width asterisk", "*"},
    {"×", "multiplication sign", "*"},
    {"／", "full-width slash", "/"},
    {"÷", "division sign", "/"},
    {"＜", "full-width comparison", "<"},
    {"＞", "full-width comparison", ">"},
    {"≤", "comparison sign", "<="},
    {"≥", "comparison sign", ">="},
    {"≠", "comparison sign", "~="},
    {"＾", "full-width caret", "^"},
    {"％", "full-width percent sign", "%"},
    {"＃", "full-width number sign", "#"},
    {"＿", "full-width underscore", "_"},
    {"～", "full-width tilde", "~"},
    {"\xe3\x80\x80", "full-width space", " "},
    {"\xc2\xa0", "no-break space", " "},
    {"\xef\xbb\xbf", "byte order mark", ""},
    {"\xe2\x80\x8b", "zero-width space", ""},
    {"「", "corner bracket", "\""},
    {"」", "corner bracket", "\""},
};

/* The full-width forms of ASCII, U+FF01 to U+FF5E, in UTF-8: the plain one, or 0. */
static char plain_form(const char *character, size_t size)
{
    const unsigned char *c = (const unsigned char *)character;
    int code = size == 3 && c[0] == 0xef ? (c[1] & 0x3f) << 6 | (c[2] & 0x3f) : 0;
    bool is_form = code >= 0xf01 && code <= 0xf5e;
    return is_form ? (char)(code - 0xf01 + '!') : '\0';
}

static int peek(const lexer *lex, size_t ahead)
{
    return lex->at + ahead < lex->length ? (unsigned char)lex->text[lex->at + ahead] : -1;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_hex(int c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Consumes a line end as Lua counts them: \r\n and \n\r are one. */
static void skip_line_end(lexer *lex)
{
    int first = peek(lex, 0), second = peek(lex, 1);
    lex->at += (second == '\n' || second == '\r') && second != first ? 2 : 1;
    lex->line++;
}

/* Level of a long bracket at the current `[`, or -1. */
static int long_bracket(const lexer *lex)
{
    size_t level = 0;
    while (peek(lex, 1 + level) == '=')
        level++;
    return peek(lex, 1 + level) == '[' ? (int)level : -1;
}

static void skip_long_text(lexer *lex, int level)
{
    lex->at += (size_t)level + 2;
    while (lex->at < lex->length) {
        int c = peek(lex, 0);
        if (c == '\n' || c == '\r') {
            skip_line_end(lex);
            continue;
        }
        if (c == ']') {
            int i = 0;
            while (peek(lex, (size_t)i + 1) == '=')
                i++;
            if (i == level && peek(lex, (size_t)i + 1) == ']') {
                lex->at += (size_t)level + 2;
                return;
            }
        }
        lex->at++;
    }
}

static void skip_quoted(lexer *lex)
{
    int quote = peek(lex, 0);
    lex->at++;
    while (lex->at < lex->length) {
        int c = peek(lex, 0);
        if (c == quote) {
            lex->at++;
            return;
        }
        if (c == '\n' || c == '\r')
            return; /* unfinished: Lua says so */
        lex->at++;
        if (c != '\\' || lex->at >= lex->length)
            continue;
        int escaped = peek(lex, 0);
        if (escaped == '\n' || escaped == '\r') {
            skip_line_end(lex);
        } else if (escaped == 'z') {
            lex->at++;
            for (c = peek(lex, 0); c != -1 && strchr(" \t\v\f\r\n", c); c = peek(lex, 0)) {
                if (c == '\n' || c == '\r')
                    skip_line_end(lex);
                else
                    lex->at++;
            }
        } else {
            lex->at++;
        }
    }
}

/* As Lua's read_numeral: anything that could belong to a number. */
static void skip_number(lexer *lex)
{
    int exponent = 'e';
    if (peek(lex, 0) == '0' && (peek(lex, 1) == 'x' || peek(lex, 1) == 'X')) {
        exponent = 'p';
        lex->at += 2;
    }
    for (;;) {
        int c = peek(lex, 0);
        if (c == exponent || c == exponent - 'a' + 'A') {
            lex->at++;
            if (peek(lex, 0) == '+' || peek(lex, 0) == '-')
                lex->at++;
        } else if (is_hex(c) || c == '.') {
            lex->at++;
        } else {
            break;
        }
    }
    if (is_letter(peek(lex, 0)))
        lex->at++;
}

static void skip_comment(lexer *lex)
{
    lex->at += 2;
    int level = peek(lex, 0) == '[' ? long_bracket(lex) : -1;
    if (level >= 0) {
        skip_long_text(lex, level);
        return;
    }
    while (lex->at < lex->length && peek(lex, 0) != '\n' && peek(lex, 0) != '\r')
        lex->at++;
}

static plim_token_kind skip_name(lexer *lex)
{
    size_t start = lex->at;
    while (is_letter(peek(lex, 0)) || is_digit(peek(lex, 0)))
        lex->at++;
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strlen(keywords[i]) == lex->at - start &&
            memcmp(lex->text + start, keywords[i], lex->at - start) == 0)
            return PLIM_TOKEN_KEYWORD;
    return PLIM_TOKEN_NAME;
}

static void skip_symbol(lexer *lex)
{
    for (size_t i = 0; i < sizeof long_symbols / sizeof *long_symbols; i++) {
        size_t n = strlen(long_symbols[i]);
        if (lex->at + n <= lex->length && memcmp(lex->text + lex->at, long_symbols[i], n) == 0) {
            lex->at += n;
            return;
        }
    }
    lex->at++;
}

/* What to say of a character beyond ASCII outside of quotes. */
static void describe_character(const char *character, size_t size, char *message, size_t room)
{
    for (size_t i = 0; i < sizeof wide_characters / sizeof *wide_characters; i++) {
        const char *wide = wide_characters[i].wide, *plain = wide_characters[i].plain;
        if (strlen(wide) != size || memcmp(wide, character, size) != 0)
            continue;
        if (plain[0] == '\0')
            snprintf(message, room, "%s outside of quotes; remove it", wide_characters[i].name);
        else
            snprintf(message, room, "%s `%s` outside of quotes; write `%s`",
                     wide_characters[i].name, wide, plain);
        return;
    }
    if (plain_form(character, size)) {
        snprintf(message, room, "full-width `%.*s` outside of quotes; write `%c`", (int)size,
                 character, plain_form(character, size));
        return;
    }
    snprintf(message, room,
             "`%.*s` outside of quotes: names are made of letters, digits and _; other columns are "
             "reached as b[\"...\"]",
             (int)size, character);
}

static void refuse_character(lexer *lex)
{
    size_t size = 1;
    while (lex->at + size < lex->length &&
           ((unsigned char)lex->text[lex->at + size] & 0xc0) == 0x80)
        size++;
    if (lex->bad_line != lex->line) { /* once a line */
        char message[200];
        describe_character(lex->text + lex->at, size, message, sizeof message);
        plim_script_spot spot = {.file = lex->file, .text = lex->text, .length = lex->length};
        spot.place = (plim_place){(int)lex->line, (uint32_t)lex->at, (uint32_t)size};
        plim_script_faults_add(lex->faults, &spot, message, NULL);
    }
    lex->bad_line = lex->line;
    lex->at += size;
}

static plim_status add_token(lexer *lex, size_t start, uint32_t line, plim_token_kind kind,
                             plim_error *err)
{
    plim_tokens *out = lex->out;
    if (plim_grow((void **)&out->items, &out->capacity, (size_t)out->count + 1,
                  sizeof *out->items) != 0)
        return plim_fail_memory(err, "the tokens of a script");
    out->items[out->count++] = (plim_token){.start = (uint32_t)start,
                                            .length = (uint32_t)(lex->at - start),
                                            .line = line,
                                            .match = PLIM_NO_TOKEN,
                                            .kind = kind};
    return PLIM_OK;
}

/* The next token, or what lies between tokens. */
static plim_status step(lexer *lex, plim_error *err)
{
    int c = peek(lex, 0);
    size_t start = lex->at;
    uint32_t line = lex->line;
    plim_token_kind kind = PLIM_TOKEN_SYMBOL;
    if (c == '\n' || c == '\r') {
        skip_line_end(lex);
        return PLIM_OK;
    }
    if (c == ' ' || c == '\t' || c == '\v' || c == '\f') {
        lex->at++;
        return PLIM_OK;
    }
    if (c == '-' && peek(lex, 1) == '-') {
        skip_comment(lex);
        return PLIM_OK;
    }
    if (c >= 0x80) {
        refuse_character(lex);
        return PLIM_OK;
    }
    if (is_letter(c)) {
        kind = skip_name(lex);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(lex, 1)))) {
        skip_number(lex);
        kind = PLIM_TOKEN_NUMBER;
    } else if (c == '"' || c == '\'') {
        skip_quoted(lex);
        kind = PLIM_TOKEN_STRING;
    } else if (c == '[' && long_bracket(lex) >= 0) {
        skip_long_text(lex, long_bracket(lex));
        kind = PLIM_TOKEN_STRING;
    } else {
        skip_symbol(lex);
    }
    return add_token(lex, start, line, kind, err);
}

static bool closes(char open, char close)
{
    return (open == '(' && close == ')') || (open == '[' && close == ']') ||
           (open == '{' && close == '}');
}

static plim_status match_brackets(plim_tokens *tokens, plim_error *err)
{
    uint32_t *stack = plim_alloc(tokens->count, sizeof *stack);
    size_t depth = 0;
    if (!stack)
        return plim_fail_memory(err, "the brackets of a script");
    for (uint32_t i = 0; i < tokens->count; i++) {
        const plim_token *token = &tokens->items[i];
        char c = token->kind == PLIM_TOKEN_SYMBOL && token->length == 1 ? tokens->text[token->start]
                                                                        : '\0';
        if (c == '(' || c == '[' || c == '{') {
            stack[depth++] = i;
        } else if (c == ')' || c == ']' || c == '}') {
            if (depth == 0 || !closes(tokens->text[tokens->items[stack[depth - 1]].start], c))
                break; /* Lua will refuse the text */
            depth--;
            tokens->items[i].match = stack[depth];
            tokens->items[stack[depth]].match = i;
        }
    }
    plim_free(stack);
    return PLIM_OK;
}

plim_status plim_tokens_read(plim_tokens *tokens, const char *text, size_t length, const char *file,
                             plim_script_faults *faults, plim_error *err)
{
    lexer lex = {
        .text = text, .length = length, .line = 1, .out = tokens, .file = file, .faults = faults};
    tokens->text = text;
    while (lex.at < length)
        PLIM_TRY(step(&lex, err));
    return match_brackets(tokens, err);
}

void plim_tokens_free(plim_tokens *tokens)
{
    plim_free(tokens->items);
    *tokens = (plim_tokens){0};
}

bool plim_token_is(const plim_tokens *tokens, uint32_t i, const char *text)
{
    if (i >= tokens->count)
        return false;
    const plim_token *token = &tokens->items[i];
    return strlen(text) == token->length &&
           memcmp(tokens->text + token->start, text, token->length) == 0;
}
