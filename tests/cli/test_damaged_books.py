"""Damaged and hostile books: refused with exit code 3, whatever becomes of the process that reads them."""
import ctypes
import errno
import os
import random
import subprocess
import sys

import h5py
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import BINARY, SOURCE, command, folder, refused, run_all

HOME = folder()
BOOK = f"{HOME}/sound.book.h5"
DAMAGED = f"{HOME}/damaged.book.h5"
SCRIPT = f"{SOURCE}/scenarios/ceramics_ets.lua"


def make():
    if not os.path.exists(BOOK):
        command("book", "synth", "--borrowers", "50", "-o", BOOK)
    with open(BOOK, "rb") as file:
        return bytearray(file.read())


def write(content):
    with open(DAMAGED, "wb") as file:
        file.write(content)


def edit(change):
    write(make())
    with h5py.File(DAMAGED, "r+") as file:
        change(file)


def test_trusted_reads_the_same():
    make()
    for words in (("book", "check"), ("book", "describe")):
        assert command(*words, BOOK)[0] == command(*words, "--trusted", BOOK)[0], words
    run = ("run", SCRIPT, "--book", BOOK, "--paths", "200")
    command(*run, "-o", f"{HOME}/a.result.h5")
    command(*run, "--trusted", "-o", f"{HOME}/b.result.h5")
    with h5py.File(f"{HOME}/a.result.h5") as a, h5py.File(f"{HOME}/b.result.h5") as b:
        for table in set(a["tables"]) - {"run"}:
            for column, values in a["tables"][table].items():
                assert values[...].tobytes() == b["tables"][table][column][...].tobytes(), (table, column)
    explain = ("explain", f"{HOME}/a.result.h5", "--path", "7")
    assert command(*explain)[0] == command(*explain, "--trusted")[0]
    check = ("scenario", "check", SCRIPT, "--book", BOOK)
    assert command(*check)[0] == command(*check, "--trusted")[0]
    command("scenario", "plan", SCRIPT, "--book", BOOK, "--trusted")  # prints times


def test_the_reading_process_dies():
    """Names of dense groups are freed twice by HDF5 1.10.8: a damage of the fractal heap that kills the reading."""
    sound = make()
    draw = random.Random(1)
    heaps = [at for at in range(len(sound) - 4) if sound[at:at + 4] in (b"FHDB", b"FRHP", b"BTLF")]
    died = 0
    for _ in range(60):
        content = bytearray(sound)
        at = draw.choice(heaps)
        for _ in range(4):
            content[at + draw.randrange(96)] = draw.randrange(256)
        write(content)
        err = refused("book", "check", DAMAGED, says=[DAMAGED])
        # under a sanitizer it ends by itself, with an exit code
        if "reading it failed (signal " in err or "reading it ended early" in err:
            died += 1
            refused("book", "check", "--lang", "zh", DAMAGED, says=["贷款簿文件已损坏"])
            refused("run", SCRIPT, "--book", DAMAGED, "-o", f"{HOME}/c.result.h5", says=[DAMAGED])
            assert not os.path.exists(f"{HOME}/c.result.h5")
        if died == 2:
            return
    raise AssertionError("no damage killed the reading; the test proves nothing")


def test_a_chunk_lost_to_zeros():
    """Fletcher-32 of zeros is zero."""
    content = make()
    with h5py.File(BOOK) as file:
        pd = file["borrowers/pd"].id
        place = pd.get_chunk_info(0)
        assert pd.get_create_plist().get_filter(0)[0] == h5py.h5z.FILTER_FLETCHER32
    content[place.byte_offset:place.byte_offset + place.size] = bytes(place.size)
    write(content)
    for words in ((), ("--trusted",)):
        refused("book", "check", *words, DAMAGED, says=["borrowers.pd", "rows 0 to 49 are lost"])
    with h5py.File(DAMAGED, "r+") as file:
        assert not file["borrowers/pd"][...].any()
        del file["borrowers/pd"].attrs["zeros"]
    command("book", "check", DAMAGED)


def test_code_to_load():
    def filtered(file):
        values = file["loans/lgd"][...]
        del file["loans/lgd"]
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk((len(values),))
        plist.set_filter(32001, h5py.h5z.FLAG_OPTIONAL)
        data = h5py.h5d.create(file["loans"].id, b"lgd", h5py.h5t.IEEE_F64LE,
                               h5py.h5s.create_simple((len(values),)), plist)
        data.write(h5py.h5s.ALL, h5py.h5s.ALL, values)
    edit(filtered)
    for words in ((), ("--trusted",)):
        refused("book", "check", *words, DAMAGED, says=["loans.lgd", "filter 32001", "code to load"])


def test_values_of_another_file():
    def external(file):
        n = len(file["loans/lgd"])
        np.full(n, .4).tofile(f"{HOME}/raw.bin")
        del file["loans/lgd"]
        file["loans"].create_dataset("lgd", shape=(n,), dtype="f8", external=[(f"{HOME}/raw.bin", 0, 8 * n)])
    edit(external)
    refused("book", "check", DAMAGED, says=["loans.lgd", "another file"])

    def link(file):
        del file["loans/lgd"]
        file["loans/lgd"] = h5py.ExternalLink(BOOK, "/loans/lgd")
    edit(link)
    refused("book", "check", DAMAGED, says=["loans.lgd", "link to another place"])


def without_filters():
    """In a child before exec: from here on no filter of system calls can be set, as in some containers."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    allow, refuse = 0x7fff0000, 0x00050000 | errno.EPERM
    rules = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(allow)))
    for name in (b"seccomp",):
        number = library.seccomp_syscall_resolve_name(name)
        library.seccomp_rule_add(rules, ctypes.c_uint32(refuse), number, 0)

    class Comparison(ctypes.Structure):
        _fields_ = [("argument", ctypes.c_uint), ("operation", ctypes.c_int),
                    ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]
    equal, set_seccomp = 4, 22
    library.seccomp_rule_add_array(rules, ctypes.c_uint32(refuse), library.seccomp_syscall_resolve_name(b"prctl"), 1,
                                   ctypes.byref(Comparison(0, equal, set_seccomp, 0)))
    if library.seccomp_load(rules) != 0:
        os._exit(99)


def test_without_filters_of_system_calls():
    make()
    for words, n in ((("book", "check", BOOK), 1), (("book", "describe", BOOK), 1), (("book", "check", "--trusted", BOOK), 0),
                     (("run", SCRIPT, "--book", BOOK, "--paths", "200", "-o", f"{HOME}/d.result.h5"), 1)):
        done = subprocess.run([BINARY, *words, "--log", "json"], capture_output=True, text=True, preexec_fn=without_filters)
        assert done.returncode == 0, done.stderr
        assert done.stderr.count("no filter of system calls") == n, done.stderr


if __name__ == "__main__":
    run_all(globals())
