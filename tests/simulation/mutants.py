"""`make mutants`: take every guard of the pipeline away, one at a time, and show what notices that, and how soon.

For each planted bug: the invariant that its script breaks, a seed that breaks one, and how many of the first `--sample`
seeds do. Where none of those does, others are played until one does, or `--seeds` have been: first those that vary the
bug's own script, then each in its turn. `--trace` shows what happened, step by step, up to the violation, of a bug or
of a rule's first. Exit code 1 when a bug is noticed by neither script nor seed, 2 for arguments that name no bug.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from rich.progress import Progress
from rich.table import Table

from shared.cli.output import console, say
from tests.simulation.kinds import run_of
from tests.simulation.planted import BUGS, first_seed, noticed_by_seed, trace_of_script, trace_of_seed
from tests.simulation.planted_bug import RULES, PlantedBug
from tests.simulation.scripted_run import ScriptedRun

SEEDS, SAMPLE = 2000, 50
VIOLATION_SHOWN = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What notices a planted bug: its script, by an invariant; a seed, by another; and how many of so many seeds."""

    name: str
    script: str
    seed: int | None
    broken: str
    caught: int
    sample: int

    @property
    def noticed(self) -> bool:
        """Return whether anything does."""
        return bool(self.script) or self.seed is not None


def verdict(name: str, seeds: int, sample: int) -> Verdict:
    """Plant a bug and return what notices it."""
    bug = BUGS[name]
    played = range(min(sample, seeds))
    caught = [seed for seed in played if noticed_by_seed(bug, seed)]
    seed = caught[0] if caught else first_seed(bug, _likely_first(bug, range(len(played), seeds)))
    return Verdict(
        name=name,
        script=trace_of_script(bug)[0],
        seed=seed,
        broken="" if seed is None else noticed_by_seed(bug, seed),
        caught=len(caught),
        sample=len(played),
    )


def _likely_first(bug: PlantedBug, seeds: range) -> list[int]:
    def varies(seed: int) -> bool:
        run = run_of(seed)
        return isinstance(run, ScriptedRun) and run.script is bug.script

    return sorted(seeds, key=lambda seed: not varies(seed))


def verdicts(names: Sequence[str], seeds: int, sample: int, jobs: int) -> Iterator[Verdict]:
    """Yield the verdict on each planted bug as it is found, from so many processes."""
    if jobs == 1:
        yield from (verdict(name, seeds, sample) for name in names)
        return
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        for done in as_completed([pool.submit(verdict, name, seeds, sample) for name in names]):
            yield done.result()


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for; return the exit code."""
    asked = _parser().parse_args(arguments)
    names = _named(asked.trace or asked.only)
    if not names:
        sys.stderr.write(f"no planted bug and no rule is called so: {asked.trace or asked.only}\n")
        return 2
    if asked.trace:
        return _trace(names[0], asked.seed, asked.seeds)
    found = []
    with Progress(console=console(), transient=True) as progress:
        task = progress.add_task(f"{len(names)} planted bugs", total=len(names))
        for each in verdicts(names, asked.seeds, asked.sample, asked.jobs):
            found.append(each)
            progress.advance(task)
    found.sort(key=lambda each: names.index(each.name))
    say(_table(found), *_summary(found, asked.seeds))
    return 0 if all(each.noticed for each in found) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"seeds to play at most (default: {SEEDS})")
    parser.add_argument("--sample", type=int, default=SAMPLE, help=f"seeds to count over (default: {SAMPLE})")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: 1)")
    parser.add_argument("--only", default="", help="a rule, or a part of the names of bugs")
    parser.add_argument("--trace", default="", help="print the trace of a bug, or of the first one of a rule")
    parser.add_argument("--seed", type=int, help="with --trace: of this seed, not of the bug's script")
    return parser


def _named(text: str) -> list[str]:
    """Return the bugs of a rule, scripted ones first, or those with the text in their names, first one called so."""
    order = list(RULES)
    if text in RULES:
        return sorted((name for name, bug in BUGS.items() if bug.rule == text), key=lambda name: not BUGS[name].script)
    found = [name for name in BUGS if text in name]
    return sorted(found, key=lambda name: (name != text, order.index(BUGS[name].rule)))


def _trace(name: str, seed: int | None, seeds: int) -> int:
    """Print a bug's trace up to the violation; return 1 when there is none."""
    bug = BUGS[name]
    say(f"rule {bug.rule}: {RULES[bug.rule]}", f"planted: {name}")
    if bug.script is not None and seed is None:
        say(f"script: {bug.script.__name__}: {bug.script.__doc__}", "")
        violation, trace = trace_of_script(bug)
    else:
        known = (bug.seed or 0, *range(seeds))
        chosen = first_seed(bug, known) if seed is None else seed
        say(f"seed: {chosen}", "")
        violation, trace = trace_of_seed(bug, chosen) if chosen is not None else ("", [])
    sys.stdout.write("".join(f"{line}\n" for line in trace))
    say("", f"VIOLATION {violation}" if violation else "nothing is broken")
    return 0 if violation else 1


def _table(found: Sequence[Verdict]) -> Table:
    table = Table("rule", "planted bug", "a seed", "seeds", "broken by the script, else by the seed")
    for each in found:
        seed = "-" if each.seed is None else f"{each.seed} {run_of(each.seed).kind}"
        violation = (each.script or each.broken or "NOTHING NOTICES IT")[:VIOLATION_SHOWN]
        marked = f"script: {violation}" if each.script else violation
        table.add_row(BUGS[each.name].rule, each.name, seed, f"{each.caught}/{each.sample}", marked)
    return table


def _summary(found: Sequence[Verdict], seeds: int) -> Iterator[str]:
    by_seed = [each for each in found if each.seed is not None]
    by_script = [each for each in found if each.script]
    missed = [each.name for each in found if not each.noticed]
    yield f"{len(found)} planted bugs: {len(by_seed)} noticed by one of {seeds} seeds, {len(by_script)} by a script."
    only = [each.name for each in by_script if each.seed is None]
    yield f"By a script alone: {len(only)}{': ' if only else ''}{'; '.join(only)}."
    yield f"By neither: {len(missed)}{': ' if missed else ''}{'; '.join(missed)}."


if __name__ == "__main__":
    sys.exit(main())
