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

/* Zero-initialise; release with plim_fixed_texts_free. */
typedef struct plim_fixed_texts {
    plim_column *out; /* the column whose labels and codes they become; borrowed */
    size_t size;      /* bytes of an element */
    H5T_str_t padding;
    size_t odd;         /* after plim_fixed_texts_add: how many were sound before one that is not */
    char *text;         /* private: size + 1 bytes */
    uint64_t own_bytes; /* private: those of eight that belong to an element that has no more */
    plim_met_text met[PLIM_FIXED_MET];
} plim_fixed_texts;

PLIM_NODISCARD plim_status plim_fixed_texts_make(plim_fixed_texts *texts, plim_column *out,
                                                 size_t size, H5T_str_t padding, plim_error *err);
/* n elements become rows `at` on of the column. Where one is not UTF-8 or has a zero byte in it,
   those before it are done, and `odd` is its number; else `odd` is n. Fails for memory alone. */
PLIM_NODISCARD plim_status plim_fixed_texts_add(plim_fixed_texts *texts, const char *elements,
                                                size_t n, size_t at, plim_error *err);
void plim_fixed_texts_free(plim_fixed_texts *texts);

#endif
