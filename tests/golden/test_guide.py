"""The transcripts of the guide are real: every command of docs/guide is run again and must print what the page shows.

In a page, a ```lua block that begins with `-- file: NAME` is written to NAME, a ```python block that begins with
`# file: NAME` too, and a ```csv block likewise, without that line; a ```console block holds commands (lines
that begin with `$ `) and what they print. PLIMSOLL_UPDATE=1 writes the output into the pages. `[...]` in a page stands for
lines left out.
"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import BINARY, SOURCE, folder

GUIDE = os.path.join(SOURCE, "docs", "guide")
DATA = os.path.join(SOURCE, "..", "shared", "data", "loanbook")
BLOCK = re.compile(r"```(lua|python|csv|console)\n(.*?)```", re.S)
SECONDS = re.compile(r"\d+(\.\d+)? s\b")
ISA = re.compile(r"\b(avx512|avx2|base) kernel")
THREADS = re.compile(r"\d+ threads?\b")
MEMORY = re.compile(r"\d+(\.\d+)? [MG]iB\b")


def tidy(text):
    for pattern, word in ((SECONDS, "1 s"), (ISA, "avx2 kernel"), (THREADS, "2 threads"), (MEMORY, "1 GiB")):
        text = pattern.sub(word, text)
    return text


def run(line, home):
    env = {**os.environ, "LC_ALL": "C.UTF-8", "PATH": os.path.dirname(BINARY) + ":/usr/bin:/bin", "DATA": DATA,
           "PLIMSOLL_HOME": SOURCE}
    done = subprocess.run(["bash", "-c", line], capture_output=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, cwd=home, env=env, timeout=200, check=False)
    return done.stdout


def same(shown, printed):
    """Whether `printed` is what the page shows; a line `[...]` stands for any lines."""
    parts = [re.escape(part) for part in tidy(shown).split("[...]\n")]
    return re.fullmatch("(?:.*\n)*?".join(parts), tidy(printed)) is not None


def console(block, home, page):
    """Runs the commands of a block; returns the block as it should be."""
    steps = re.split(r"(?m)^\$ ", block)[1:]
    out = []
    for step in steps:
        line, _, shown = step.partition("\n")
        printed = run(line, home)
        if same(shown, printed):
            out.append(f"$ {line}\n{shown}")
        elif os.environ.get("PLIMSOLL_UPDATE") == "1":
            out.append(f"$ {line}\n{printed}")
        else:
            raise AssertionError(f"{page}: `{line}` prints now:\n{printed}\nthe page shows:\n{shown}")
    return "".join(out)


def replay(page):
    home = folder()
    path = os.path.join(GUIDE, page)
    with open(path, encoding="utf-8") as file:
        text = file.read()

    def block(match):
        kind, body = match.groups()
        if kind == "console":
            return f"```console\n{console(body, home, page)}```"
        name = re.match(r"(?:--|#) file: (\S+)\n", body)
        if name:
            with open(os.path.join(home, name.group(1)), "w", encoding="utf-8") as file:
                file.write(body[name.end():] if kind == "csv" else body)
        return match.group(0)

    new = BLOCK.sub(block, text)
    if new != text:
        with open(path, "w", encoding="utf-8") as file:
            file.write(new)
    return len(BLOCK.findall(text))


count = 0
for page_name in sorted(os.listdir(GUIDE)):
    if page_name == "public-books.md" and not os.path.exists(DATA):
        print(f"SKIP {page_name}: the public files are absent")
        continue
    assert replay(page_name) > 0, f"{page_name} has no transcript"
    count += 1
print(f"{count} passed, 0 failed")
