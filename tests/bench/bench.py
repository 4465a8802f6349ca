#!/usr/bin/env python3
"""Runs the cases of the benchmark and prints what they reach; scripts/bench builds and calls it.
    bench.py PLIMSOLL FOLDER CSV MACHINE [--runs N] [--cases P1,P2] [--no-numpy] [--scale F]
Engine and NumPy programs run in turn, one round after the other, so that a slow minute of the
machine hits both; a ratio is taken within a round. Every NumPy program must agree with the engine's
expected loss (P6: annual average loss), or the comparison would be of different jobs. P6 and P7 count
CPU seconds of whole commands on one thread, which other programs lengthen less than wall-clock."""
import argparse
import csv
import io
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SCENARIOS = os.path.join(HERE, "..", "..", "scenarios")
MODEL = os.path.join(HERE, "ten_sectors.lua")
P3_SCRIPTS = sorted(os.path.join(HERE, name) for name in os.listdir(HERE)
                    if name.startswith("p3_"))

# Paths of the engine, and of the slices that the NumPy programs run: some seconds each. Least rate
# and least ratio to NumPy to reach.
PATHS = {"P1": 100_000, "P2": 10_000, "P3": 10_000}
SLICES = {"P1": {"screened": 40_960, "direct": 8_192, "tuned": 100_000},
          "P2": {"screened": 4_096, "direct": 256, "tuned": 10_000},
          "P3": {"screened": 256, "direct": 16, "tuned": 256}}
CATASTROPHE_PATHS = 20_000      # of five years
PAIR_PATHS = 100_000             # as many as a run of the demo book takes by itself
RATE_TARGETS = {"P1": 1.2e9, "P2": 2.4e9}
RATIO_TARGETS = {"P1": 10, "P2": 20, "P3": 100}
PAIR_TARGET = 4
LOAD_TARGET = 2                  # times what h5py takes to read the same
CASES = ("P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8")
QUIET = 0.1     # cores that other programs may keep busy before figures mean little

# The shipped scenarios with other numbers: file, name of the copy, text, text instead.
COPIES = [("pboc2021_severe", "carbon_mild", "price_multiple = 4", "price_multiple = 2"),
          ("pboc2021_severe", "carbon_hard", "price_multiple = 4", "price_multiple = 6"),
          ("ceramics_ets", "ceramics_mild", "[2030] = 280", "[2030] = 140"),
          ("ceramics_ets", "ceramics_hard", "[2030] = 280", "[2030] = 420"),
          ("recession", "recession_mild", "shift(b.pd, shift)", "shift(b.pd, 0.7 * shift)"),
          ("recession", "recession_hard", "shift(b.pd, shift)", "shift(b.pd, 1.3 * shift)")]

# P7: the shipped flood and carbon price, of random and of known drivers: (text, text instead). Damages
# are left out, since they list the events of a hazard; known water stands everywhere in every year, as
# deep as the hazard's on average at the places that it reaches, so that losses are about the same.
SHOCKS = "compound_worst"
WITHOUT_DAMAGE = [('''  damage = function (b, d)
    return { flood = flood.damage(b, d, d.depth) }
  end,

''', ""), ('  compound = { "laixi_flood", "ets_jump" },\n', "")]
KNOWN = [('''drivers.carbon_price = random.jump_diffusion {
  unit = "CNY/tCO2e",
  reference = ets.price,
  mean = drivers.carbon_price,
  volatility = 0.3,
  jumps = { rate = 0.2, mean = 0.4, sd = 0.2 },
  with = { macro = -0.3 },
}
''', ""), ('''drivers.depth = hazard.events {
  unit = "m", events = flood.laixi,
  frequency = pathway { [2026] = 1, [2030] = 1.2 },
}''', '''drivers.depth = pathway {
  unit = "m", reference = 0,
  [2026] = 0.03, [2030] = 0.036,
}''')]


def busy_seconds():
    """CPU seconds that the whole machine has worked (stolen ones too), and those of this program and its
    finished commands. Without /proc both are 0 and no other load is seen."""
    own = sum(os.times()[:4])
    try:
        with open("/proc/stat", encoding="ascii") as file:
            user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    except OSError:
        return own, own
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK"), own


def replaced(name, text, pairs):
    """The text with each first of a pair, which it has once, replaced by the second."""
    for old, new in pairs:
        if text.count(old) != 1:
            sys.exit(f"bench: {name} no longer has '{old}' once")
        text = text.replace(old, new)
    return text


def cpu_seconds():
    """Of all finished commands."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Bench:
    """Series of numbers by (case, what), filled round by round."""

    def __init__(self, options):
        self.options = options
        self.series, self.units, self.targets = {}, {}, {}
        self.losses = {}
        self.isa = "?"

    def add(self, case, what, value, unit, target=""):
        self.series.setdefault((case, what), []).append(value)
        self.units[case, what], self.targets[case, what] = unit, target

    def note(self, text):
        print(f"bench: {text}", file=sys.stderr, flush=True)

    def command(self, *words, env=None):
        done = subprocess.run([str(w) for w in words], capture_output=True, text=True,
                              env={**os.environ, **(env or {})}, check=False)
        if done.returncode != 0:
            sys.exit(f"bench: {' '.join(map(str, words))}: exit {done.returncode}\n{done.stderr}")
        return done.stdout

    def table(self, result, name):
        text = self.command(self.options.plimsoll, "show", result, name, "--format", "csv")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def path(self, name):
        return os.path.join(self.options.folder, name)

    def book(self, case):
        name = "P2" if case in ("P3", "P4") else case
        path = self.path(name + ".book.h5")
        maker = os.path.join(HERE, "make_case.py")
        if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(maker):
            self.command(sys.executable, "-B", maker, name, path + ".part")
            os.replace(path + ".part", path)
        return path

    def engine(self, case, threads, isa=None):
        """Borrower-paths per second of the simulation. With an isa or more threads: no check."""
        work = ["--baseline", 1] if case != "P3" else P3_SCRIPTS
        paths = max(round(PATHS[case] * self.options.scale), 256)
        result = self.path("bench.result.h5")
        self.command(self.options.plimsoll, "run", *work, "--book", self.book(case), "--model",
                     MODEL, "--paths", paths, "--threads", threads, "-o", result,
                     env={"PLIMSOLL_ISA": isa} if isa else None)
        run = {row["key"]: row["value"] for row in self.table(result, "run")}
        summary = self.table(result, "summary")
        el = next(r for r in summary if r["measure"] == "el" and r["scenario"] == "baseline")
        self.losses[case] = float(el["value"]), float(el["stderr"]) * paths ** 0.5, paths
        if isa is None:
            self.isa = run["isa"]
        return int(run["borrowers"]) * paths / float(run["simulate_seconds"])

    def numpy(self, case, form):
        """The same from a NumPy program; its expected loss has to be the engine's."""
        paths = SLICES[case][form]
        if form == "tuned":
            words = ["numpy_tuned.py", case, self.book(case), "--paths", paths]
        else:
            words = ["numpy_baseline.py", form, case, self.book(case), paths]
        line = json.loads(self.command(sys.executable, "-B", os.path.join(HERE, words[0]),
                                       *words[1:]))
        el, deviation, engine_paths = self.losses[case]
        error = deviation * (1 / engine_paths + 1 / paths) ** 0.5
        if abs(line["el"] - el) > 6 * error:
            sys.exit(f"bench: {case}: NumPy ({form}) expects a loss of {line['el']:.6g}, the engine "
                     f"{el:.6g}; the error of the difference is {error:.2g}")
        return line["borrower_paths_per_second"]

    def throughput(self, case):
        """P1, P2, P3 on one thread, with the NumPy programs."""
        rate = self.engine(case, 1)
        self.add(case, "engine", rate, "borrower-paths/s",
                 f">= {RATE_TARGETS[case]:.1e}" if case in RATE_TARGETS else "")
        if case == "P3" and ("P2", "engine") in self.series:
            self.add(case, "time_over_P2", self.series["P2", "engine"][-1] / rate, "ratio", "<= 30")
        if self.options.numpy:
            for form in SLICES[case]:
                other = self.numpy(case, form)
                self.add(case, "numpy_" + form, other, "borrower-paths/s")
                self.add(case, "over_numpy_" + form, rate / other, "ratio",
                         f">= {RATIO_TARGETS[case]}")
        if case == "P1":
            for isa in ("avx512", "avx2", "base"):
                self.add(case, "engine_" + isa, self.engine(case, 1, isa), "borrower-paths/s")

    def two_threads(self):
        rate = self.engine("P2", 2)
        self.add("P4", "engine_2_threads", rate, "borrower-paths/s")
        if ("P2", "engine") in self.series:
            self.add("P4", "over_P2", rate / self.series["P2", "engine"][-1], "ratio", ">= 1.9")

    def rongchang(self):
        book = self.path("rongchang.book.h5")
        if (not os.path.exists(book)
                or os.path.getmtime(book) < os.path.getmtime(self.options.plimsoll)):
            self.command(self.options.plimsoll, "book", "synth", "--preset", "rongchang", "-o",
                         book)
        return book

    def whole_command(self):
        book = self.rongchang()
        scripts = []
        for source, name, text, instead in COPIES:
            with open(os.path.join(SCENARIOS, source + ".lua"), encoding="utf-8") as file:
                script = replaced(source + ".lua", file.read(),
                                  ((f'name = "{source}"', f'name = "{name}"'), (text, instead)))
            scripts.append(self.path(name + ".lua"))
            with open(scripts[-1], "w", encoding="utf-8") as file:
                file.write(script)
        started = time.perf_counter()
        self.command(self.options.plimsoll, "run", *scripts, "--book", book, "--paths", 100_000,
                     "--threads", 2, "-o", self.path("bench.result.h5"))
        self.add("P5", "whole_command", time.perf_counter() - started, "s", "<= 10")

    def timed(self, *words):
        """CPU seconds of a run on one thread, and what it says of itself."""
        result, before = self.path("bench.result.h5"), cpu_seconds()
        self.command(self.options.plimsoll, "run", *words, "--threads", 1, "-o", result)
        seconds = cpu_seconds() - before
        return seconds, {row["key"]: row["value"] for row in self.table(result, "run")}

    def catastrophe(self):
        """P6: damage alone, 10,000 sites, 1,000 events, 100,000 years of paths; whole commands."""
        book = self.book("P6")
        script = shutil.copy(os.path.join(HERE, "catastrophe.lua"), self.options.folder)
        common = "--book", book, "--model", MODEL, "--paths", CATASTROPHE_PATHS
        alone, _ = self.timed("--baseline", 5, *common)
        seconds, run = self.timed(script, *common)
        self.isa = run["isa"]
        self.add_catastrophe("engine", seconds)
        self.add("P6", "engine_less_baseline", seconds - alone, "CPU s")
        if not self.options.numpy:
            return
        damage = self.table(self.path("bench.result.h5"), "damage")[0]
        line = json.loads(self.command(sys.executable, "-B",
                                       os.path.join(HERE, "numpy_catastrophe.py"),
                                       self.options.folder, "--paths", CATASTROPHE_PATHS))
        exact, mean = float(damage["aal_exact"]), float(damage["aal"])
        error = (float(damage["aal_stderr"]) ** 2 + line["aal_stderr"] ** 2) ** 0.5
        if abs(exact / line["aal_exact"] - 1) > 1e-10 or abs(mean - line["aal"]) > 6 * error:
            sys.exit(f"bench: P6: NumPy has an annual average loss of {line['aal_exact']} by rates "
                     f"and {line['aal']} by paths, the engine {exact} and {mean}")
        self.add_catastrophe("numpy", line["seconds"])
        self.add("P6", "over_numpy", line["seconds"] / seconds, "ratio")

    def add_catastrophe(self, who, seconds):
        sites, events, years = 10_000, 1_000, 5 * CATASTROPHE_PATHS
        self.add("P6", who, seconds, "CPU s")
        self.add("P6", who + "_site_events", sites * events / seconds, "site-events/s")
        self.add("P6", who + "_path_years", years / seconds, "path-years/s")

    def pair(self):
        """P7: drivers that differ from path to path, over the same formulas of known drivers."""
        library = self.path("lib_known")
        shutil.copytree(os.path.join(SCENARIOS, "lib"), library, dirs_exist_ok=True)
        with open(os.path.join(library, "flood.lua"), "r+", encoding="utf-8") as file:
            text = file.read()      # a known depth is the same everywhere
            file.seek(0)
            file.write(text.replace("at(s, depth)", "depth").replace("at(c, depth)", "depth"))
            file.truncate()
        with open(os.path.join(SCENARIOS, SHOCKS + ".lua"), encoding="utf-8") as file:
            text = replaced(SHOCKS + ".lua", file.read(), WITHOUT_DAMAGE)
        used = {}
        for name, script, options in (("random", text, ()),
                                      ("known", replaced(SHOCKS + ".lua", text, KNOWN),
                                       ("--lib", library))):
            path = self.path(f"shocks_{name}.lua")
            with open(path, "w", encoding="utf-8") as file:
                file.write(script)
            used[name], run = self.timed(path, "--book", self.rongchang(), "--paths", PAIR_PATHS,
                                         *options)
            self.isa = run["isa"]
            self.add("P7", name, used[name], "CPU s")
        self.add("P7", "random_over_known", used["random"] / used["known"], "ratio",
                 f"<= {PAIR_TARGET}")

    def best_of_three(self, *words):
        return min(float(self.command(*words)) for _ in range(3))

    def loading(self):
        """P8: the book of P2 and one that the engine makes, with checksums, of a million borrowers, loaded whole, and as a
        run does (the columns that it uses, and the SHA-256 of the file); the same bytes read with h5py. Wall-clock within
        fresh processes, the file in the cache; of each the best of three in a row, since what memory costs depends on
        what the process before left of it."""
        synthetic = self.path("P8.book.h5")
        if not os.path.exists(synthetic):
            self.command(self.options.plimsoll, "book", "synth", "--borrowers", 1_000_000, "-o", synthetic)
        program = os.path.join(os.path.dirname(self.options.plimsoll), "tests", "bin", "bench_load")
        for name, book in (("plain", self.book("P2")), ("checksummed", synthetic)):
            h5py_seconds = self.best_of_three(sys.executable, "-B", os.path.join(HERE, "h5py_read.py"), book)
            self.add("P8", f"{name}_h5py", h5py_seconds, "s")
            target = f"<= {LOAD_TARGET}"
            for row, what, way, wanted in (("trusted", "whole", "trusted", target), ("confined", "whole", "confined", target),
                                           ("run", "run", "confined", "")):
                seconds = self.best_of_three(program, book, what, way)
                self.add("P8", f"{name}_{row}", seconds, "s")
                self.add("P8", f"{name}_{row}_over_h5py", seconds / h5py_seconds, "ratio", wanted)

    def round(self, number):
        for case in self.options.cases:
            self.note(f"round {number + 1} of {self.options.runs}, {case}")
            started, before = time.perf_counter(), busy_seconds()
            if case == "P4":
                self.two_threads()
            elif case == "P5":
                self.whole_command()
            elif case == "P6":
                self.catastrophe()
            elif case == "P7":
                self.pair()
            elif case == "P8":
                self.loading()
            else:
                self.throughput(case)
            machine, own = (b - a for a, b in zip(before, busy_seconds()))
            others = max(machine - own, 0) / (time.perf_counter() - started)
            self.add(case, "other_load", others, "cores", f"<= {QUIET}")

    def rows(self):
        for (case, what), values in sorted(self.series.items()):
            yield [case, what, self.units[case, what], statistics.median(values), min(values),
                   max(values), self.targets[case, what]]


def met(target, value):
    if not target:
        return ""
    sign, number = target.split()
    good = value >= float(number) if sign == ">=" else value <= float(number)
    return "yes" if good else "no"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    for name in ("plimsoll", "folder", "csv", "machine"):
        parser.add_argument(name)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--no-numpy", dest="numpy", action="store_false")
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    options.cases = sorted(set(options.cases.split(",")))
    unknown = [c for c in options.cases if c not in CASES]
    if unknown or options.runs < 1 or not 0 < options.scale <= 1:
        parser.error(f"unknown case {unknown[0]}; known: P1 to P8" if unknown
                     else "--runs from 1, --scale above 0 up to 1")
    os.makedirs(options.folder, exist_ok=True)
    bench = Bench(options)
    for number in range(options.runs):
        bench.round(number)
    machine = f"{options.machine}; {bench.isa}"
    print(f"machine: {machine}; {options.runs} rounds, scale {options.scale:g}")
    print(f"{'case':4} {'what':22} {'unit':17} {'median':>10} {'least':>10} {'most':>10} "
          f"{'target':>10} met")
    rows = list(bench.rows())
    for row in rows:
        print(f"{row[0]:4} {row[1]:22} {row[2]:17} {row[3]:10.3g} {row[4]:10.3g} {row[5]:10.3g} "
              f"{row[6]:>10} {met(row[6], row[3])}".rstrip())
    loud = [row[0] for row in rows if row[1] == "other_load" and row[3] > QUIET]
    if loud:
        bench.note(f"other programs kept the machine busy during {', '.join(loud)}: "
                   "these figures say less than the engine can do")
    with open(options.csv, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case", "what", "unit", "median", "least", "most", "target", "machine"])
        for row in rows:
            writer.writerow(row[:3] + [f"{v:.4g}" for v in row[3:6]] + [row[6], machine])


if __name__ == "__main__":
    main()
