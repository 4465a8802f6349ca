"""Books as h5py writes them, in every variant that the format allows, and every one that is refused."""
import os
import sys

import h5py
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, refused, run_all

HOME = folder()
UTF8 = h5py.string_dtype("utf-8")
N = 5
BOOK = {
    "banks": {"id": ["b1", "b2"], "type": ["legal_person", "branch"]},
    "borrowers": {"id": ["甲", "f1", "f2", "f3", "f4"], "pd": [.01, .02, .05, .3, 0.],
                  "sector": ["C3071", "C3071", "D4411", "C30", "F51"], "region": ["500153"] * N},
    "loans": {"id": ["l1", "l2", "l3", "l4", "l5"], "borrower": ["甲", "f1", "f2", "f3", "甲"],
              "bank": ["b1", "b1", "b2", "b2", "b1"], "balance": [100.25, 200., 0., 5., 7.],
              "lgd": [.45, .45, 1.5, 0., .2]},
}


def write(name, edit=None, texts=UTF8):
    """The book above, changed by edit(file)."""
    path = f"{HOME}/{name}.book.h5"
    with h5py.File(path, "w") as file:
        file.attrs.update({"format": "plimsoll.book", "version": 1, "as_of": "2025-12-31", "currency": "CNY"})
        for table, columns in BOOK.items():
            group = file.create_group(table)
            for column, values in columns.items():
                if isinstance(values[0], str):
                    group.create_dataset(column, data=values, dtype=texts)
                else:
                    group[column] = np.array(values)
        if edit:
            edit(file)
    return path


def put(file, where, data, **kinds):
    """Replaces a dataset."""
    if where in file:
        del file[where]
    return file.create_dataset(where, data=data, **kinds)


def fine(name, edit=None, says=()):
    out, _ = command("book", "check", write(name, edit))
    for text in ("2 banks, 5 borrowers, 5 loans", "312.25", *says):
        assert text in out, f"{name}: {text!r} is missing from {out}"


def wrong(name, edit, *says):
    path = write(name, edit)
    err = refused("book", "check", path, says=[path, *says])
    assert "damaged" not in err or "damaged" in says, err


def low(file, cls, where, size, values, padding, charset):
    """Fixed-length strings of any padding, through the low-level interface."""
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(size)
    kind.set_strpad(padding)
    kind.set_cset(charset)
    if where in file:
        del file[where]
    pad = b" " if padding == h5py.h5t.STR_SPACEPAD else b"\0"
    raw = np.array([v.encode().ljust(size, pad) for v in values], dtype=f"V{size}")
    space = h5py.h5s.create_simple((len(values),))
    data = h5py.h5d.create(file.id, where.encode(), kind, space)
    data.write(h5py.h5s.ALL, h5py.h5s.ALL, raw, mtype=kind)


def test_strings():
    ids = BOOK["borrowers"]["id"]
    fine("variable")
    fine("fixed", lambda f: put(f, "borrowers/id", [t.encode() for t in ids], dtype="S9"))
    fine("fixed8", lambda f: put(f, "borrowers/id", [t.encode() for t in ids], dtype=h5py.string_dtype("utf-8", 12)))
    fine("ascii", lambda f: put(f, "loans/id", [f"l{i}" for i in range(N)], dtype=h5py.string_dtype("ascii")))
    fine("chunked", lambda f: put(f, "borrowers/id", ids, dtype=UTF8, chunks=(2,), maxshape=(None,)))
    fine("packed", lambda f: put(f, "borrowers/id", [t.encode() for t in ids], dtype="S9", chunks=(3,),
                                 compression="gzip", shuffle=True, fletcher32=True))
    for padding in (h5py.h5t.STR_NULLTERM, h5py.h5t.STR_NULLPAD, h5py.h5t.STR_SPACEPAD):
        for charset in (h5py.h5t.CSET_ASCII, h5py.h5t.CSET_UTF8):
            fine("padded", lambda f, p=padding, c=charset: low(f, None, "borrowers/id", 7, ids, p, c))
    fine("exact", lambda f: low(f, None, "loans/id", 2, BOOK["loans"]["id"], h5py.h5t.STR_NULLPAD, h5py.h5t.CSET_UTF8))


def test_numbers():
    balance = BOOK["loans"]["balance"]
    for kind in (">f8", "<f8", "f4", ">f4", "f2"):
        fine("float", lambda f, k=kind: put(f, "loans/balance", np.array(balance, dtype=k)))
    for kind in ("i1", "u1", ">i2", "<u4", ">i4", "i8", ">u8"):
        fine("integer", lambda f, k=kind: put(f, "loans/class", np.array([1, 2, 3, 4, 5], dtype=k)))
    fine("long", lambda f: put(f, "loans/balance", np.array(balance, dtype=np.longdouble)))
    fine("bool", lambda f: put(f, "borrowers/household", np.array([True, False, True, False, True])))
    fine("packed", lambda f: put(f, "loans/balance", balance, chunks=(2,), compression="gzip", shuffle=True))
    fine("pd01", lambda f: put(f, "borrowers/pd", np.array([0, 1, 0, 1, 0])))


def test_references():
    fine("rows", lambda f: (put(f, "loans/borrower", np.array([0, 1, 2, 3, 0], "u2")),
                            put(f, "loans/bank", np.array([0, 0, 1, 1, 0], ">i4"))))

    def integers(file):
        put(file, "borrowers/id", np.array([100, 7, 8, 9, 2 ** 62]))
        put(file, "loans/borrower", np.array([100, 7, 8, 2 ** 62, 100]))
    fine("ids", integers)

    def dangling(file):
        integers(file)
        put(file, "loans/borrower", np.array([100, 7, 8, 0, 100]))
    wrong("no_id", dangling, "loans.borrower", "row 3", "'0'", "borrowers")
    wrong("no_row", lambda f: put(f, "loans/bank", np.array([0, 0, 1, 2, 0])), "loans.bank", "row 3", "2 is no row of banks")
    wrong("huge", lambda f: put(f, "borrowers/id", np.array([1, 2, 3, 4, 2 ** 63], "u8")), "borrowers.id", "row 4",
          "9223372036854775808")
    wrong("float", lambda f: put(f, "loans/bank", np.array([0., 0, 1, 1, 0])), "loans.bank", "numbers", "whole numbers")


def codes(where, labels, values, path=None, kind="u1", **attributes):
    def edit(file):
        table = where.split("/")[0]
        put(file, labels, ["C3071", "D4411", "F51", "陶瓷"], dtype=UTF8)
        data = put(file, where, np.array(values, kind))
        data.attrs["labels"] = path or "/" + labels
        for key, value in attributes.items():
            data.attrs[key] = value
        assert table in file
    return edit


def test_codes():
    at = "borrowers/sector"
    fine("absolute", codes(at, "labels/sector", [0, 1, 2, 3, 0]))
    fine("from_root", codes(at, "labels/sector", [0, 1, 2, 3, 0], "labels/sector", "u2"))
    fine("in_table", codes(at, "borrowers/names", [0, 1, 2, 3, 0], "names", ">u4"))
    fine("deeper", codes(at, "borrowers/extra/names", [0, 1, 2, 3, 0], "extra/names", "i8"))
    fine("optional", codes("loans/purpose", "labels/purpose", [0, 1, 2, 255, 0], missing=255))
    wrong("no_label", codes(at, "labels/sector", [0, 1, 2, 4, 0]), "borrowers.sector", "row 3", "code 4", "below 4")
    wrong("negative", codes(at, "labels/sector", [0, -1, 2, 3, 0], kind="i1"), "borrowers.sector", "code -1")
    wrong("float", codes(at, "labels/sector", [0, 1, 2, 3, 0], kind="f8"), "borrowers.sector", "not integers")
    wrong("nowhere", codes(at, "labels/sector", [0, 1, 2, 3, 0], "/labels/nothing"), "borrowers.sector", "/labels/nothing")
    wrong("missing", codes(at, "labels/sector", [0, 1, 2, 9, 0], missing=9), "borrowers.sector", "row 3", "missing")
    wrong("no_list", codes(at, "labels/sector", [0, 1, 2, 3, 0], "/borrowers/pd"), "borrowers.sector", "labels")


def test_missing_values():
    def attribute(where, data, missing, **kinds):
        def edit(file):
            put(file, where, data, **kinds).attrs["missing"] = missing
        return edit
    fine("int", attribute("loans/class", np.array([1, -9, 3, 4, -9]), -9))
    fine("float", attribute("borrowers/revenue", np.array([1., -1, 2, 3, -1]), -1))
    fine("nan", lambda f: put(f, "borrowers/revenue", np.array([1., np.nan, 2, 3, 4])))
    fine("text", attribute("borrowers/env_class", ["A", "n/a", "B", "C", "n/a"], "n/a", dtype=UTF8))
    wrong("required", attribute("loans/balance", np.array([1, -9, 3, 4, 5]), -9), "loans.balance", "row 1", "l2", "missing")
    wrong("id", attribute("loans/borrower", np.array([0, 1, 2, -1, 0]), -1), "loans.borrower", "row 3", "missing")
    wrong("not_it", attribute("loans/class", np.array([1, -9, 3, 4, 5]), -8), "loans.class", "row 1", "-9")


def test_units_and_unknown_columns():
    def unit(where, data, text):
        def edit(file):
            put(file, where, data).attrs["unit"] = text
        return edit
    fine("wan", unit("loans/balance", np.array([.010025, .02, 0, .0005, .0007]), "万元"))
    fine("yuan", unit("loans/balance", np.array(BOOK["loans"]["balance"]), np.bytes_("元".encode())))
    fine("unknown", unit("borrowers/水", np.ones(N), "t"))
    wrong("percent", unit("borrowers/pd", np.ones(N), "percent"), "borrowers.pd", "'percent'", "ratio")

    def extras(file):
        file["borrowers"].create_group("notes")["x"] = [1, 2]
        file["photos"] = np.zeros((3, 3))
        file["loans"].attrs["author"] = "someone"
        file.attrs["list"] = [1, 2, 3]
    fine("extras", extras)


def test_attributes():
    for version in (1, 1.0, np.uint8(1), "1", np.array([1])):
        fine("version", lambda f, v=version: f.attrs.__setitem__("version", v))
    fine("bytes", lambda f: f.attrs.update({"format": np.bytes_("plimsoll.book"), "as_of": np.bytes_("2025-12-31"),
                                            "currency": np.bytes_("CNY")}))
    wrong("none", lambda f: f.attrs.__delitem__("format"), "without attribute format")
    wrong("other", lambda f: f.attrs.__setitem__("format", "plimsoll.result"), "plimsoll.result", "plimsoll.book")
    wrong("newer", lambda f: f.attrs.__setitem__("version", 2), "version '2'")
    wrong("no_version", lambda f: f.attrs.__delitem__("version"), "version is missing")
    wrong("no_date", lambda f: f.attrs.__delitem__("as_of"), "as_of is missing")
    wrong("bad_date", lambda f: f.attrs.__setitem__("as_of", "2025-02-30"), "as_of", "2025-02-30")
    wrong("no_money", lambda f: f.attrs.__delitem__("currency"), "currency is missing")


def test_shapes_and_types():
    wrong("length", lambda f: put(f, "loans/lgd", np.ones(4)), "loans.lgd", "4 rows", "has 5")
    wrong("rank", lambda f: put(f, "loans/lgd", np.ones((5, 1))), "loans.lgd", "2 dimensions")
    wrong("scalar", lambda f: put(f, "loans/lgd", 0.5), "loans.lgd", "0 dimensions")
    wrong("empty", lambda f: put(f, "loans/lgd", h5py.Empty("f8")), "loans.lgd", "0 dimensions")
    wrong("compound", lambda f: put(f, "loans/lgd", np.zeros(5, dtype=[("a", "f8")])), "loans.lgd", "compound")
    wrong("enum", lambda f: put(f, "borrowers/env_class", np.zeros(5, "u1"), dtype=h5py.enum_dtype({"A": 0, "B": 1})),
          "borrowers.env_class", "enumeration")
    wrong("opaque", lambda f: put(f, "loans/start", np.zeros(5, "V8")), "loans.start", "opaque")
    wrong("array", lambda f: f["loans"].create_dataset("x", (5,), dtype="(2,)f8"), "loans.x")
    wrong("text", lambda f: put(f, "borrowers/pd", ["a"] * 5, dtype=UTF8), "borrowers.pd", "text")
    wrong("number", lambda f: put(f, "borrowers/region", np.full(5, 500153)), "borrowers.region", "numbers", "text")
    wrong("gbk", lambda f: put(f, "borrowers/region", ["昌元".encode("gbk")] * 5, dtype="S8"), "borrowers.region",
          "row 0", "UTF-8")
    wrong("zero", lambda f: put(f, "borrowers/region", [b"a\0b"] * 5, dtype="S3"), "borrowers.region", "row 0", "zero")
    wrong("never", lambda f: put(f, "loans/lgd", None, shape=(5,), dtype="f8"), "loans.lgd", "never written")
    wrong("partly", lambda f: put(f, "loans/lgd", None, shape=(5,), dtype="f8", chunks=(2,)).write_direct(
        np.ones(2), dest_sel=np.s_[:2]), "loans.lgd", "never written")
    wrong("table", lambda f: (f.__delitem__("loans"), put(f, "loans", np.zeros(3))), "loans", "not a group")
    wrong("no_table", lambda f: f.__delitem__("banks"), "banks", "missing")
    wrong("no_rows", lambda f: [put(f, f"loans/{c}", np.zeros(0)) for c in list(f["loans"])], "loans", "no rows")


def test_where_a_text_is_odd():
    """Whoever reads, and however late in the column, slab or piece of it that is read."""
    n, odd = 150_000, 140_001
    region = np.full(n, b"500153", "S6")
    region[odd] = "昌元".encode("gbk")

    def many(file):
        put(file, "borrowers/id", np.char.mod("f%06d", np.arange(n)).astype("S7"))
        put(file, "borrowers/pd", np.full(n, .01))
        put(file, "borrowers/sector", np.full(n, b"C3071"))
        put(file, "borrowers/region", region)
        put(file, "loans/borrower", np.array([3, 4, 5, 6, odd]))
    path = write("late", many)
    for words in (("book", "check"), ("book", "check", "--trusted"), ("run", "--baseline", "1", "--dry-run", "--book"),
                  ("run", "--baseline", "1", "--paths", "1000", "--book-slabs", "3", "--book")):
        refused(*words, path, says=[path, "borrowers.region", f"row {odd}", "UTF-8"])


def test_links_that_lead_away():
    def outside(name, values):
        with h5py.File(f"{HOME}/elsewhere.h5", "w") as file:
            file[name] = values

    def external(file):
        outside("lgd", np.full(5, .4))
        del file["loans/lgd"]
        file["loans/lgd"] = h5py.ExternalLink("elsewhere.h5", "/lgd")
    wrong("external", external, "loans.lgd", "link")

    def soft(file):
        file.move("loans/lgd", "lgd")
        file["loans/lgd"] = h5py.SoftLink("/lgd")
    wrong("soft", soft, "loans.lgd", "link")

    def group(file):
        outside("banks/id", [1, 2])
        del file["banks"]
        file["banks"] = h5py.ExternalLink("elsewhere.h5", "/banks")
    wrong("group", group, "banks", "link")

    def raw(file):
        np.full(5, .4).tofile(f"{HOME}/raw.bin")
        put(file, "loans/lgd", None, shape=(5,), dtype="f8", external=[(f"{HOME}/raw.bin", 0, 40)])
    wrong("raw", raw, "loans.lgd", "another file")

    def virtual(file):
        outside("lgd", np.full(5, .4))
        layout = h5py.VirtualLayout((5,), "f8")
        layout[:] = h5py.VirtualSource("elsewhere.h5", "lgd", (5,))
        del file["loans/lgd"]
        file.create_virtual_dataset("loans/lgd", layout)
    wrong("virtual", virtual, "loans.lgd", "another file")

    def labels(file):
        codes("borrowers/sector", "labels/x", [0, 1, 2, 3, 0], "/away/x")(file)
        outside("x", ["a", "b", "c", "d"])
        file["away"] = h5py.ExternalLink("elsewhere.h5", "/")
    wrong("labels", labels, "borrowers.sector", "/away/x")


def test_all_faults_at_once():
    def many(file):
        file["borrowers/pd"][1] = 2
        file["loans/lgd"][2] = 9
        file["loans/borrower"][3] = "nobody"
        put(file, "loans/class", np.array([1, 2, 3, 4, 9]))
    wrong("many", many, "borrowers.pd, row 1, id f1: 2", "loans.lgd, row 2, id l3: 9", "'nobody'", "loans.class, row 4")

    def hundred(file):
        put(file, "borrowers/revenue", np.full(5, -1.))
        for year in range(2, 8):
            put(file, f"borrowers/pd_{year}", np.full(5, 1.5))
    wrong("hundred", hundred, "and 15 more faults")


def places(file, **change):
    """Sites of two borrowers and a piece of collateral, and a policy; `change` replaces columns."""
    columns = {"collateral/id": ["house", "house"], "collateral/loan": ["l1", "l2"],
               "sites/id": ["s1", "s2", "s3"], "sites/borrower": ["f1", "甲", ""],
               "sites/collateral": ["", "", "house"], "sites/region": ["500153", "", ""],
               "sites/lat": [np.nan, 29.4, np.nan], "sites/lon": [np.nan, 105.4, np.nan],
               "insurance/id": ["p1"], "insurance/borrower": ["f1"], "insurance/limit": [1e6]}
    columns.update({where.replace("_", "/", 1): values for where, values in change.items()})
    for where, values in columns.items():
        if values is None:
            continue
        texts = isinstance(values[0], str)
        put(file, where, values if texts else np.array(values), **({"dtype": UTF8} if texts else {}))


def test_sites_and_insurance():
    says = ["3 sites, 1 of them without a place", "1 policies"]
    fine("sites", places, says)
    fine("numbers", lambda f: places(f, insurance_borrower=[1]), says)
    fine("optional", lambda f: places(f, insurance_limit=None, sites_region=None), ["3 sites, 2 of them"])

    def missing(file):
        places(file, sites_borrower=[1, 0, -1], collateral_id=[7, 7])
        file["sites/borrower"].attrs["missing"] = -1
        put(file, "sites/collateral", np.array([0, 0, 7]))  # ids of pieces may be integers
        file["sites/collateral"].attrs["missing"] = 0
    fine("missing", missing, says)
    wrong("both", lambda f: places(f, sites_collateral=["house", "", "house"]),
          "sites.collateral, row 0, id s1", "both stated", "exactly one")
    wrong("neither", lambda f: places(f, sites_collateral=None), "sites.borrower, row 2, id s3", "both missing")
    wrong("nowhere", lambda f: places(f, sites_borrower=["f1", "f9", ""], sites_collateral=["", "", "hut"]),
          "'f9' is no id of borrowers", "'hut' is no id of collateral")
    wrong("values", lambda f: places(f, sites_elevation=[0., -11, 1e5], insurance_coverage=[1.2]),
          "sites.elevation, row 1, id s2: -11", "from -10 to 10000", "row 2", "insurance.coverage, row 0, id p1")
    wrong("insured", lambda f: places(f, insurance_borrower=[""]), "insurance.borrower", "required reference")
    wrong("nobody", lambda f: places(f, insurance_borrower=None), "insurance.borrower", "required column is missing")


def test_what_was_written_reads_in_h5py():
    path = f"{HOME}/synthetic.book.h5"
    command("book", "synth", "--preset", "rongchang", "--borrowers", 300, "-o", path)
    with h5py.File(path) as file:
        assert bytes(file.attrs["format"]) == b"plimsoll.book" and file.attrs["version"] == 1
        for table in ("banks", "borrowers", "loans", "collateral", "sites", "insurance"):
            lengths = {data.shape for data in file[table].values()}
            assert len(lengths) == 1, table
            for data in file[table].values():
                assert data.fletcher32 and data.chunks == (min(131072, data.shape[0]),)
                assert data.dtype.kind in "fSiu"
                assert data.dtype.kind != "f" or "unit" in data.attrs
        known = {t.decode() for t in file["borrowers/id"][()]}
        assert set(t.decode() for t in file["loans/borrower"][()]) <= known
    command("book", "check", path)


run_all(globals())
