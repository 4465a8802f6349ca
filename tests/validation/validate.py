"""Engine against closed forms and quadrature over many seeds; scripts/validate builds and calls it.
    validate.py [--seeds N] [--cases A,B] [--page FILE]
PLIMSOLL names the binary. Writes the page, or without --page only prints; exit 1 if anything is off."""
import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "support")]
import cases
from page import write_page
from plimsoll import command, folder, write_text
from results import Result
from statistics_of_z import Distribution, Row


SEEDS_APART = 1000  # first seeds of two cases


class Runner:
    """The files of a case, and its runs."""

    def __init__(self, case, home, share=1.0):
        self.case, self.stem = case, os.path.join(home, case.key)
        self.paths = max(1000, int(case.paths * share))
        case.book(f"{self.stem}.book.h5")
        write_text(f"{self.stem}.model.lua", case.model)
        self.what = ["--baseline", case.years]
        if case.scenario:
            self.what = [write_text(f"{self.stem}.lua", case.scenario)]

    def run(self, seed):
        """[what each quantity reads] of one run."""
        out = f"{self.stem}.{seed}.result.h5"
        command("run", *self.what, "--book", f"{self.stem}.book.h5", "--model", f"{self.stem}.model.lua", "--paths",
                self.paths, "--seed", seed, "--threads", 1, "-o", out)
        result = Result(out, self.paths)
        os.remove(out)
        return [quantity.read(result) for quantity in self.case.quantities]


def rows_of(case, seen):
    """Rows of a case from what its runs read, seed by seed."""
    rows = []
    for quantity, reads in zip(case.quantities, zip(*seen)):
        inside = sum(r[2] <= quantity.exact <= r[3] for r in reads) if quantity.interval else None
        rows.append(Row(quantity, [r[0] for r in reads], [r[1] for r in reads], inside))
    return rows


def validate(seeds, share=1.0, only=None, say=lambda text: None):
    """[(case, rows)] over `seeds` seeds each. No two cases share a seed: borrowers of the same name would share draws."""
    home, made = folder(), []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for index, maker in enumerate(cases.MAKERS):
            case = maker()
            if only and case.key not in only:
                continue
            runner = Runner(case, home, share)
            first = SEEDS_APART * (index + 1)
            begun = time.monotonic()
            rows = rows_of(case, list(pool.map(runner.run, range(first, first + seeds))))
            say(f"{case.key}: {time.monotonic() - begun:.1f} s")
            made.append((case, rows))
    return made


def complaints(made, distribution):
    found = [f"{case.key}: {row.quantity.name}: {fault}" for case, rows in made for row in rows
             for fault in row.faults()]
    return found + [f"all z: {fault}" for fault in distribution.faults()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--cases", help="keys of cases; all without it")
    parser.add_argument("--page")
    options = parser.parse_args()
    if not 2 <= options.seeds <= SEEDS_APART:
        parser.error(f"--seeds is {options.seeds}; accepted: 2 to {SEEDS_APART}")
    only = options.cases.split(",") if options.cases else None
    made = validate(options.seeds, only=only, say=lambda text: print(f"validate: {text}", file=sys.stderr, flush=True))
    distribution = Distribution([rows for _, rows in made])
    found = complaints(made, distribution)
    if options.page:
        write_page(options.page, options.seeds, made, distribution)
    for complaint in found:
        print(f"validate: {complaint}", file=sys.stderr)
    count = sum(len(rows) for _, rows in made)
    print(f"validate: {len(made)} cases, {count} quantities, {options.seeds} seeds: {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
