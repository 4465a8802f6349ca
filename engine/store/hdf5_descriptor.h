/* HDF5 files read through a descriptor that is open already, so that whoever reads need not be
 * allowed to open anything. Private to the room. */
#ifndef PLIM_STORE_HDF5_DESCRIPTOR_H
#define PLIM_STORE_HDF5_DESCRIPTOR_H

#include <hdf5.h>

/* Makes a file access list open `descriptor`, of a regular file, whatever path is then given; one
   file at a time, for reading only. Negative on failure. The descriptor stays the caller's. */
herr_t plim_hdf5_use_descriptor(hid_t access, int descriptor);

#endif
