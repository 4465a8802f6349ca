#!/usr/bin/env python3
"""Reads all that is in an HDF5 file with h5py, as a fresh process does, and prints the seconds: h5py_read.py FILE"""
import sys
import time

import h5py

columns = []
started = time.perf_counter()
with h5py.File(sys.argv[1], "r") as file:
    file.visititems(lambda _, item: columns.append(item[()]) if isinstance(item, h5py.Dataset) else None)
print(f"{time.perf_counter() - started:.6f}")
