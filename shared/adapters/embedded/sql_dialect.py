"""BigQuery Standard SQL for DuckDB: one SELECT of the declared subset, translated once and kept.

The subset is the list of syntax nodes in `sql_subset.py`: whatever is not on it is refused, and so are the
uses in which DuckDB would give another result without an error. What is translated and not merely renamed:

    a decimal literal        0.44 is FLOAT64 in BigQuery and DECIMAL in DuckDB: written 0.44e0
    CAST(x AS INT64)         BigQuery rounds half away from zero, DuckDB half to even: CAST(ROUND(x) AS BIGINT)
    CAST(x AS STRING)        refused at run time for floats and timestamps, which print differently
    DATE_ADD, DATE_SUB,      DuckDB returns a timestamp for some of them: cast back to DATE
    DATE_TRUNC
    SQRT                     DuckDB gives NaN below zero, BigQuery an error: an error
    UNNEST(@players) AS p    DuckDB gives one column of structs, BigQuery their fields: unnested twice
    TIMESTAMP                stored as UTC without a zone
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, cast

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from shared.adapters.embedded.sql_subset import refuse_outside_subset
from shared.domain.errors import InvalidInput
from shared.processors.parameters import PARAMETER_TYPES

STATEMENTS_KEPT: Final = 1024

# Functions that a session of the warehouse must define before it runs translated statements.
MACROS: Final = (
    """CREATE MACRO lookback_string(x) AS CASE
        WHEN typeof(x) IN ('DOUBLE', 'FLOAT', 'TIMESTAMP') THEN error('CAST AS STRING of a ' || typeof(x))
        ELSE CAST(x AS VARCHAR) END""",
    """CREATE MACRO lookback_whole(x) AS CASE
        WHEN x <> trunc(x) THEN error(x || ' is not a whole number')
        ELSE CAST(x AS BIGINT) END""",
    "CREATE MACRO lookback_sqrt(x) AS CASE WHEN x < 0 THEN error('SQRT of a negative number') ELSE sqrt(x) END",
)

_SLOT: Final = re.compile(r'"__slot_(\d+)__"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A translated SELECT: its text around the tables it reads, those tables, and its parameters' names."""

    pieces: tuple[str, ...]
    tables: tuple[str, ...]
    parameters: frozenset[str]

    def render(self, sources: Mapping[str, str]) -> str:
        """Return DuckDB SQL that reads each table named in `sources` from there, any other under its own name."""
        parts = [self.pieces[0]]
        for table, piece in zip(self.tables, self.pieces[1:], strict=True):
            parts += (sources.get(table, table), piece)
        return "".join(parts)

    def bind(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of the parameters that occur. Raises InvalidInput when one was not given."""
        missing = sorted(self.parameters - values.keys())
        if missing:
            raise InvalidInput("parameters", sorted(values), f"also {', '.join(missing)}")
        return {name: without_zone(values[name]) for name in self.parameters}


def without_zone(value: Any) -> Any:
    """Return an aware datetime as DuckDB stores it, UTC without a zone; any other value as it is."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


@lru_cache(maxsize=STATEMENTS_KEPT)
def translate(sql: str) -> Statement:
    """Return the DuckDB form of a BigQuery SELECT. Raises InvalidInput on anything outside the subset."""
    tree = parse(sql)
    refuse_outside_subset(tree)
    slots = _Slots()
    _replace_unnested_structs(tree, slots)
    _replace_parameters(tree, slots)
    _replace_tables(tree, slots)
    _rewrite_values(tree)
    return slots.statement(tree.sql(dialect="duckdb", identify=True, comments=False))


def duckdb_type(bigquery_type: str) -> str:
    """Return the DuckDB name of a BigQuery type: `ARRAY<DATE>` is `DATE[]`."""
    data_type = exp.DataType.build(bigquery_type, dialect="bigquery")
    _drop_zones(data_type)
    return data_type.sql(dialect="duckdb", identify=True)


def parse(sql: str) -> exp.Query:
    """Return the syntax tree of one BigQuery SELECT. Raises InvalidInput when it is anything else."""
    try:
        trees = [tree for tree in sqlglot.parse(sql, read="bigquery") if tree is not None]
    except SqlglotError as error:
        raise InvalidInput("sql", str(error), "one SELECT in BigQuery Standard SQL") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise InvalidInput("sql", sql[:200], "one SELECT statement and nothing else")
    return trees[0]


class _Slots:
    """What stands in the generated text as `"__slot_7__"`: a table, or a fragment of DuckDB SQL."""

    def __init__(self) -> None:
        self._tables: dict[int, str] = {}
        self._fragments: dict[int, str] = {}
        self.parameters: set[str] = set()

    def table(self, name: str) -> exp.Identifier:
        return self._next(self._tables, name)

    def fragment(self, text: str) -> exp.Identifier:
        return self._next(self._fragments, text)

    def _next(self, kind: dict[int, str], text: str) -> exp.Identifier:
        number = len(self._tables) + len(self._fragments)
        kind[number] = text
        return exp.to_identifier(f"__slot_{number}__", quoted=True)

    def statement(self, text: str) -> Statement:
        pieces = [""]
        tables = []
        # A split on one group alternates text and slot number.
        for place, part in enumerate(_SLOT.split(text)):
            if place % 2 == 0:
                pieces[-1] += part
            elif int(part) in self._tables:
                tables.append(self._tables[int(part)])
                pieces.append("")
            else:
                pieces[-1] += self._fragments[int(part)]
        return Statement(pieces=tuple(pieces), tables=tuple(tables), parameters=frozenset(self.parameters))


def _replace_unnested_structs(tree: exp.Query, slots: _Slots) -> None:
    for unnest in list(tree.find_all(exp.Unnest)):
        name = _parameter_name(unnest.expressions[0])
        if name is None or isinstance(unnest.parent, exp.In) or not _type_of(name).startswith("ARRAY<STRUCT"):
            continue
        slots.parameters.add(name)
        # Two levels: the list into rows, and each row's struct into columns.
        rows = slots.fragment(f"(SELECT UNNEST({_typed(name)}, max_depth := 2))")
        alias = unnest.alias_column_names[0] if unnest.alias_column_names else unnest.alias
        unnest.replace(_source(rows, alias))


def _replace_parameters(tree: exp.Query, slots: _Slots) -> None:
    for parameter in list(tree.find_all(exp.Parameter)):
        name = str(_parameter_name(parameter))
        slots.parameters.add(name)
        parameter.replace(exp.Column(this=slots.fragment(_typed(name))))


def _replace_tables(tree: exp.Query, slots: _Slots) -> None:
    for table in list(tree.find_all(exp.Table)):
        if not table.db:
            continue
        slot = _source(slots.table(f"{table.db}.{table.name}"), table.alias_or_name)
        slot.set("joins", table.args.get("joins"))
        table.replace(slot)


def _source(identifier: exp.Identifier, alias: str) -> exp.Table:
    table = exp.Table(this=identifier)
    if alias:
        table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
    return table


def _parameter_name(node: exp.Expr) -> str | None:
    return node.name if isinstance(node, exp.Parameter) else None


def _type_of(parameter: str) -> str:
    if parameter not in PARAMETER_TYPES:
        raise InvalidInput("sql", f"@{parameter}", "a parameter declared in shared/processors/parameters.py")
    return PARAMETER_TYPES[parameter]


def _typed(parameter: str) -> str:
    return f"CAST(${parameter} AS {duckdb_type(_type_of(parameter))})"


def _rewrite_values(tree: exp.Query) -> None:
    for literal in tree.find_all(exp.Literal):
        if not literal.is_string and not literal.is_int and "e" not in literal.name.lower():
            literal.set("this", f"{literal.name}e0")
    for moved in list(tree.find_all(exp.DateAdd, exp.DateSub, exp.DateTrunc)):
        _wrap(moved, exp.Cast(to=exp.DataType.build("DATE")))
    for root in list(tree.find_all(exp.Sqrt)):
        root.replace(exp.Anonymous(this="lookback_sqrt", expressions=[root.this]))
    for counted in list(tree.find_all(exp.CountIf)):
        # DuckDB's own gives NULL over no rows, BigQuery's 0.
        counted.replace(exp.Count(this=exp.If(this=counted.this, true=exp.Literal.number(1))))
    for conversion in list(tree.find_all(exp.Cast)):
        _rewrite_cast(conversion)
    _drop_zones(tree)


def _rewrite_cast(conversion: exp.Cast) -> None:
    if conversion.is_type(exp.DataType.Type.BIGINT):
        _wrap(conversion.this, exp.Round())
    elif conversion.is_type(exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR):
        conversion.replace(exp.Anonymous(this="lookback_string", expressions=[conversion.this]))


def _wrap(node: exp.Expr, wrapper: exp.Expr) -> None:
    node.replace(wrapper)
    wrapper.set("this", node)


def _drop_zones(tree: exp.Expr) -> None:
    for data_type in cast("list[exp.DataType]", list(tree.find_all(exp.DataType))):
        if data_type.this == exp.DataType.Type.TIMESTAMPTZ:
            data_type.set("this", exp.DataType.Type.TIMESTAMP)
