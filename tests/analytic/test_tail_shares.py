"""Shares of the tail by bank, and their errors, computed again from the losses of paths."""
import math
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, run_all, table, write_book, write_text

HOME = folder()
PATHS = 20000
MODEL = write_text(f"{HOME}/m.lua", """return model {
  name = "two_groups", factors = { "macro" }, persistence = 0,
  loading = function (b) return { macro = sqrt(where(b.sector_is("C"), 0.4, 0.05)) } end,
}
""")


def two_banks(name, n, balance):
    """n loans of each of two banks: PD 1 % and R2 0.4, PD 4 % and R2 0.05."""
    every = range(2 * n)
    return write_book(f"{HOME}/{name}.book.h5", {"id": ["a", "b"]},
                      {"id": [f"f{i}" for i in every], "pd": [.01] * n + [.04] * n,
                       "sector": ["C3071"] * n + ["D4411"] * n, "region": ["500153"] * (2 * n)},
                      {"id": [f"l{i}" for i in every], "borrower": [f"f{i}" for i in every],
                       "bank": ["a"] * n + ["b"] * n, "balance": balance, "lgd": [1] * (2 * n)})


def by_bank(out):
    losses = {"a": np.zeros(PATHS), "b": np.zeros(PATHS)}
    for row in table(out, "paths"):
        losses[row["bank"]][int(row["path"])] = float(row["loss"])
    return losses


def share_and_error(x, loss, alpha):
    """Influence of a path on the share: (r - c) within the tail, r = x - share L, c = r on the line over L at q."""
    n, beyond = len(loss), (1 - alpha) * len(loss)
    q = np.sort(loss)[math.ceil(round(alpha * n, 6)) - 1]
    weight = (beyond - np.sum(loss > q)) / np.sum(loss == q)
    whole = loss[loss > q].sum() + weight * loss[loss == q].sum()
    share = (x[loss > q].sum() + weight * x[loss == q].sum()) / whole
    tail = loss >= q
    r = x[tail] - share * loss[tail]
    slope, intercept = np.polyfit(loss[tail], r, 1)
    c = slope * q + intercept
    return share, math.sqrt(np.sum(r ** 2) + alpha * len(r) * c * c) / whole, math.sqrt(np.sum(r ** 2)) / whole


def compare(book, least_effect):
    out = f"{HOME}/out.result.h5"
    command("run", "--baseline", 1, "--book", book, "--model", MODEL, "-o", out, "--paths", PATHS)
    losses = by_bank(out)
    loss = losses["a"] + losses["b"]
    rows = {row["key"]: row for row in table(out, "contributors") if row["kind"] == "bank"}
    for key in ("a", "b"):
        for alpha, value, error in ((.99, "es_99_share", "stderr"), (.999, "es_999_share", "es_999_stderr")):
            share, stated, within = share_and_error(losses[key], loss, alpha)
            assert abs(float(rows[key][value]) - share) < 1e-9
            assert abs(float(rows[key][error]) / stated - 1) < 1e-6, (key, alpha, rows[key][error], stated)
            if alpha == .99:
                assert stated > least_effect * within, "the case should show the term of the quantile"


def test_shares_of_two_groups():
    """Losses that hardly tie: the group with the higher correlation has less of the loss at q than beyond."""
    balance = np.round(np.random.default_rng(3).lognormal(8, .5, 1000), 2)
    compare(two_banks("many", 500, balance), 1.15)


def test_shares_where_losses_tie():
    compare(two_banks("few", 20, np.full(40, 100.0)), 1.0)


def test_one_bank_has_all_of_it():
    out, n = f"{HOME}/one.result.h5", 50
    book = write_book(f"{HOME}/one.book.h5", {"id": ["a"]},
                      {"id": [f"f{i}" for i in range(n)], "pd": [.02] * n, "sector": ["C3071"] * n, "region": ["500153"] * n},
                      {"id": [f"l{i}" for i in range(n)], "borrower": [f"f{i}" for i in range(n)], "bank": ["a"] * n,
                       "balance": [1.0] * n, "lgd": [1] * n})
    command("run", "--baseline", 1, "--book", book, "--model", MODEL, "-o", out, "--paths", PATHS)
    for row in table(out, "contributors"):
        if row["kind"] != "borrower":
            assert (float(row["es_99_share"]), float(row["stderr"])) == (1, 0), row


run_all(globals())
