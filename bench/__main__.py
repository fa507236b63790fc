"""`python -m bench [part ...]`: every budget beside its figure. Exit code 1 when a bound was missed, 2 on a wrong part.

Each part runs in a process of its own, so that none of them warms, slows or patches another. What was measured is
kept for `python -m bench.plots`.
"""

import json
import subprocess
import sys
from collections.abc import Sequence

from bench.figures import Figure, figure_from, print_table
from bench.record import Watch, recorded

PARTS = {
    "decide": "CPU and ledger traffic of one coordinator decision",
    "orchestrate": "units a second, and memory, of seasons that compute nothing",
    "logs": "what a log line costs",
    "season": "the real season: time, memory, beside a bare loop and the set-wise optimum",
    "makespan": "release-when-ready beside the best list schedule, the phase barrier and a fixed window",
    "plan": "the plan of ten seasons",
    "dashboard": "the pages, of one season and of ten",
}


def main(names: Sequence[str]) -> int:
    """Run the named parts (all when none is named) and print their table; return the exit code."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        listed = "\n".join(f"  {name:12} {purpose}" for name, purpose in PARTS.items())
        print(f"no such part: {', '.join(unknown)}; the parts are\n{listed}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    with recorded() as measurements:
        for name in names or PARTS:
            print(f"{name}: {PARTS[name]} ...", file=sys.stderr, flush=True)
            watch, found = Watch(), measured(name)
            measurements[name] = watch.measurement(found)
            figures += found
    return 0 if print_table(figures) else 1


def measured(part: str) -> list[Figure]:
    """Return a part's figures, measured in a process of its own. Raises SystemExit when that process failed."""
    done = subprocess.run([sys.executable, "-m", f"bench.{part}", "--json"], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"bench.{part} failed:\n{done.stderr.strip()}")
    return [figure_from(body) for body in json.loads(done.stdout.splitlines()[-1])]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
