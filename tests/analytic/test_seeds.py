"""Stated errors against the scatter over independent seeds: neither too small nor too large."""
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, run_all, small_book, table, write_text
from scenarios import carbon

HOME = folder()
BOOK = small_book(f"{HOME}/a.book.h5")
SCRIPT = write_text(f"{HOME}/carbon.lua", carbon())
SEEDS, PATHS = 120, 2000

# table, columns that name a row, its values, (value, its error)
LOOK_AT = [
    ("summary", ("carbon", "el"), [("value", "stderr"), ("delta", "delta_stderr")]),
    ("summary", ("carbon", "sd"), [("value", "stderr"), ("delta", "delta_stderr")]),
    ("summary", ("carbon", "var_95"), [("value", "stderr"), ("delta", "delta_stderr")]),
    ("summary", ("carbon", "es_95"), [("value", "stderr"), ("delta", "delta_stderr")]),
    ("years", ("carbon", "2027"), [("default_rate", "default_rate_stderr"), ("el", "el_stderr"),
                                   ("delta_el", "delta_el_stderr"), ("npl_ratio", "npl_ratio_stderr")]),
    ("banks", ("carbon", "bank1"), [("el", "el_stderr"), ("delta_el", "delta_el_stderr")]),
    ("sectors", ("carbon", "C3011"), [("el", "el_stderr"), ("delta_el", "delta_el_stderr")]),
]


def observe():
    seen = {}
    for seed in range(1, SEEDS + 1):
        out = f"{HOME}/s.result.h5"
        command("run", SCRIPT, "--book", BOOK, "-o", out, "--paths", PATHS, "--seed", seed)
        rows = {name: {tuple(list(row.values())[:2]): row for row in table(out, name)}
                for name in {entry[0] for entry in LOOK_AT}}
        for name, key, pairs in LOOK_AT:
            for value, error in pairs:
                row = rows[name][key]
                seen.setdefault((name, *key, value), []).append((float(row[value]), float(row[error])))
    return seen


def test_errors_are_honest():
    """sd over 120 seeds is known to 6.5 %: the ratio to the stated error lies within four of that."""
    for what, pairs in observe().items():
        values, errors = np.array(pairs).T
        ratio = values.std(ddof=1) / errors.mean()
        assert 1 - 4 * 0.065 < ratio < 1 + 4 * 0.065, f"{what}: scatter over stated error is {ratio:.3f}"
        print(f"     {' '.join(what):40s} scatter / stated error = {ratio:.3f}")


run_all(globals())
