#include "store/fixed_text.h"

#include <string.h>

#include "base/memory.h"
#include "store/hdf5_util.h"

plim_status plim_fixed_texts_make(plim_fixed_texts *texts, plim_column *out, size_t size,
                                  H5T_str_t padding, plim_error *err)
{
    texts->out = out;
    texts->size = size;
    texts->padding = padding;
    if (size <= sizeof texts->own_bytes)
        memset(&texts->own_bytes, UINT8_MAX, size);
    texts->text = plim_alloc(size + 1, 1);
    return texts->text != NULL ? PLIM_OK : plim_fail_memory(err, "a text column");
}

void plim_fixed_texts_free(plim_fixed_texts *texts)
{
    plim_free(texts->text);
    texts->text = NULL;
}

/* Length of a text that is plain ASCII, as nearly all are; SIZE_MAX where a closer look is needed.
 */
static size_t plain_length(const plim_fixed_texts *texts, const char *bytes)
{
    const uint64_t ones = 0x0101010101010101U, high = 0x8080808080808080U;
    size_t length = texts->size, at = 0;
    while (length > 0 && bytes[length - 1] == '\0')
        length--;
    while (texts->padding == H5T_STR_SPACEPAD && length > 0 && bytes[length - 1] == ' ')
        length--;
    uint64_t word, odd = 0; /* a byte of zero or above 127 */
    for (; at + sizeof word <= length; at += sizeof word) {
        memcpy(&word, bytes + at, sizeof word);
        odd |= ((word - ones) | word) & high;
    }
    for (; at < length; at++)
        odd |= (signed char)bytes[at] <= 0;
    return odd == 0 ? length : SIZE_MAX;
}

static plim_status add_text(plim_fixed_texts *texts, const char *element, uint32_t *code,
                            bool *sound, plim_error *err)
{
    size_t length = plain_length(texts, element);
    *sound = length != SIZE_MAX;
    if (!*sound) {
        *sound = plim_hdf5_fixed_text(element, texts->size, texts->padding, texts->text);
        element = texts->text;
        length = strlen(element);
    }
    return *sound ? plim_names_add_bytes(&texts->out->labels, element, length, code, err) : PLIM_OK;
}

static plim_met_text *where_met(plim_fixed_texts *texts, const char *element, uint64_t *bytes)
{
    memcpy(bytes, element, sizeof *bytes); /* of which those of the next element go */
    *bytes &= texts->own_bytes;
    return &texts->met[*bytes * 0x9E3779B97F4A7C15U >> 54];
}

plim_status plim_fixed_texts_add(plim_fixed_texts *texts, const char *elements, size_t n, size_t at,
                                 plim_error *err)
{
    bool recurs = texts->size <= sizeof texts->own_bytes, sound = true;
    for (texts->odd = 0; texts->odd < n; texts->odd++) {
        const char *element = elements + texts->odd * texts->size;
        uint32_t *code = &texts->out->code[at + texts->odd];
        uint64_t bytes;
        plim_met_text *met = recurs ? where_met(texts, element, &bytes) : NULL;
        if (met != NULL && met->code_after != 0 && met->bytes == bytes)
            *code = met->code_after - 1;
        else
            PLIM_TRY(add_text(texts, element, code, &sound, err));
        if (!sound)
            return PLIM_OK;
        if (met != NULL)
            *met = (plim_met_text){bytes, *code + 1};
    }
    return PLIM_OK;
}
