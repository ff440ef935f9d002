"""`make fuzz`: more hostile texts and inputs than the tests have time for, and a table of what came of them.

The tests of this folder prove that the judges find what is planted; here they look at more. The exit status is 1 where
anything is found. A seed and a number name each finding: the same ones give the same text or input again.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import partial
from pathlib import Path

import import_fuzz
import nasty
import pytest
import surfaces

TEXTS, INPUTS, TERMINAL = 2_000_000, 1_000_000, 500
_BLOCK = 5_000
_STORED_EVERY = 8
"""One of so many inputs is imported into a library, too, which costs twenty times as much as reading it."""
_ROW = "{:<8} {:>10} {:>10} {:>6} {:>6} {:>12} {:>8} {:>10} {:>8}"


def main() -> int:
    """Try what the arguments ask for; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="fuzz")
    parser.add_argument("--texts", type=int, default=TEXTS, help="texts to draw on every surface")
    parser.add_argument("--inputs", type=int, default=INPUTS, help="inputs to import")
    parser.add_argument("--terminal", type=int, default=TERMINAL, help="texts to show in a real terminal")
    parser.add_argument("--seed", default=nasty.SEED, help="what the generators begin with")
    asked = parser.parse_args()
    nasty.SEED = asked.seed
    texts, inputs = try_all(asked.texts, asked.inputs)
    print(_ROW.format("what", "tried", "exceptions", "hangs", "leaks", "unaccounted", "changed", "grown", "slowest"))
    print(_ROW.format("texts", texts.texts, len(texts.exceptions), len(texts.slow), len(texts.leaks), "-", "-", "-",
                      f"{texts.slowest:.2f} s"))  # fmt: skip
    print(_ROW.format("inputs", inputs.inputs, len(inputs.exceptions), len(inputs.hangs), len(inputs.leaks),
                      len(inputs.unaccounted), len(inputs.changed), len(inputs.grown),
                      f"{inputs.slowest:.2f} s"))  # fmt: skip
    print(f"drawn: {texts.lines:,} lines; imported twice: {inputs.stored:,} inputs, {inputs.read:,} of them read, "
          f"with {inputs.papers:,} papers", flush=True)  # fmt: skip
    for fault in [*texts.faults, *inputs.faults][:50]:
        print(f"  {fault}")
    failed = bool(texts.faults or inputs.faults)
    if asked.terminal:
        os.environ["PAPERREADER_FUZZ_TERMINAL"] = str(asked.terminal)
        test = Path(__file__).with_name("test_generated_terminal.py")
        failed |= pytest.main(["-q", str(test)]) != 0
    return int(failed)


def try_all(texts: int, inputs: int) -> tuple[surfaces.Trial, import_fuzz.Trial]:
    """Try so many of each, and say on stderr how far it is."""
    drawn, imported = surfaces.Trial(), import_fuzz.Trial()
    begin = time.monotonic()
    for trial in nasty.over_blocks(surfaces.try_texts, "more texts", texts, _BLOCK):
        drawn.add(trial)
        _tell("texts", drawn.texts, texts, trial.faults, begin)
    begin = time.monotonic()
    trying = partial(import_fuzz.try_inputs, stored_every=_STORED_EVERY)
    for tried in nasty.over_blocks(trying, "more inputs", inputs, _BLOCK):
        imported.add(tried)
        _tell("inputs", imported.inputs, inputs, tried.faults, begin)
    return drawn, imported


def _tell(what: str, done: int, asked: int, faults: list[str], begin: float) -> None:
    for fault in faults[:5]:
        print(fault, file=sys.stderr, flush=True)
    if done // 100_000 != (done - _BLOCK) // 100_000 or done >= asked:
        minutes = (time.monotonic() - begin) / 60
        print(f"{done:,} of {asked:,} {what} in {minutes:.1f} min", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
