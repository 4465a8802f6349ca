"""The engine against the NumPy program of the benchmark (tests/bench/numpy_tuned.py): written apart,
with another generator and no line in common. Ten years, six scenarios, ten factors; expected losses,
their scatter, and default rates of every scenario and year agree within their errors."""
import glob
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import plimsoll  # noqa: E402

BENCH = os.path.join(plimsoll.SOURCE, "tests", "bench")
PATHS, NUMPY_PATHS = 8000, 4000


def program(name, *words):
    return subprocess.run([sys.executable, "-B", os.path.join(BENCH, name), *map(str, words)],
                          check=True, capture_output=True, text=True, timeout=200).stdout


def z(engine, error, other):
    """The NumPy program has half the paths: its squared error is twice the engine's."""
    return (engine - other) / (error * (1 + PATHS / NUMPY_PATHS) ** 0.5)


def main():
    home = plimsoll.folder()
    book, result = os.path.join(home, "p3.book.h5"), os.path.join(home, "p3.result.h5")
    program("make_case.py", "P3", book, 0.004)
    plimsoll.command("run", *sorted(glob.glob(os.path.join(BENCH, "p3_*.lua"))), "--book", book,
                     "--model", os.path.join(BENCH, "ten_sectors.lua"), "--paths", PATHS, "-o", result)
    numpy = json.loads(program("numpy_tuned.py", "P3", book, "--paths", NUMPY_PATHS))["measures"]

    scores = {}
    for row in plimsoll.table(result, "summary"):
        if row["measure"] in ("el", "sd"):
            key = row["scenario"], row["measure"]
            scores[key] = z(float(row["value"]), float(row["stderr"]), numpy[key[0]][key[1]])
    for row in plimsoll.table(result, "years"):
        rates = numpy[row["scenario"]]["default_rates"]
        scores[row["scenario"], row["year"]] = z(
            float(row["default_rate"]), float(row["default_rate_stderr"]),
            rates[int(row["year"]) - 2026])
    assert len(scores) == 7 * (2 + 10), sorted(scores)
    worst = max(scores, key=lambda key: abs(scores[key]))
    # 84 scores, many of them correlated: beyond 4.5 once in 1,700 books.
    assert abs(scores[worst]) < 4.5, (worst, scores[worst])
    print(f"{len(scores)} figures agree; the worst z is {scores[worst]:.2f} at {worst}")


if __name__ == "__main__":
    main()
