"""A book as CSV and back: the same data, byte for byte; and what its columns mean."""
import csv
import filecmp
import io
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, refused, run_all

import h5py
import numpy as np

HOME = folder()


def there_and_back(book, currency="CNY"):
    """Exports, imports, exports again: both exports must be the same bytes. The book that came back."""
    name = os.path.basename(book).split(".")[0]
    one, two, again = f"{HOME}/{name}.1", f"{HOME}/{name}.2", f"{HOME}/{name}.again.book.h5"
    _, err = command("book", "export", book, "--csv", one)
    assert f"plimsoll book import '{one}' --as-of 2025-12-31 --currency {currency} -o OUT.book.h5" in err, err
    command("book", "import", one, "--as-of", "2025-12-31", "--currency", currency, "-o", again)
    command("book", "export", again, "--csv", two)
    assert sorted(os.listdir(one)) == sorted(os.listdir(two))
    _, differs, odd = filecmp.cmpfiles(one, two, os.listdir(one), shallow=False)
    assert not differs and not odd, (differs, odd)
    return again


def test_a_synthetic_book():
    book = f"{HOME}/synth.book.h5"
    command("book", "synth", "--preset", "rongchang", "-o", book)
    again = there_and_back(book)
    with h5py.File(book) as a, h5py.File(again) as b:
        for table in a:
            for column in a[table]:
                one, other = a[table][column][:], b[table][column][:]
                assert one.tolist() == other.tolist() or np.array_equal(one, other, equal_nan=True), (table, column)


def test_what_csv_can_hardly_say():
    """Texts that look like numbers, columns without a value, units, quotes, odd numbers, references by row."""
    book = f"{HOME}/odd.book.h5"
    with h5py.File(book, "w") as f:
        f.attrs.update(format="plimsoll.book", version=1, as_of="2025-12-31", currency="EUR")
        banks, borrowers, loans = (f.create_group(t) for t in ("banks", "borrowers", "loans"))
        banks["id"] = ["b1"]
        borrowers["id"], borrowers["sector"], borrowers["region"] = ["1", "2"], ["C30", "D44"], ["500153", "500154"]
        borrowers["pd"] = [0.1 + 0.2, 1e-17]
        borrowers["code"] = ["12", "13"]
        borrowers["zip"] = ["007", ""]
        borrowers["nothing"] = [np.nan, np.nan]
        borrowers["output"] = [5e-324, 1.7976931348623157e308]
        borrowers["output"].attrs["unit"] = "t"
        borrowers["note"] = ['a, "b"', "two\nlines"]
        borrowers["empty"] = ["", ""]
        borrowers["weird:text"] = ["x", "y"]
        borrowers["weird:number:t"] = [1.0, 2.0]
        borrowers["weird"] = ["a", "b"]
        loans["id"], loans["borrower"], loans["bank"] = ["l1", "l2"], [0, 1], [0, 0]
        loans["balance"], loans["lgd"] = [1e6, 0.1], [0.45, 1 / 3]
    again = there_and_back(book, "EUR")
    with open(f"{HOME}/odd.1/borrowers.csv", encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == ["code:text", "empty", "id", "note", "nothing:number", "output:number:t", "pd", "region",
                                          "sector", "weird", "weird:number:t:number", "weird:text:text", "zip"]
    with h5py.File(again) as f:
        assert list(f["borrowers/pd"]) == [0.1 + 0.2, 1e-17] and list(f["borrowers/output"]) == [5e-324, 1.7976931348623157e308]
        assert f["borrowers/output"].attrs["unit"] == b"t" and np.isnan(f["borrowers/nothing"][:]).all()
        assert [x.decode() for x in f["borrowers/note"]] == ['a, "b"', "two\nlines"]
        assert [x.decode() for x in f["borrowers/code"]] == ["12", "13"]


def test_what_csv_can_not_say_is_refused():
    """An infinite number; and two headings that name one column."""
    book, into = f"{HOME}/infinite.book.h5", f"{HOME}/infinite"
    command("book", "synth", "--preset", "granular", "--borrowers", 3, "-o", book)
    with h5py.File(book, "r+") as f:
        f["borrowers"]["odd"] = [1.0, np.inf, 2.0]
    os.makedirs(into)
    refused("book", "export", book, "--csv", into, says=["borrowers.odd, row 1", "infinite"])
    assert os.listdir(into) == [] and not [name for name in os.listdir(HOME) if name.endswith(".part")]
    command("book", "synth", "--preset", "granular", "--borrowers", 3, "-o", f"{HOME}/twice.book.h5")
    command("book", "export", f"{HOME}/twice.book.h5", "--csv", f"{HOME}/twice")
    with open(f"{HOME}/twice/banks.csv", encoding="utf-8") as file:
        head, row = file.read().splitlines()
    with open(f"{HOME}/twice/banks.csv", "w", encoding="utf-8") as file:
        file.write(f"{head},code,code:number\n{row},1,2\n")
    refused("book", "import", f"{HOME}/twice", "--as-of", "2025-12-31", "-o", f"{HOME}/twice.2.book.h5", says=["two columns are called 'code'"])


def test_nothing_is_replaced():
    book, into = f"{HOME}/small.book.h5", f"{HOME}/full"
    command("book", "synth", "--preset", "rongchang", "-o", book)
    os.makedirs(into)
    with open(f"{into}/mine.txt", "w", encoding="utf-8") as file:
        file.write("mine")
    refused("book", "export", book, "--csv", into, expect=2, says=["is not empty"])
    refused("book", "export", book, expect=2, says=["--csv DIR"])
    refused("book", "export", f"{HOME}/none.book.h5", "--csv", f"{HOME}/new", says=["none.book.h5"])
    assert os.listdir(into) == ["mine.txt"] and not os.path.exists(f"{HOME}/new")
    assert not [name for name in os.listdir(HOME) if name.endswith(".part")]


def dictionary(lang):
    out, _ = command("book", "dictionary", "--format", "csv", "--lang", lang)
    return list(csv.DictReader(io.StringIO(out)))


def test_dictionary_in_both_languages():
    english, chinese = dictionary("en"), dictionary("zh")
    assert len(english) == len(chinese) > 70
    for one, other in zip(english, chinese):
        assert {k: v for k, v in one.items() if k != "meaning"} == {k: v for k, v in other.items() if k != "meaning"}
        assert one["meaning"].isascii() and not other["meaning"].isascii(), (one, other)
    rows = {(row["table"], row["column"]): row for row in english}
    assert rows["loans", "lgd"]["accepted"] == "[0, 1.5]" and rows["loans", "lgd"]["required"] == "required"
    assert rows["borrowers", "rho"]["accepted"] == "[0, 1)"
    assert rows["loans", "bank"]["accepted"] == "banks.id"


run_all(globals())
