#include "report/report.h"

#include <string.h>

/* One table of phrases instead of gettext: see docs/adr/ (screen language). */
static const struct word {
    const char *key, *english, *chinese;
} words[] = {
#define WORD(key, english, chinese) {key, english, chinese},
#include "report/words.def"
#undef WORD
};

const char *plim_report_word(const char *key, plim_lang lang)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].key, key) == 0) {
            const char *text = lang == PLIM_LANG_ZH ? words[i].chinese : words[i].english;
            return text ? text : key;
        }
    return key;
}
