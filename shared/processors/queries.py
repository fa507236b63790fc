"""The statements that an operator may paste or pipe into `bq query`, written from those that the project runs.

`python -m shared.processors.queries docs/monitoring/queries` writes one file a query; a test holds the files to it.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from shared.processors.checks import CHECKS, COLUMNS, FIRST_PHASE, LAST_PHASE, UNION, filled, rows_by_date, template
from shared.processors.declaration import Processor
from shared.processors.registry import of_phase

PHASES: Final = tuple(range(FIRST_PHASE, LAST_PHASE + 1))
# `bq` shows a hundred rows unless it is told otherwise.
ROWS_SHOWN_MAX: Final = 10_000
FOLDER: Final = "docs/monitoring/queries"
_REPORTS: Final = {
    "daily_completeness": "each game date and table: rows there, rows expected",
    "quality_distribution": "each date and table of Phases 4-5: mean quality, rows by tier and by reason",
    "freshness": "each date and table of Phases 4-5: when its rows were computed, by which backfill",
    "history_available": "each player listed on a target date: games before it",
    "blocking_dates": "each target date: the dates without Phase 3 that it looks back on",
    "readiness": "each target date: players ready, degraded and to skip, by their history",
}


def queries() -> dict[str, str]:
    """Return the text of every query by name: the checks, of which each row is a finding, and the reports."""
    found = {check.name: _headed(check.name, check.purpose, check.sql(PHASES) or "", True) for check in CHECKS}
    return found | {name: _headed(name, purpose, _report(name), False) for name, purpose in _REPORTS.items()}


def command(name: str, first: str, last: str) -> str:
    """Return the shell line that runs a query over a range of dates."""
    return (
        f"bq query --use_legacy_sql=false --max_rows={ROWS_SHOWN_MAX}"
        f" --parameter=start_date:DATE:{first} --parameter=end_date:DATE:{last} < {FOLDER}/{name}.sql"
    )


def _report(name: str) -> str:
    if name == "daily_completeness":
        return _by_date(rows_by_date(each) for each in _processors(PHASES))
    if name == "quality_distribution":
        return _by_date(filled("quality_by_date", each) for each in _processors((4, 5)))
    if name == "freshness":
        return _by_date(filled("freshness_by_date", each) for each in _processors((4, 5)))
    history = template("history_available")
    return template(name).replace("\nhistory_available\n", f"\n{history}\n") + "\n"


def _by_date(selects: Iterator[str]) -> str:
    return f"{UNION.join(selects)}\nORDER BY game_date, phase, processor\n"


def _processors(phases: tuple[int, ...]) -> Iterator[Processor]:
    return (each for phase in phases for each in of_phase(phase))


def _headed(name: str, purpose: str, sql: str, finds: bool) -> str:
    rows = f"One row is one finding ({', '.join(COLUMNS)}); no row: nothing was found." if finds else "A report."
    lines = (
        f"-- {name}: {purpose}. {rows}",
        "-- Written by: python -m shared.processors.queries docs/monitoring/queries",
        f"-- {command(name, '2024-11-08', '2024-11-14')}",
    )
    return "\n".join([*lines, sql])


def main(folder: str) -> None:
    """Write every query into a folder, and delete the files of those that are no more."""
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    texts = queries()
    for file in path.glob("*.sql"):
        if file.stem not in texts:
            file.unlink()
    for name, text in texts.items():
        (path / f"{name}.sql").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
