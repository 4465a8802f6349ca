"""Folders that may not be written, as an ordinary user meets them (root may write everywhere)."""
import os
import pwd
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import BINARY, SOURCE, folder, run_all, skip, small_book

HOME = folder()
BOOK = small_book(f"{HOME}/a.book.h5")


def demote():
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)


def run_as_user(out):
    return subprocess.run([BINARY, "run", f"{SOURCE}/scenarios/recession.lua", "--book", BOOK, "-o", out, "--paths", "20"],
                          capture_output=True, text=True, preexec_fn=demote, check=False)


def test_a_folder_that_may_not_be_written():
    for name, mode in (("read", 0o555), ("closed", 0o000)):
        os.mkdir(f"{HOME}/{name}")
        os.chmod(f"{HOME}/{name}", mode)
        done = run_as_user(f"{HOME}/{name}/r.result.h5")
        os.chmod(f"{HOME}/{name}", 0o755)
        assert done.returncode == 1, done
        assert done.stderr.startswith("plimsoll: ") and "Permission denied" in done.stderr, done.stderr
        assert os.listdir(f"{HOME}/{name}") == []


os.chmod(HOME, 0o755)
try:
    reachable = subprocess.run([BINARY, "--version"], preexec_fn=demote, capture_output=True, check=False).returncode == 0
except OSError:
    reachable = False
if not reachable:
    skip("an ordinary user may not reach the program here")
run_all(globals())
