"""Takes each guard of the table out, one at a time, and runs the test that must notice.

Works on copies of the tree in `.venv/guards`, never on the tree itself. Words on the command line
choose rows by their threat or by a part of their test's name. The exit status is 1 if a guard's
absence goes unnoticed, if a row no longer fits the source, or if a test fails anyway.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from tests.guards.guard import Guard, Rotten
from tests.guards.table import GUARDS
from tests.source import ROOT

COPIES = ROOT / ".venv" / "guards"
AT_ONCE = 2
TEST_S_MAX = 120
LEFT_OUT = shutil.ignore_patterns(".*", "mutants", "node_modules")
PASSED, FAILED = 0, 1


def main(words: list[str]) -> int:
    """Take out the guards that are asked for and say what happened to each."""
    chosen = [one for one in GUARDS if not words or any(is_meant(one, word) for word in words)]
    if not chosen:
        print("No row of the table is meant.")
        return 2
    copies = [made_copy(COPIES / str(number)) for number in range(AT_ONCE)]
    tests = list(dict.fromkeys(one.test for one in chosen))
    status, said = run(copies[0], *tests, "-n", str(AT_ONCE))
    if status != PASSED:
        print(f"A test fails though every guard stands.\n{said}")
        return 1
    free: SimpleQueue[Path] = SimpleQueue()
    for copy in copies:
        free.put(copy)
    bad = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for one, (is_noticed, how) in zip(
            chosen, pool.map(lambda one: tried(one, free), chosen), strict=True
        ):
            bad += not is_noticed
            print(f"{'noticed ' if is_noticed else 'SURVIVED'} {one.threat:4} {how}", flush=True)
    print(f"{len(chosen)} guards taken out, {len(chosen) - bad} noticed, {bad} not")
    return 1 if bad else 0


def is_meant(one: Guard, word: str) -> bool:
    return word == one.threat or (not word[1:].isdigit() and word in one.test)


def made_copy(folder: Path) -> Path:
    """A copy of the tree with a Python of its own, whose processes all load the copy."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    venv.create(folder / ".venv", symlinks=True)
    (packages,) = folder.glob(".venv/lib/python*/site-packages")
    libraries = sysconfig.get_path("purelib")
    (packages / "copy.pth").write_text(f"{folder}\nimport site; site.addsitedir({libraries!r})\n")
    return folder


def tried(one: Guard, free: "SimpleQueue[Path]") -> tuple[bool, str]:
    """Whether the test notices that the guard is gone, and the line that says how."""
    copy = free.get()
    try:
        with taken_out(one, copy):
            status, said = run(copy, one.test, "-n", "0", "-x")
    except Rotten as error:
        return False, str(error)
    finally:
        free.put(copy)
    summary = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
    line = summary[0] if summary else one.test
    return status == FAILED and line.startswith("FAILED"), line.removeprefix("FAILED tests/")


@contextmanager
def taken_out(one: Guard, copy: Path) -> Iterator[None]:
    """The copy has the guard no more; afterwards it is as it was, to the second."""
    without = one.without(copy)
    try:
        for path, source in without.items():
            (copy / path).write_text(source)
        yield
    finally:
        for path in without:
            shutil.copy2(ROOT / path, copy / path)


def run(copy: Path, *words: str) -> tuple[int, str]:
    """Run tests of a copy, which leaves no bytecode there: a guard taken out stays in no cache."""
    done = subprocess.run(
        [
            *(
                copy / ".venv" / "bin" / "python",
                "-B",
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "--tb=no",
            ),
            *(f"--timeout={TEST_S_MAX}", f"--basetemp={copy}.tmp", *words),
        ],
        cwd=copy,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
