#!/usr/bin/python3 -B
"""Writes what a case of the benchmark needs into a folder: CASE.book.h5 (one bank, ten sectors,
one loan a borrower) and, for a case with scenarios, one script each. The model file is
tests/bench/ten_sectors.lua.
    make_case.py CASE FOLDER [--scale F]      F: share of the borrowers, default 1
Prints the paths of the files, the book first. The same case gives the same columns always."""
import argparse
import os

import h5py
import numpy as np

import cases

SCRIPT = """-- {title}. A case of the benchmark; every number is a proposal and means nothing.
return scenario {{
  name = "{name}",
  title = {{ en = "{title}", zh = "{title}" }},
  years = {{ {first}, {last} }},
  columns = {{ energy_intensity = "ratio", flood_exposure = "ratio" }},
  drivers = {{
    x = pathway {{ unit = "{unit}", reference = 0, {points} }},
  }},
  borrower = function (b, d)
    return {{ pd = logistic(logit(b.pd) + {strength} * d.x * ({lua})) }}
  end,
}}
"""


def borrower_columns(case, count, rng):
    """PD log-uniform, each borrower its own; responses lognormal or a share, each its own."""
    revenue = np.round(np.exp(rng.normal(16.5, 1.0, count)), 2)
    leverage = rng.beta(5, 4, count)
    assets = revenue * np.exp(rng.normal(-0.1, 0.3, count))
    debt = np.round(assets * leverage, 2)
    return {
        "pd": np.exp(rng.uniform(np.log(case.pd_least), np.log(case.pd_most), count)),
        "sector": np.array(cases.SECTORS, "S3")[np.arange(count) % len(cases.SECTORS)],
        "region": np.full(count, b"500153"),
        "revenue": revenue,
        "debt": debt,
        "equity": np.round(assets - debt, 2),
        "scope1": revenue * np.minimum(np.exp(rng.normal(-10.6, 0.6, count)), 2e-4),
        "disclosed": rng.integers(0, 2, count).astype(np.int8),
        "energy_intensity": rng.beta(2, 18, count),
        "flood_exposure": rng.beta(1, 6, count),
    }


def write_book(path, case, count):
    rng = np.random.Generator(np.random.PCG64(20260000 + count + int(1e4 * case.pd_most)))
    borrowers = borrower_columns(case, count, rng)
    balance = np.round(np.exp(rng.normal(14.0, 1.0, count)), 2)
    with h5py.File(path + ".part", "w") as book:
        book.attrs.update(format="plimsoll.book", version=1, as_of="2025-12-31", currency="CNY")
        banks, group, loans = (book.create_group(t) for t in ("banks", "borrowers", "loans"))
        banks["id"] = ["bank"]
        group["id"] = np.char.add(b"B", np.char.zfill(np.arange(count).astype("S8"), 8))
        for name, values in borrowers.items():
            group[name] = values
        loans["id"] = np.char.add(b"L", np.char.zfill(np.arange(count).astype("S8"), 8))
        loans["borrower"] = np.arange(count, dtype=np.uint32)
        loans["bank"] = np.zeros(count, np.uint32)
        loans["balance"] = balance
        loans["lgd"] = np.full(count, cases.LGD)
    os.replace(path + ".part", path)


def write_scripts(folder):
    paths = []
    for s in cases.SCENARIOS:
        paths.append(os.path.join(folder, s.name + ".lua"))
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.write(SCRIPT.format(
                title=s.title, name=s.name, unit=s.unit, strength=s.strength, lua=s.lua,
                first=cases.FIRST_YEAR, last=cases.LAST_YEAR,
                points=", ".join(f"[{year}] = {value}" for year, value in s.driver.items())))
    return paths


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("case", choices=sorted(cases.CASES))
    parser.add_argument("folder")
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    case = cases.CASES[options.case]
    count = max(round(case.borrowers * options.scale), len(cases.SECTORS))
    os.makedirs(options.folder, exist_ok=True)
    book = os.path.join(options.folder, f"{count}_{case.pd_most:g}.book.h5")
    if not os.path.exists(book):
        write_book(book, case, count)
    print(book, *(write_scripts(options.folder) if case.scenarios else []), sep="\n")


if __name__ == "__main__":
    main()
