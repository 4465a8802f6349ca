"""What the end-to-end tests share: books made with h5py, commands run, tables read."""
import csv
import io
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

BINARY = os.environ["PLIMSOLL"]
SOURCE = os.environ.get("PLIMSOLL_SOURCE", ".")


def folder():
    """A temporary folder, removed at the end of the test program."""
    holder = tempfile.TemporaryDirectory(prefix="plimsoll-test-")
    _holders.append(holder)
    return holder.name


_holders = []


def command(*words, expect=0, env=None, cwd=None, timeout=120):
    """Runs plimsoll; fails the test unless it exits with `expect`. Returns (stdout, stderr)."""
    done = subprocess.run([BINARY, *map(str, words)], capture_output=True, text=True, cwd=cwd,
                          env={**os.environ, **(env or {})}, timeout=timeout, check=False)
    if done.returncode != expect:
        raise AssertionError(f"plimsoll {' '.join(map(str, words))}\nexit {done.returncode}, expected "
                             f"{expect}\nstdout: {done.stdout}\nstderr: {done.stderr}")
    return done.stdout, done.stderr


def refused(*words, expect=3, says=(), env=None, cwd=None):
    """A command that must fail with one clear message that contains every text of `says`."""
    _, err = command(*words, expect=expect, env=env, cwd=cwd)
    first = err.split("\n", 1)[0]
    assert first.startswith("plimsoll: "), f"{words}: first line of stderr is {first!r}"
    for text in says:
        assert text in err, f"{words}: message lacks {text!r}:\n{err}"
    return err


def table(result, name):
    """Rows of a result table as dicts of strings."""
    out, _ = command("show", result, name, "--format", "csv")
    return list(csv.DictReader(io.StringIO(out, newline="")))


def all_tables(result, skip=("run",)):
    """{name: CSV text} of every table but those whose content is time."""
    into = folder()
    command("show", result, "all", "-o", into)
    texts = {}
    for name in sorted(os.listdir(into)):
        if name[:-4] not in skip:
            with open(os.path.join(into, name), encoding="utf-8", newline="") as file:
                texts[name[:-4]] = file.read()
    return texts


def write_book(path, banks, borrowers, loans, as_of="2025-12-31", order=None, **tables):
    """Writes columns (dicts of lists) as h5py does by default. `order`: {table: row order}."""
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "plimsoll.book"
        file.attrs["version"] = 1
        file.attrs["as_of"] = as_of
        file.attrs["currency"] = "CNY"
        for name, columns in {"banks": banks, "borrowers": borrowers, "loans": loans,
                              **tables}.items():
            group = file.create_group(name)
            for column, values in columns.items():
                values = list(values)
                if order and name in order:
                    values = [values[i] for i in order[name]]
                if isinstance(values[0], str):
                    group.create_dataset(column, data=values, dtype=h5py.string_dtype())
                else:
                    group.create_dataset(column, data=np.asarray(values))
    return path


def write_text(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


MODEL_ONE_FACTOR = """return model {{
  name = "one_factor", copula = "gaussian", factors = {{ "macro" }},
  loading = function (b) return {{ macro = sqrt({r2}) }} end,
  persistence = {persistence},
}}
"""


def one_factor(path, r2=0.15, persistence=0):
    return write_text(path, MODEL_ONE_FACTOR.format(r2=r2, persistence=persistence))


def small_book(path, n_borrowers=60, order_seed=None, extra=0):
    """A reproducible book of three banks in which firms have one to three loans. With `order_seed` the
    rows of all tables are shuffled; `extra` adds borrowers with a loan each at the end."""
    random = np.random.default_rng(7)
    n_all = n_borrowers + 40
    pd = np.round(np.exp(random.uniform(np.log(0.003), np.log(0.15), n_all)), 6)
    sectors = random.choice(["C3071", "C3011", "D4411", "F5211", "K7010"], n_all)
    regions = random.choice(["500153001", "500153002", "500153103"], n_all)
    revenue = np.round(random.lognormal(17.5, 1.0, n_all), 2)
    loans_of = random.integers(1, 4, n_all)
    use = n_borrowers + extra
    loan_borrower, bank, balance, lgd = [], [], [], []
    for i in range(n_all):
        for _ in range(loans_of[i]):
            row = (f"B{i:04d}", f"bank{random.integers(0, 3)}",
                   float(np.round(random.lognormal(14, 1), 2)), float(np.round(random.uniform(.2, .6), 3)))
            if i < use:
                loan_borrower.append(row[0]); bank.append(row[1])
                balance.append(row[2]); lgd.append(row[3])
    n_loans = len(balance)
    # The n-th loan of a borrower has the same id whoever else is in the book.
    seen, loan_id = {}, []
    for b in loan_borrower:
        seen[b] = seen.get(b, 0) + 1
        loan_id.append(f"{b}-{seen[b]}")
    classes = [3 if hash_of(i) % 29 == 0 else 1 + hash_of(i) % 2 for i in loan_id]
    banks = {"id": ["bank0", "bank1", "bank2"], "type": ["legal_person", "branch", "branch"]}
    borrowers = {
        "id": [f"B{i:04d}" for i in range(use)], "pd": pd[:use], "sector": list(sectors[:use]),
        "region": list(regions[:use]), "revenue": revenue[:use],
        "operating_cost": np.round(revenue[:use] * .86, 2), "depreciation": np.round(revenue[:use] * .05, 2),
        "interest": np.round(revenue[:use] * .03, 2), "debt": np.round(revenue[:use] * .6, 2),
        "equity": np.round(revenue[:use] * .3, 2), "cash": np.round(revenue[:use] * .05, 2),
        "scope1": np.round(revenue[:use] * 1.5e-4, 1), "scope2": np.round(revenue[:use] * 3e-5, 1),
        "scope3": np.round(revenue[:use] * 5e-5, 1),
    }
    loans = {"id": loan_id, "borrower": loan_borrower, "bank": bank, "balance": balance, "lgd": lgd,
             "class": classes}
    order = None
    if order_seed is not None:
        shuffle = np.random.default_rng(order_seed)
        order = {"banks": shuffle.permutation(3), "borrowers": shuffle.permutation(use),
                 "loans": shuffle.permutation(n_loans)}
    return write_book(path, banks, borrowers, loans, order=order)


def hash_of(text):
    """A small stable hash (Python's own changes with every run)."""
    value = 0
    for character in text:
        value = (value * 131 + ord(character)) % 1000003
    return value


def skip(reason):
    print(f"SKIP: {reason}")
    sys.exit(77)


def run_all(tests):
    """Runs the functions of `tests` whose names begin with test_ and says what it did."""
    count = 0
    for name, function in sorted(tests.items()):
        if name.startswith("test_") and callable(function):
            function()
            print(f"ok   {name}")
            count += 1
    assert count > 0
    print(f"{count} passed, 0 failed")
