/* Datasets of strings, as h5py and others write them. Private to the room. */
#ifndef PLIM_STORE_HDF5_TEXT_H
#define PLIM_STORE_HDF5_TEXT_H

#include "store/hdf5_rows.h"

/* Reads a dataset of rank 1 whose type is a string of fixed or variable length, ASCII or UTF-8,
   with any padding, into a made TEXT column of as many rows as are chosen (`choice` NULL: all).
   PLIM_INPUT, naming the row: bytes that are not UTF-8 or a zero byte within a text; data that
   cannot be read. */
PLIM_NODISCARD plim_status plim_hdf5_read_texts(hid_t dataset, const plim_row_choice *choice,
                                                const plim_hdf5_place *place, plim_column *out,
                                                plim_error *err);

/* Bytes of an element where the type is a string of fixed length, and how it is filled up; 0 where
   it is anything else. */
PLIM_NODISCARD plim_status plim_hdf5_fixed_type(hid_t dataset, const plim_hdf5_place *place,
                                                size_t *size, H5T_str_t *padding, plim_error *err);
/* The refusal of a text that is none. */
PLIM_NODISCARD plim_status plim_hdf5_refuse_text(const plim_hdf5_place *place, size_t row,
                                                 plim_error *err);

#endif
