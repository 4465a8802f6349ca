/* Texts of one fixed length, as HDF5 and h5py store them, into labels and codes. Private to the
 * room. */
#ifndef PLIM_STORE_FIXED_TEXT_H
#define PLIM_STORE_FIXED_TEXT_H

#include <hdf5.h>

#include "base/column.h"

/* Readable bytes that must follow the last element. */
enum { PLIM_FIXED_SLACK = 8 };

/* Texts of up to eight bytes, sectors and regions, recur: the code of those met lately is found by
   their bytes as they stand in the file. */
enum { PLIM_FIXED_MET = 1024 };
typedef struct plim_met_text {
    uint64_t bytes;
    uint32_t code_after; /* code + 1; 0: nothing met yet */
} plim_met_text;

/* Zero-initialise; release with plim_fixed_texts_free. Of one column and its labels. */
typedef struct plim_fixed_texts {
    size_t size; /* bytes of an element */
    H5T_str_t padding;
    char *text;         /* private: size + 1 bytes */
    uint64_t own_bytes; /* private: those of eight that belong to an element that has no more */
    plim_met_text met[PLIM_FIXED_MET];
} plim_fixed_texts;

PLIM_NODISCARD plim_status plim_fixed_texts_make(plim_fixed_texts *out, size_t size,
                                                 H5T_str_t padding, plim_error *err);
/* codes[i] becomes that of element i in `labels`, which it is added to. `odd`: n, or the first
   element that is not UTF-8 or has a zero byte in it; then those before it are done. Fails for
   memory alone. */
PLIM_NODISCARD plim_status plim_fixed_texts_add(plim_fixed_texts *texts, const char *elements,
                                                size_t n, plim_names *labels, uint32_t *codes,
                                                size_t *odd, plim_error *err);
void plim_fixed_texts_free(plim_fixed_texts *texts);

#endif
