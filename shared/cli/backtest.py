"""`backfill backtest`: how far the predictions were from the points scored."""

from dataclasses import asdict

import typer

from shared.cli.options import End, Home, Json, Start, day_of, reader
from shared.cli.output import EXIT_INCOMPLETE, say, say_json, table
from shared.service.backtest import backtest as errors_of


def backtest(start: Start, end: End, *, json: Json = False, home: Home = None) -> None:
    """Compare the predictions of a range with the real points, beside the season mean and the last-10 mean.

    Exit code 1 when a naive forecast is nearer. Example: backfill backtest 2025-01-01 2025-04-13
    """
    found = errors_of(reader(home), day_of("START", start), day_of("END", end))
    if json:
        say_json({**asdict(found), "start": str(found.start), "end": str(found.end), "beats_both": found.beats_both})
    else:
        shown = table(f"Mean absolute error in points, {found.predictions} player games", "forecast", "error")
        shown.add_row("prediction", f"{found.prediction_error:.3f}")
        shown.add_row("season mean so far", f"{found.season_mean_error:.3f}")
        shown.add_row("last-10 mean", f"{found.last_10_mean_error:.3f}")
        say(shown)
    raise typer.Exit(0 if found.beats_both else EXIT_INCOMPLETE)
