"""`make rehearse`: a gap fill on Google's emulators, started with gcloud, compared with the embedded run of the same.

Exit code 0 when every table is the same on both, 1 otherwise.
"""

import argparse
import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from shared.cli.output import say
from shared.cli.progress import view
from shared.cli.standing import phases_table, summary_line, trouble_lines
from shared.config import SAMPLE_ARCHIVE
from shared.domain.messages import BackfillRequest
from tests.rehearsal.compare import DIFFERENCES_SHOWN, differences
from tests.rehearsal.drive import embedded_run, rehearse
from tests.rehearsal.figures import lines_of, read_figures
from tests.rehearsal.stack import rehearsal


def main() -> int:
    """Rehearse what the arguments ask for; return the exit code."""
    asked = _arguments()
    request = BackfillRequest(
        start_date=date.fromisoformat(asked.start), end_date=date.fromisoformat(asked.end), request_id="rehearsal"
    )
    folder = Path(tempfile.mkdtemp(prefix="lookback-rehearsal-"))
    say(f"Source: {asked.source}. Logs of every server: {folder}")
    began = time.monotonic()
    with rehearsal(folder, settings={"SOURCE": asked.source}) as system:
        ready = time.monotonic()
        servers = f"{len(system.topology.functions)} function servers ({', '.join(system.topology.functions)})"
        say(f"The emulators and {servers} are up after {ready - began:.1f} s.")
        with view(json=False) as shown:
            standing = rehearse(system, request, shown)
        took = time.monotonic() - ready
        say(summary_line(standing), phases_table(standing), *trouble_lines(standing))
        say(f"{standing.done} units in {took:.1f} s, {standing.done / took:.2f} units/s, gcloud's own time included")
        say("", *lines_of(read_figures(folder / "logs")), "")
        say("The same request on the embedded stack ...")
        counts, found = differences(
            embedded_run(folder / "embedded", asked.source, request).warehouse, system.app.warehouse
        )
    for line in found[:DIFFERENCES_SHOWN]:
        say(line)
    say(f"{sum(counts.values())} rows of {len(counts)} tables compared: {len(found)} differences.")
    say(f"All in {time.monotonic() - began:.0f} s; everything that was started is stopped.")
    return 1 if found or standing.failed else 0


def _arguments() -> argparse.Namespace:
    real = SAMPLE_ARCHIVE.is_dir() or "SEASON_ARCHIVE" in os.environ
    parser = argparse.ArgumentParser(prog="make rehearse", description=__doc__)
    parser.add_argument("start", nargs="?", default="2024-11-08", help="first date (default: 2024-11-08)")
    parser.add_argument("end", nargs="?", default="2024-11-14", help="last date (default: 2024-11-14)")
    parser.add_argument("--source", choices=("archive", "synthetic"), default="archive" if real else "synthetic")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
