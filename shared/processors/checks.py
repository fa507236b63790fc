"""The checks on the contents of published tables, derived from the registry: one statement a check, over a range.

Every statement has the parameters @start_date and @end_date and the same columns: `phase`, `processor`, `game_date`,
`kind`, `entity` and `detail`, one row a finding, none for tables that are whole. Nothing but the warehouse is asked,
so an operator may run them anywhere; what the ledger adds to them is in `shared/service`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from shared.domain.windows import Entity
from shared.processors.declaration import Processor, Range, Rows, statement
from shared.processors.identities import IDENTITIES, Identity, quality_rules, rules
from shared.processors.registry import of_phase
from shared.processors.tables import DEFENSE, PLAYER_GAMES

FIRST_PHASE: Final = 2
LAST_PHASE: Final = 5
ANALYTICS: Final = 3
# A season has at most as many games a player, so that a window of them is the whole season.
SEASON_GAMES_MAX: Final = 110
# What an operator reads of one check: a date that is wrong throughout, in hundreds of rows, must not hide the others.
PER_DATE_MAX: Final = 25
FINDINGS_MAX: Final = 10_000
COLUMNS: Final = ("phase", "processor", "game_date", "kind", "entity", "detail")

Select = Callable[[Processor], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One kind of check: its name, what it finds, and the selects of a processor's table that find it."""

    name: str
    purpose: str
    selects: Select

    def sql(self, phases: tuple[int, ...]) -> str | None:
        """Return one statement over the tables of some phases, None when it has nothing to check in any of them.

        Of one kind, table and date it finds the first PER_DATE_MAX.
        """
        found = [text for phase in phases for processor in of_phase(phase) for text in self.selects(processor)]
        if not found:
            return None
        limits = {"per_date_max": str(PER_DATE_MAX), "findings_max": str(FINDINGS_MAX)}
        return _put("first_of_each", {"all_findings": UNION.join(found), **limits}) + "\n"


UNION: Final = "\nUNION ALL\n"


@lru_cache(maxsize=64)
def template(name: str) -> str:
    """Return a file under sql/validate without its comments."""
    lines = statement(f"validate/{name}.sql").splitlines()
    return "\n".join(line for line in lines if not line.startswith("--"))


def filled(name: str, processor: Processor, kind: str = "", **names: str) -> str:
    """Return a template with identifiers and expressions of the registry in the place of the names that it has."""
    given = {
        "checked_table": processor.table,
        "processor_name": processor.name,
        "phase_number": str(processor.phase),
        "finding_kind": kind,
        **names,
    }
    return _put(name, given)


def _put(name: str, given: Mapping[str, str]) -> str:
    return re.sub(r"\b(" + "|".join(given) + r")\b", lambda found: given[found[1]], template(name))


def _text(parts: Mapping[str, str]) -> str:
    """Return a text of those parts whose condition holds: condition by the SQL text that tells of it."""
    return (
        "CONCAT(\n    " + ",\n    ".join(f"IF({condition}, {text}, '')" for text, condition in parts.items()) + "\n  )"
    )


def _counted(processor: Processor, kind: str, columns: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """Yield the count by column of what each condition says, with its words."""
    if not columns:
        return
    counts = {f"wrong_{column}": (condition, words) for column, (condition, words) in columns.items()}
    texts = {f"CONCAT(CAST({name} AS STRING), ' rows {words}; ')": f"{name} > 0" for name, (_, words) in counts.items()}
    yield filled(
        "column_counts",
        processor,
        kind,
        column_counts=",\n    ".join(f"COUNTIF({condition}) AS {name}" for name, (condition, _) in counts.items()),
        counts_text=_text(texts),
        any_counted="\n  + ".join(counts) + " > 0",
    )


def _nulls(processor: Processor) -> Iterator[str]:
    columns = {each: (f"{each} IS NULL", f"have NULL {each}") for each in processor.required if each != "game_date"}
    yield from _counted(processor, "nulls", columns)


def _out_of_range(processor: Processor) -> Iterator[str]:
    def told(column: str, bounds: Range) -> tuple[str, str]:
        low, high = bounds
        return f"NOT ({column} BETWEEN {low} AND {high})", f"have {column} outside {low} to {high}"

    yield from _counted(processor, "range", {name: told(name, bounds) for name, bounds in processor.ranges.items()})


def _key_text(processor: Processor, *others: str) -> str:
    """Return the text of a row's key, after other columns of text."""
    strings = (*others, "team", "game_id")
    texts = [each if each in strings else f"CAST({each} AS STRING)" for each in (*others, *processor.key)]
    known = [f"COALESCE({text}, 'NULL')" for text in texts]
    return known[0] if len(known) == 1 else "CONCAT(" + ", ' ', ".join(known) + ")"


def _duplicate_keys(processor: Processor) -> Iterator[str]:
    keys = ", ".join(processor.key)
    yield filled("duplicate_keys", processor, "duplicates", key_columns=keys, key_text=_key_text(processor))


def rows_by_date(processor: Processor) -> str:
    """Return the select of a table's rows by date, beside those that are expected."""
    expected = {
        Rows.PER_GAME: "d.games",
        Rows.PER_TEAM: "2 * d.games",
        Rows.PER_LISTED_PLAYER: "d.listed",
        None: "COALESCE(t.row_count, 0)",
    }[processor.rows]
    return filled("rows_by_date", processor, expected_rows=expected)


def _row_counts(processor: Processor) -> Iterator[str]:
    yield filled("row_counts", processor, rows_by_date=rows_by_date(processor))


def _wrong_dates(processor: Processor) -> Iterator[str]:
    has_game = "game_id" in processor.required
    sides = ("home_team", "away_team") if processor.rows is Rows.PER_GAME else ("team", "opponent")
    yield filled(
        "wrong_dates",
        processor,
        "wrong_date",
        side_text=_side(*sides, has_game),
        home_text=_side("home_team", "away_team", has_game),
        away_text=_side("away_team", "home_team", has_game),
        scheduled_date="o.scheduled_on" if has_game else "CAST(NULL AS DATE)",
    )


def _side(team: str, opponent: str, has_game: bool) -> str:
    game = "game_id, ' ', " if has_game else ""
    return f"CONCAT({game}{team}, ' - ', {opponent})"


def _missing(processor: Processor) -> Iterator[str]:
    if processor.rows is Rows.PER_GAME:
        yield filled("missing_games", processor, "missing_entity")
    else:
        yield filled("missing_teams", processor, "missing_entity")
    if processor.rows is Rows.PER_LISTED_PLAYER and processor.phase >= ANALYTICS:
        yield filled("missing_players", processor)


def _differences(processor: Processor) -> Iterator[str]:
    for identity in IDENTITIES.get(processor.name, ()):
        yield _compared(processor, identity)


def _compared(processor: Processor, identity: Identity) -> str:
    def pair(column: str) -> str:
        here, there = f"here.{column}", f"there.{column}"
        found = f"COALESCE({here}, 0)" if identity.absent_counts else here
        return f"{found} AS {column}_here, {there} AS {column}_there"

    source = identity.source_name or identity.source

    def told(column: str) -> str:
        here, there = (f"COALESCE(CAST(c.{column}_{side} AS STRING), 'NULL')" for side in ("here", "there"))
        values = f"CONCAT('{column} ', {here}, ', ', {there}, ' in {source}; ')"
        return values if identity.told else f"'{column} is not that of {source}; '"

    differs = {column: f"c.{column}_here IS DISTINCT FROM c.{column}_there" for column in identity.columns}
    return filled(
        "compared_columns",
        processor,
        "mismatch",
        source_table=identity.source,
        here_entity=identity.here,
        there_entity=identity.there,
        here_columns=",\n      ".join(f"{here} AS {column}" for column, (here, _) in identity.columns.items()),
        there_columns=",\n      ".join(f"{there} AS {column}" for column, (_, there) in identity.columns.items()),
        compared_pairs=",\n    ".join(map(pair, identity.columns)),
        absent_counts="TRUE" if identity.absent_counts else "FALSE",
        differences_text=_text({told(column): condition for column, condition in differs.items()}),
        any_difference="\n  OR ".join(differs.values()),
    )


def _broken(processor: Processor) -> Iterator[str]:
    names = ("player_name",) if "player_name" in processor.required else ()
    for kind, found in (("mismatch", rules(processor)), ("quality", quality_rules(processor))):
        if found:
            yield filled(
                "row_rules",
                processor,
                kind,
                key_text=_key_text(processor, *names),
                broken_text=_text({f"'not: {name}; '": f"NOT ({condition})" for name, condition in found.items()}),
                any_broken="\n    OR ".join(f"NOT ({condition})" for condition in found.values()),
            )


def _windows(processor: Processor) -> Iterator[str]:
    if "games_used" not in processor.required:
        return
    of_players = processor.entity is Entity.PLAYER
    # What a season profile cannot see, hidden dates, lowers its quality; the count is then not the season's.
    whole_season = processor.needed is None and processor.phase < LAST_PHASE
    games = SEASON_GAMES_MAX if whole_season else processor.needed or PLAYER_GAMES_NEEDED
    yield filled(
        "windows",
        processor,
        "window",
        history_table=PLAYER_GAMES if of_players else DEFENSE,
        history_counts="minutes > 0" if of_players else "TRUE",
        entity_column="player_id" if of_players else "team",
        games_wanted=str(games),
        row_counts="c.quality_score = 100" if whole_season else "TRUE",
    )


# Phase 5 hands on the window of player_daily_cache.
PLAYER_GAMES_NEEDED: Final = 10

CHECKS: Final[tuple[Check, ...]] = (
    Check(name="row_counts", selects=_row_counts, purpose="dates whose rows are not as many as the schedule asks for"),
    Check(name="duplicate_keys", selects=_duplicate_keys, purpose="keys that occur more than once on a date"),
    Check(name="missing_entities", selects=_missing, purpose="games, teams and players without a row, and strangers"),
    Check(name="wrong_dates", selects=_wrong_dates, purpose="rows of games that the schedule has not on their date"),
    Check(name="null_columns", selects=_nulls, purpose="NULL in columns that every row has"),
    Check(name="value_ranges", selects=_out_of_range, purpose="values outside of the range of their column"),
    Check(name="reconciliation", selects=_differences, purpose="columns that differ from the table they come from"),
    Check(name="row_rules", selects=_broken, purpose="rows whose own columns contradict each other"),
    Check(name="windows", selects=_windows, purpose="games used and windows that a recount does not confirm"),
)
