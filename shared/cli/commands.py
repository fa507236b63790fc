"""Put a command line on the folder that the operator works on."""

import os

from shared.config import from_environment


def command(words: str, home: str) -> str:
    """Return a command line on a folder: `backfill run`, with `--home` where the environment names another."""
    return f"backfill {words}" if home == from_environment(os.environ).home else f"backfill {words} --home {home}"
