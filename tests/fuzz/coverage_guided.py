"""Inputs that a coverage-guided fuzzer finds by itself, for the two parsers that bytes from outside meet first.

`python -m tests.fuzz.coverage_guided <target> <inputs> <seed>` runs one under atheris, where that is installed: it has
wheels for some versions of Python on Linux only, and without it `make fuzz` says so and goes on.
"""

import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

# Functions of parsers.py.
TARGETS: Final = ("envelope", "landing")
INPUT_BYTES_MAX: Final = 4096
TOLD_CHARACTERS: Final = 800
DONE: Final = re.compile(r"#(\d+)\s+DONE.*rss: (\d+)Mb")
# Whole seconds, as the fuzzer tells them.
SLOWEST: Final = re.compile(r"slowest_unit_time_sec:\s+(\d+)")


def guided(target: str, inputs: int, seed: int) -> list[dict[str, Any]]:
    """Return the figures of a target in a process of its own, none where atheris is not installed."""
    if importlib.util.find_spec("atheris") is None:
        sys.stderr.write(f"atheris is not installed: {target} is not tried with guidance by coverage\n")
        return []
    command = [sys.executable, "-m", "tests.fuzz.coverage_guided", target, str(inputs), str(seed)]
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    last, slowest = DONE.search(done.stderr), SLOWEST.search(done.stderr)
    whole = done.returncode == 0 and last is not None
    return [
        {
            "name": f"{target}, guided by coverage",
            "inputs": int(last[1]) if last else 0,
            "crashes": [] if whole else [f"ended with {done.returncode}: {done.stderr.strip()[-TOLD_CHARACTERS:]}"],
            "slowest_seconds": float(slowest[1]) if slowest else 0.0,
            "seconds": time.monotonic() - began,
            "peak_mib": float(last[2]) if last else 0.0,
        }
    ]


def main(target: str, inputs: str, seed: str) -> None:
    """Run a target under atheris until it has had so many inputs, or one of them raises."""
    import atheris

    with atheris.instrument_imports(include=["shared.domain", "json"]):
        from tests.fuzz import parsers
    limits = (f"-runs={inputs}", f"-seed={int(seed) + 1}", f"-max_len={INPUT_BYTES_MAX}")
    with tempfile.TemporaryDirectory() as folder:
        for number, content in enumerate(parsers.seeds(target)):
            (Path(folder) / str(number)).write_bytes(content)
        told = (f"-artifact_prefix={folder}/", "-print_final_stats=1", folder)
        atheris.Setup([sys.argv[0], *limits, *told], getattr(parsers, target))
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
