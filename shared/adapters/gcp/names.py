"""Names in BigQuery SQL: tables replaced where exactly they are named, and the parameters that occur.

Strings, quoted names with other characters, and comments are never touched. A table is named by a dotted path
without spaces (`nba_raw.shots`, with backticks or without): a longer path that only ends or begins like it is
another one.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

_NAME: Final = r"(?:[A-Za-z_]\w*|`[^`]+`)"
_TOKEN: Final = re.compile(
    rf"""
    (?P<skipped> \s+ | --[^\n]* | \#[^\n]* | /\*.*?\*/ )
  | (?P<string> [rRbB]{{0,2}} (?: '''(?:\\.|[^\\])*?''' | \"\"\"(?:\\.|[^\\])*?\"\"\"
                                | '(?:\\.|[^'\\\n])*' | "(?:\\.|[^"\\\n])*" ) )
  | (?P<parameter> @@?[A-Za-z_]\w* )
  | (?P<path> {_NAME} (?:\.{_NAME})* )
  | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
# What may stand after a table that has no alias. Any other word there is its alias.
_AFTER_TABLE: Final = frozenset(
    {"CROSS", "EXCEPT", "FOR", "FULL", "GROUP", "HAVING", "INNER", "INTERSECT", "JOIN", "LEFT", "LIMIT"}
    | {"ON", "ORDER", "QUALIFY", "RIGHT", "TABLESAMPLE", "UNION", "USING", "WHERE", "WINDOW"}
)


class _Token(NamedTuple):
    kind: str
    text: str

    @property
    def path(self) -> str:
        return self.text.replace("`", "")


def table_names(sql: str) -> frozenset[str]:
    """Return every dotted path in a statement, without backticks: the tables it names, and qualified columns."""
    return frozenset(token.path for token in _tokens(sql) if token.kind == "path" and "." in token.path)


def parameter_names(sql: str) -> tuple[str, ...]:
    """Return the named parameters of a statement, each once, in the order in which they occur first."""
    found = (token.text[1:] for token in _tokens(sql) if token.kind == "parameter" and not token.text.startswith("@@"))
    return tuple(dict.fromkeys(found))


def replace_tables(sql: str, tables: Mapping[str, str]) -> str:
    """Return the statement reading each table named in `tables` from there.

    A table without an alias keeps the one it had, the last part of its name, so that `shots.team` still resolves.
    """
    tokens = list(_tokens(sql))
    parts = []
    for place, token in enumerate(tokens):
        if token.kind != "path" or token.path not in tables:
            parts.append(token.text)
            continue
        parts.append(f"`{tables[token.path]}`")
        if not _aliased(tokens[place + 1 :]):
            parts.append(f" AS {token.path.rpartition('.')[2]}")
    return "".join(parts)


def _tokens(sql: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(sql):
        yield _Token(str(found.lastgroup), found.group())


def _aliased(following: list[_Token]) -> bool:
    for token in following:
        if token.kind != "skipped":
            return token.kind == "path" and token.text.upper() not in _AFTER_TABLE
    return False
