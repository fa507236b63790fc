"""The declared schemas of every table and landing file, read from `infra/tables.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from shared.domain.errors import InvalidInput

TABLES_FILE: Final = Path(__file__).resolve().parents[2] / "infra" / "tables.yaml"
# What BigQuery counts for a value (cloud.google.com/bigquery/docs/reference/standard-sql/data-types): a STRING is 2
# bytes and its text, here taken to be 12; a NULL, which is nothing, counts as a value.
STRING_BYTES: Final = 14
TYPE_BYTES: Final = {"STRING": STRING_BYTES, "INT64": 8, "FLOAT64": 8, "BOOL": 1, "DATE": 8, "TIMESTAMP": 8}
COLUMN_TYPES: Final = frozenset(TYPE_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """One table: `dataset.table`, its columns in order with their BigQuery types, and how it is laid out."""

    name: str
    columns: Mapping[str, str]
    description: str = ""
    partition_by: str | None = None
    cluster_by: tuple[str, ...] = ()

    @property
    def dataset(self) -> str:
        """Return the part before the dot: `nba_raw`."""
        return self.name.partition(".")[0]

    def column_bytes(self) -> dict[str, int]:
        """Return the bytes that a value of each column is taken to have."""
        return {column: TYPE_BYTES[kind] for column, kind in self.columns.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchemas:
    """All declared tables, and the files of the landing zone (`landing.shots`), by name."""

    tables: Mapping[str, TableSchema]
    landing: Mapping[str, TableSchema]

    def table(self, name: str) -> TableSchema:
        """Return the schema of a table. Raises InvalidInput when it is not declared."""
        if name not in self.tables:
            raise InvalidInput("table", name, "a table declared in infra/tables.yaml")
        return self.tables[name]

    def landing_file(self, name: str) -> TableSchema:
        """Return the schema of a landing file. Raises InvalidInput when it is not declared."""
        if name not in self.landing:
            raise InvalidInput("external", name, "a file declared under `landing` in infra/tables.yaml")
        return self.landing[name]


@lru_cache(maxsize=8)
def load_table_schemas(path: Path = TABLES_FILE) -> TableSchemas:
    """Return the schemas declared in `path`, read once. Raises InvalidInput naming what is wrong in it."""
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    return table_schemas(declared)


def table_schemas(declared: Mapping[str, Any]) -> TableSchemas:
    """Return the schemas of a parsed declaration: `{tables: {name: {columns: ...}}, landing: {...}}`."""
    return TableSchemas(
        tables={name: _schema(name, body) for name, body in declared["tables"].items()},
        landing={name: _schema(name, body) for name, body in declared.get("landing", {}).items()},
    )


def _schema(name: str, body: Mapping[str, Any]) -> TableSchema:
    if name.count(".") != 1:
        raise InvalidInput("tables", name, "dataset.table")
    for column, kind in body["columns"].items():
        # YAML reads some bare words (`on`, `no`) as booleans: a column of that name must be quoted.
        if not isinstance(column, str) or kind not in COLUMN_TYPES:
            raise InvalidInput(f"{name}.{column}", kind, f"a column name with one of {sorted(COLUMN_TYPES)}")
    return TableSchema(
        name=name,
        columns=dict(body["columns"]),
        description=body.get("description", ""),
        partition_by=body.get("partition_by"),
        cluster_by=tuple(body.get("cluster_by", ())),
    )
