"""The `backfill` command: its verbs, and what an error looks like."""

import os
import sys
from collections.abc import Sequence

import typer

from shared.cli.alerts import ack, alerts, silence
from shared.cli.backtest import backtest
from shared.cli.calendar import calendar
from shared.cli.check import check
from shared.cli.control import apply, cancel, pause, resume, retry
from shared.cli.daily import daily
from shared.cli.explain import explain
from shared.cli.failed import failed
from shared.cli.history import history
from shared.cli.impact import impact
from shared.cli.matrix import matrix
from shared.cli.output import EXIT_INCOMPLETE, EXIT_USAGE, say_error
from shared.cli.plan import plan
from shared.cli.reprocess import reprocess
from shared.cli.request import request
from shared.cli.run import run
from shared.cli.scrape import scrape
from shared.cli.stale import stale
from shared.cli.status import status
from shared.cli.trace import trace
from shared.cli.ui import ui
from shared.cli.validate import validate
from shared.cli.watch import watch
from shared.domain.errors import InvalidInput, LookbackError

HELP = """Event-driven backfills for pipelines that look back over games, not days.

Exit codes: 0 done, 1 incomplete or failed, 2 wrong usage or input.
"""

app = typer.Typer(
    name="backfill", help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich"
)
VERBS = (
    *(calendar, plan, request, reprocess, apply, daily, run, scrape, status, watch, ui),
    *(failed, retry, pause, resume, cancel),
    *(alerts, ack, silence),
    *(explain, trace, check, validate, history, stale, impact, matrix, backtest),
)
for verb in VERBS:
    app.command()(verb)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one verb and exit with its code; what is wrong is one line on standard error."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _check_encoding(words)
        app(args=words)
    except InvalidInput as error:
        say_error(error)
        sys.exit(EXIT_USAGE)
    except LookbackError as error:
        say_error(error)
        sys.exit(EXIT_INCOMPLETE)
    except BrokenPipeError:
        # The reader of our output has closed it, as `head` does; Python must not try to flush it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_INCOMPLETE)


def _check_encoding(words: Sequence[str]) -> None:
    """Refuse a word that is not UTF-8: nothing could keep or show it. Raises InvalidInput."""
    for word in words:
        if word != word.encode(errors="replace").decode():
            raise InvalidInput("argument", word, "words in UTF-8")


if __name__ == "__main__":
    main()
