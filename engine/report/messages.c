#include "report/messages.h"

#include <string.h>

static const struct message {
    const char *english, *chinese;
} messages[] = {
#define MESSAGE(english, chinese) {english, chinese},
#include "report/messages.def"
#undef MESSAGE
};

enum {
    MOST_SLOTS = 8,
    MOST_STEPS =
        20000,   /* of matching one format: a text that fits in very many ways fits in none */
    DEEPEST = 4, /* messages within messages */
};

typedef struct piece {
    const char *text;
    size_t length;
} piece;

/* ---- formats ---- */

/* The conversion at `format`, which begins with %: its length, and its last letter in `kind`. */
static size_t conversion(const char *format, char *kind)
{
    size_t length = 1 + strcspn(format + 1, "diuxXeEfFgGcsp%") + 1;
    *kind = format[length - 1];
    return length;
}

static bool is_numeric(char kind, char c)
{
    if (c >= '0' && c <= '9')
        return true;
    return c == '-' || ((kind == 'g' || kind == 'f') && strchr("+.einfa", c) != NULL && c != '\0');
}

typedef struct match {
    piece slots[MOST_SLOTS];
    size_t n_slots, literal; /* bytes of the format that stand for themselves */
    size_t steps;
} match;

static bool match_rest(match *m, const char *format, piece text);

/* A conversion of `kind` stands for the beginning of the text: the shortest that fits. */
static bool match_slot(match *m, const char *rest, char kind, piece text)
{
    bool any = kind == 's' || kind == 'c';
    size_t slot = m->n_slots++;
    if (slot >= MOST_SLOTS)
        return false;
    for (size_t n = any ? 0 : 1; n <= text.length; n++) {
        if (!any && !is_numeric(kind, text.text[n - 1]))
            break;
        m->slots[slot] = (piece){text.text, n};
        m->n_slots = slot + 1;
        if (match_rest(m, rest, (piece){text.text + n, text.length - n}))
            return true;
    }
    return false;
}

static bool match_rest(match *m, const char *format, piece text)
{
    size_t literal = 0;
    while (++m->steps < MOST_STEPS) {
        if (*format == '\0') {
            m->literal += literal;
            return text.length == 0;
        }
        if (*format == '%') {
            char kind = '\0';
            size_t length = conversion(format, &kind);
            if (kind != '%') {
                size_t before = m->literal;
                m->literal += literal;
                if (match_slot(m, format + length, kind, text))
                    return true;
                m->literal = before;
                return false;
            }
            format++; /* "%%" stands for one */
        }
        if (text.length == 0 || text.text[0] != *format)
            return false;
        format++;
        text.text++;
        text.length--;
        literal++;
    }
    return false;
}

/* The format that says most of the text itself, or NULL. */
static const struct message *find(piece text, match *best)
{
    const struct message *found = NULL;
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        match m = {.n_slots = 0};
        if (match_rest(&m, messages[i].english, text) && (!found || m.literal > best->literal)) {
            found = &messages[i];
            *best = m;
        }
    }
    return found;
}

/* ---- putting together ---- */

static bool translate(plim_text *out, piece text, int depth);

static bool is_quote(char c)
{
    return c == '`' || c == '\'' || c == '"';
}

/* What stands in quotes is the script's own. */
static void add_slot(plim_text *out, piece slot, bool quoted, int depth)
{
    if (quoted || slot.length == 0 || depth >= DEEPEST || !translate(out, slot, depth + 1))
        plim_text_add_bytes(out, slot.text, slot.length);
}

static void add_filled(plim_text *out, const struct message *message, const match *m, int depth)
{
    size_t slot = 0;
    for (const char *p = message->chinese; *p;) {
        char kind = '\0';
        size_t length = *p == '%' ? conversion(p, &kind) : strcspn(p, "%");
        if (*p != '%') {
            plim_text_add_bytes(out, p, length);
        } else if (kind == '%') {
            plim_text_add(out, "%");
        } else if (slot < m->n_slots) {
            bool quoted = p > message->chinese && is_quote(p[-1]) && p[length] == p[-1];
            add_slot(out, m->slots[slot], quoted, depth);
            slot++;
        }
        p += length;
    }
}

static bool translate(plim_text *out, piece text, int depth)
{
    match m = {.n_slots = 0};
    const struct message *message = find(text, &m);
    if (message)
        add_filled(out, message, &m, depth);
    return message != NULL;
}

/* ---- lines ---- */

/* Length of "file.lua:12: " or "file.lua: " at the beginning of a line, or 0. */
static size_t place_length(piece line)
{
    static const char end[] = ".lua:";
    for (size_t i = 0; i + sizeof end - 1 <= line.length; i++) {
        if (memcmp(line.text + i, end, sizeof end - 1) != 0)
            continue;
        size_t at = i + sizeof end - 1;
        while (at < line.length && line.text[at] >= '0' && line.text[at] <= '9')
            at++;
        if (at < line.length && line.text[at] == ':')
            at++;
        if (at < line.length && line.text[at] == ' ')
            return at + 1;
    }
    return 0;
}

/* Cuts " (called from file.lua:12)" off the end of a line, and returns it. */
static piece take_caller(piece *line)
{
    static const char mark[] = " (called from ";
    size_t size = sizeof mark - 1;
    for (size_t i = line->length; i-- > 0 && line->text[line->length - 1] == ')';)
        if (i + size < line->length && memcmp(line->text + i, mark, size) == 0) {
            piece caller = {line->text + i + size, line->length - i - size - 1};
            line->length = i;
            return caller;
        }
    return (piece){line->text, 0};
}

static void add_line(plim_text *out, piece line)
{
    size_t place = place_length(line);
    plim_text_add_bytes(out, line.text, place);
    line = (piece){line.text + place, line.length - place};
    piece caller = take_caller(&line);
    if (!translate(out, line, 0))
        plim_text_add_bytes(out, line.text, line.length);
    if (caller.length > 0)
        plim_text_format(out, "（自 %.*s 调用）", (int)caller.length, caller.text);
}

void plim_report_message(plim_text *out, const char *message, plim_lang lang)
{
    if (lang != PLIM_LANG_ZH) {
        plim_text_add(out, message);
        return;
    }
    for (;;) {
        piece line = {message, strcspn(message, "\n")};
        if (line.length > 0 && line.text[0] == ' ') /* of a file */
            plim_text_add_bytes(out, line.text, line.length);
        else
            add_line(out, line);
        message += line.length;
        if (*message == '\0')
            return;
        plim_text_add(out, "\n");
        message++;
    }
}
