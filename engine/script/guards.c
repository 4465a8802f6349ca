#include "script/guards.h"

#include <string.h>

typedef struct span {
    uint32_t first, last; /* first > last: none */
} span;

static const span no_span = {1, 0};

static bool is_one_of(const plim_tokens *tokens, uint32_t i, const char *const *texts)
{
    for (; *texts; texts++)
        if (plim_token_is(tokens, i, *texts))
            return true;
    return false;
}

static bool is_literal(const plim_tokens *tokens, uint32_t i)
{
    static const char *const words[] = {"true", "false", "nil", NULL};
    plim_token_kind kind = tokens->items[i].kind;
    return kind == PLIM_TOKEN_STRING || kind == PLIM_TOKEN_NUMBER ||
           (kind == PLIM_TOKEN_KEYWORD && is_one_of(tokens, i, words));
}

/* The left operand of the comparison at `op`: back to what begins the expression. */
static span left_operand(const plim_tokens *tokens, uint32_t op)
{
    static const char *const starts[] = {"(",     "[",      "{",  ",",      ";",
                                         "=",     "and",    "or", "if",     "while",
                                         "until", "elseif", "in", "return", NULL};
    static const char *const foreign[] = {"end",  "do",    "then",  "else", "repeat", "function",
                                          "goto", "break", "local", "for",  "::",     NULL};
    uint32_t i = op;
    while (i > 0) {
        const plim_token *token = &tokens->items[i - 1];
        if (token->match != PLIM_NO_TOKEN && token->match < i - 1) {
            i = token->match; /* over a bracket */
            continue;
        }
        if (is_one_of(tokens, i - 1, foreign))
            return no_span; /* a function written out as an operand */
        if (is_one_of(tokens, i - 1, starts))
            break;
        i--;
    }
    if (i == op)
        return no_span;
    return (span){i, op - 1};
}

/* Past the suffixes (.name, :name, [..], (..), {..}, "..") of a prefix expression that ends before
 * i. */
static uint32_t skip_suffixes(const plim_tokens *tokens, uint32_t i)
{
    while (i < tokens->count) {
        const plim_token *token = &tokens->items[i];
        if (token->kind == PLIM_TOKEN_STRING) {
            i++;
        } else if (plim_token_is(tokens, i, ".") || plim_token_is(tokens, i, ":")) {
            i += 2;
        } else if (token->match != PLIM_NO_TOKEN && token->match > i) {
            i = token->match + 1;
        } else {
            break;
        }
    }
    return i;
}

static const char *const tighter_than_comparison[] = {"..", "+", "-", "*", "/",  "//", "%",
                                                      "^",  "&", "|", "~", "<<", ">>", NULL};
static const char *const tighter_than_not[] = {"^", NULL};

/* The operand after the operator at `op`, with all operators that bind tighter. */
static span right_operand(const plim_tokens *tokens, uint32_t op, const char *const *tighter)
{
    static const char *const unary[] = {"not", "-", "#", "~", NULL};
    uint32_t i = op + 1;
    for (;;) {
        while (is_one_of(tokens, i, unary))
            i++;
        if (i >= tokens->count || plim_token_is(tokens, i, "function"))
            return no_span;
        const plim_token *token = &tokens->items[i];
        if (token->kind == PLIM_TOKEN_NAME)
            i = skip_suffixes(tokens, i + 1);
        else if (plim_token_is(tokens, i, "(") && token->match != PLIM_NO_TOKEN)
            i = skip_suffixes(tokens, token->match + 1);
        else if (plim_token_is(tokens, i, "{") && token->match != PLIM_NO_TOKEN)
            i = token->match + 1;
        else
            i++;
        if (!is_one_of(tokens, i, tighter))
            return (span){op + 1, i - 1};
        i++;
    }
}

static bool is_guarded(const plim_tokens *tokens, span operand)
{
    return operand.first <= operand.last && operand.last < tokens->count &&
           !(operand.first == operand.last && is_literal(tokens, operand.first));
}

static void guard_operand(plim_guards *guards, const plim_tokens *tokens, span operand)
{
    if (!is_guarded(tokens, operand))
        return;
    guards[operand.first].equal++;
    guards[operand.last].closing++;
}

static bool is_nil(const plim_tokens *tokens, span operand)
{
    return operand.first == operand.last && plim_token_is(tokens, operand.first, "nil");
}

static void guard_comparison(plim_guards *guards, const plim_tokens *tokens, uint32_t op)
{
    span left = left_operand(tokens, op);
    span right = right_operand(tokens, op, tighter_than_comparison);
    if (is_nil(tokens, left) || is_nil(tokens, right))
        return;
    guard_operand(guards, tokens, left);
    guard_operand(guards, tokens, right);
}

static void guard_not(plim_guards *guards, const plim_tokens *tokens, uint32_t op)
{
    span operand = right_operand(tokens, op, tighter_than_not);
    if (!is_guarded(tokens, operand))
        return;
    guards[operand.first].negated = true;
    guards[operand.last].closing++;
}

static void guard_key(plim_guards *guards, const plim_tokens *tokens, uint32_t open)
{
    uint32_t close = tokens->items[open].match;
    if (close == PLIM_NO_TOKEN || close < open + 2 ||
        (close == open + 2 && is_literal(tokens, open + 1)))
        return;
    guards[open + 1].key = true;
    guards[close - 1].closing++;
}

void plim_guards_place(plim_guards *guards, const plim_tokens *tokens)
{
    for (uint32_t i = 0; i < tokens->count; i++) {
        if (plim_token_is(tokens, i, "==") || plim_token_is(tokens, i, "~="))
            guard_comparison(guards, tokens, i);
        else if (plim_token_is(tokens, i, "not"))
            guard_not(guards, tokens, i);
        else if (plim_token_is(tokens, i, "["))
            guard_key(guards, tokens, i);
    }
}
