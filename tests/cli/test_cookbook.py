"""The cookbook: each recipe is short, runs on a synthetic district, and is the text that both pages show."""
import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, run_all, table

HOME = folder()
RECIPES = sorted(glob.glob(os.path.join(SOURCE, "scenarios", "cookbook", "*.lua")))
MOST_LINES = 30
BOOK = os.path.join(HOME, "small.book.h5")
RESULT = os.path.join(HOME, "out.result.h5")
command("book", "synth", "--borrowers", "2000", "-o", BOOK)


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def test_there_are_twelve_and_none_is_long():
    assert len(RECIPES) == 12
    for path in RECIPES:
        assert len(text(path).splitlines()) <= MOST_LINES, path


def test_both_pages_show_every_recipe_as_it_is():
    for page in ("docs/guide/cookbook.md", "docs/zh/cookbook.md"):
        shown = text(os.path.join(SOURCE, page))
        for path in RECIPES:
            assert "```lua\n" + text(path) + "```" in shown, (page, path)


def test_every_recipe_checks_and_moves_expected_loss():
    for path in RECIPES:
        command("scenario", "check", path)
        command("run", BOOK, path, "--paths", "64", "-o", RESULT)
        losses = {row["scenario"]: row["value"] for row in table(RESULT, "summary")
                  if row["measure"] == "el"}
        assert len(set(losses.values())) > 1, (path, losses)


def test_the_recipe_about_tests_passes_its_own():
    own, = [path for path in RECIPES if "function test_" in text(path)]
    command("scenario", "test", own)


run_all(globals())
