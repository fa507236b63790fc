"""The kinds of run, and as which of them a seed is played."""

from tests.simulation.focus import FocusedRun
from tests.simulation.operators import OperatorsRun
from tests.simulation.run import Run
from tests.simulation.scripted_run import ScriptedRun
from tests.simulation.unswept import UnsweptRun

KINDS: dict[str, type[Run]] = {run.kind: run for run in (Run, OperatorsRun, FocusedRun, UnsweptRun, ScriptedRun)}
# As what seeds in a row are played, over and over.
TURNS: tuple[type[Run], ...] = (
    Run,
    ScriptedRun,
    OperatorsRun,
    Run,
    FocusedRun,
    ScriptedRun,
    Run,
    OperatorsRun,
    UnsweptRun,
    ScriptedRun,
    Run,
)


def run_of(seed: int, kind: str | None = None) -> Run:
    """Return the run of a seed, of the kind named or else of the one that falls to it."""
    return (KINDS[kind] if kind else TURNS[seed % len(TURNS)])(seed)
