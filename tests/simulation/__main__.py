"""Play seeds of the simulation on every core, tell which fail, and show the first of those made small.

python -m tests.simulation --seeds 2000          the seeds 0-1999, each kind of run its share of them
python -m tests.simulation --seeds 50000-60000
python -m tests.simulation --seed 17 --kind operators
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from rich.console import Console
from rich.progress import track

from tests.simulation.kinds import KINDS, run_of
from tests.simulation.minimal import minimal

SEEDS_A_CHUNK = 50
FAILED_SHOWN = 20


def play(chunk: tuple[Sequence[int], str | None]) -> list[tuple[int, str, str]]:
    """Play some seeds; return those that failed, each with its kind and the invariant it breaks."""
    seeds, named = chunk
    failed = []
    for seed in seeds:
        run = run_of(seed, named)
        broken = run.broken()
        if broken is not None:
            failed.append((seed, run.kind, broken))
    return failed


def main(arguments: Sequence[str] | None = None) -> int:
    """Play what is asked for; return 1 when a seed fails."""
    given = _parser().parse_args(arguments)
    seeds = range(given.seed, given.seed + 1) if given.seed is not None else given.seeds
    console, started = Console(), time.monotonic()
    failed: list[tuple[int, str, str]] = []
    for found in track(
        _played(seeds, given.kind, given.jobs), "seeds", -(-len(seeds) // SEEDS_A_CHUNK), console=console
    ):
        for seed, kind, broken in found:
            console.print(f"[red]seed {seed}[/red] ({kind}): {broken}", highlight=False)
        failed += found
        if len(failed) >= FAILED_SHOWN:
            break
    seconds = time.monotonic() - started
    console.print(
        f"{len(seeds)} seeds from {seeds.start}, {len(failed)} failed, {seconds:.0f} s with {given.jobs} jobs"
    )
    if failed:
        _show(console, failed[0][0], failed[0][1])
    return 1 if failed else 0


def _played(seeds: range, kind: str | None, jobs: int) -> Iterator[list[tuple[int, str, str]]]:
    chunks = [(seeds[first : first + SEEDS_A_CHUNK], kind) for first in range(0, len(seeds), SEEDS_A_CHUNK)]
    if jobs == 1 or len(chunks) == 1:
        yield from map(play, chunks)
        return
    with ProcessPoolExecutor(jobs) as pool:
        try:
            yield from pool.map(play, chunks)
        finally:
            pool.shutdown(cancel_futures=True)


def _show(console: Console, seed: int, kind: str) -> None:
    text, weaker, trace = minimal(KINDS[kind], seed)
    console.rule(f"seed {seed} ({kind}), made small")
    faults = f"without {', '.join(sorted(weaker.without))}" if weaker.without else "with every fault"
    acts = "" if weaker.acts_max is None else f", {weaker.acts_max} wild actions"
    console.print(f"{faults}{acts}", highlight=False, soft_wrap=True)
    for line in trace:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    console.print(f"[red]{text}[/red]", highlight=False, soft_wrap=True)
    console.print(f"replay: make sim SEED={seed} KIND={kind}", highlight=False)


def _range(text: str) -> range:
    first, _, last = text.rpartition("-")
    try:
        seeds = range(int(first or 0), int(last))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a count of seeds, 2000, nor a range, 5000-6000"
        ) from None
    if not seeds:
        raise argparse.ArgumentTypeError(f"{text!r} holds no seed; 5000-6000 are the seeds 5000 to 5999")
    return seeds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--seeds", type=_range, default=range(2000), help="how many, from 0; or first-end (default: 2000)"
    )
    parser.add_argument("--seed", type=int, help="just one")
    parser.add_argument("--kind", choices=sorted(KINDS), help="which kind of run (default: by the seed)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
