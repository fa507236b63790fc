"""The `archive` source: real seasons in a folder of Parquet files, named by SEASON_ARCHIVE."""

import threading
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from shared.domain.errors import Rejected, SourceMissing, SourceUnavailable
from shared.domain.landing_fields import FIELDS, ROW_ORDER
from shared.ports import Row

FILES: Final = {
    "games": "schedule.parquet",
    "player_boxscores": "player_boxscores.parquet",
    "shots": "shots.parquet",
}
"""The Parquet file that holds the rows of each landing file."""

COLUMNS: Final = {
    "points": "pts",
    "made": "shot_made",
    "distance_ft": "shot_distance_ft",
    "seconds_left": "seconds_left_in_period",
    "game_date": "strftime(game_date, '%Y-%m-%d')",
}
"""The archive's expression for each landing field that it does not hold under the same name and type."""


class ArchiveSource:
    """Serves the seasons of an archive folder; reads it at the first request, then answers from memory.

    Threads may share it: they take turns. Raises Rejected, naming SEASON_ARCHIVE, when the folder lacks a file
    or a file cannot be read as one of the archive; SourceUnavailable when the disk fails.
    """

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)
        self._lock = threading.Lock()
        self._loaded: duckdb.DuckDBPyConnection | None = None

    def schedule(self, season: str) -> list[Row]:
        """Return the season's games by date and id, scores included. Raises SourceMissing for another season."""
        rows = self._rows("games", "season", season)
        if not rows:
            raise SourceMissing(f"the archive {self._folder} holds no season {season}")
        return sorted(rows, key=lambda row: (row["game_date"], row["game_id"]))

    def scrape(self, game_date: date) -> dict[str, list[Row]]:
        """Return the rows of a date by landing file. Raises SourceMissing for a date without games."""
        games = self._rows("games", "game_date", game_date.isoformat())
        if not games:
            raise SourceMissing(f"the archive {self._folder} has no games on {game_date}")
        others = [file for file in FILES if file != "games"]
        return {"games": games} | {file: self._rows(file, "game_date", game_date.isoformat()) for file in others}

    def _rows(self, file: str, field: str, value: str) -> list[Row]:
        # Names of tables and columns cannot be parameters; these come from declarations, never from a request.
        select = f"SELECT * FROM {file} WHERE {field} = ? ORDER BY {', '.join(ROW_ORDER[file])}"  # noqa: S608
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            found = self._loaded.execute(select, [value]).fetchall()
        names = [field.name for field in FIELDS[file]]
        return [dict(zip(names, values, strict=True)) for values in found]

    def _load(self) -> duckdb.DuckDBPyConnection:
        """Return a connection that holds the archive in memory, one table a landing file, sorted by date."""
        loaded = duckdb.connect()
        try:
            missing = [name for name in FILES.values() if not (self._folder / name).is_file()]
            if missing:
                raise Rejected(f"no {', '.join(missing)} in {self._folder}; SEASON_ARCHIVE names the season's folder")
            for file, name in FILES.items():
                loaded.execute(_load_statement(file), [str(self._folder / name)])
        except (duckdb.IOException, OSError) as error:
            raise SourceUnavailable(f"SEASON_ARCHIVE {self._folder} could not be read: {error}") from error
        except duckdb.Error as error:
            raise Rejected(f"SEASON_ARCHIVE {self._folder} is no season archive: {error}") from error
        return loaded


def _load_statement(file: str) -> str:
    columns = ", ".join(f"{COLUMNS.get(field.name, field.name)} AS {field.name}" for field in FIELDS[file])
    return f"CREATE TABLE {file} AS SELECT {columns} FROM read_parquet(?) ORDER BY game_date"  # noqa: S608
