"""The declared subset of BigQuery SQL that DuckDB answers alike. Everything outside it is refused by name."""

from collections.abc import Callable
from typing import Final

from sqlglot import exp

from shared.domain.errors import InvalidInput

_CLAUSES: Final = (
    exp.Select, exp.From, exp.Where, exp.Group, exp.Having, exp.Qualify, exp.Order, exp.Ordered, exp.Limit,
    exp.Offset, exp.Join, exp.With, exp.CTE, exp.Subquery, exp.Union, exp.Except, exp.Intersect, exp.Distinct,
    exp.Table, exp.TableAlias, exp.Unnest, exp.Column, exp.Identifier, exp.Alias, exp.Star, exp.Dot, exp.Tuple,
    exp.Window, exp.WindowSpec,
)  # fmt: skip
_VALUES: Final = (
    exp.Literal, exp.Boolean, exp.Null, exp.Parameter, exp.Var, exp.Array, exp.Struct, exp.PropertyEQ, exp.Bracket,
    exp.Interval, exp.IntervalSpan, exp.DataType, exp.DataTypeParam, exp.Cast, exp.TryCast,
)  # fmt: skip
_OPERATORS: Final = (
    exp.Paren, exp.And, exp.Or, exp.Not, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.IntDiv,
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ, exp.In, exp.Between,
    exp.Like, exp.DPipe, exp.Exists, exp.Case, exp.If, exp.IgnoreNulls,
)  # fmt: skip
_FUNCTIONS: Final = (
    exp.SafeDivide, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Abs, exp.Sign, exp.Round, exp.Floor,
    exp.Ceil, exp.Sqrt, exp.Pow, exp.Exp, exp.Concat, exp.Lower, exp.Upper, exp.Trim, exp.StartsWith, exp.ArraySize,
    exp.DateAdd, exp.DateSub, exp.DateTrunc, exp.DateDiff, exp.Extract, exp.GenerateDateArray,
    exp.Count, exp.CountIf, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.AnyValue, exp.LogicalAnd, exp.LogicalOr,
    exp.StddevPop, exp.StddevSamp, exp.Stddev, exp.VariancePop, exp.Variance, exp.ArrayAgg, exp.GroupConcat,
    exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile, exp.Lag, exp.Lead,
    exp.FirstValue, exp.LastValue, exp.NthValue,
)  # fmt: skip
SUBSET: Final = frozenset(_CLAUSES + _VALUES + _OPERATORS + _FUNCTIONS)

CAST_TYPES: Final = frozenset(
    {"BIGINT", "DOUBLE", "TEXT", "VARCHAR", "DATE", "BOOLEAN", "TIMESTAMPTZ", "STRUCT", "ARRAY"}
)
DATE_UNITS: Final = frozenset({"DAY", "MONTH", "YEAR"})

_NAVIGATION: Final = (exp.FirstValue, exp.LastValue, exp.NthValue)


def refuse_outside_subset(tree: exp.Expr) -> None:
    """Return when every node of a parsed BigQuery statement is in the subset; raise InvalidInput naming the first."""
    for node in tree.walk():
        if type(node) not in SUBSET:
            raise _refused(node, "a construct of the declared subset (shared/adapters/embedded/sql_subset.py)")
        expected = _RULES.get(type(node), _no_rule)(node)
        if expected is not None:
            raise _refused(node, expected)


def _refused(node: exp.Expr, expected: str) -> InvalidInput:
    return InvalidInput("sql", node.sql(dialect="bigquery")[:200], expected)


def _no_rule(_: exp.Expr) -> str | None:
    return None


def _division(node: exp.Expr) -> str | None:
    divisor = node.expression.unnest()
    if isinstance(divisor, exp.Literal) and not divisor.is_string and float(divisor.name) != 0:
        return None
    if isinstance(divisor, exp.Nullif) and divisor.expression.name == "0":
        return None
    return "SAFE_DIVIDE, or a divisor that is a literal other than 0 or NULLIF(x, 0): 1/0 is an error in BigQuery"


def _unnest(node: exp.Expr) -> str | None:
    if node.args.get("offset"):
        return "UNNEST without WITH OFFSET: it counts from 1 in DuckDB"
    return None


def _ignore_nulls(node: exp.Expr) -> str | None:
    # The parser puts the window around IGNORE NULLS, and that around the function.
    if isinstance(node.this, _NAVIGATION) and isinstance(node.parent, exp.Window):
        return None
    return "IGNORE NULLS in FIRST_VALUE, LAST_VALUE or NTH_VALUE only"


def _array_agg(node: exp.Expr) -> str | None:
    return "ARRAY_AGG without LIMIT" if node.find(exp.Limit) else None


def _any_value(node: exp.Expr) -> str | None:
    return None if isinstance(node.this, exp.Column) else "ANY_VALUE of a column, without HAVING"


def _unit(node: exp.Expr) -> str | None:
    unit = node.args.get("unit")
    if unit is not None and unit.name.upper() in DATE_UNITS and not unit.expressions:
        return None
    return f"a unit of {sorted(DATE_UNITS)}"


def _extract(node: exp.Expr) -> str | None:
    return None if node.this.name.upper() in DATE_UNITS else f"EXTRACT of {sorted(DATE_UNITS)}"


def _interval(node: exp.Expr) -> str | None:
    if isinstance(node.parent, exp.GenerateDateArray):
        return _unit(node)
    return "INTERVAL inside DATE_ADD, DATE_SUB or GENERATE_DATE_ARRAY: a DATE plus an INTERVAL is a DATETIME"


def _bracket(node: exp.Expr) -> str | None:
    index = node.expressions[0]
    if node.args.get("safe") and len(node.expressions) == 1 and isinstance(index, exp.Literal) and index.is_int:
        return None
    return "[SAFE_OFFSET(n)] or [SAFE_ORDINAL(n)] with a literal n: DuckDB gives NULL where OFFSET is an error"


def _conversion(node: exp.Expr) -> str | None:
    return None if node.args["to"].this.name in CAST_TYPES else "INT64, FLOAT64, STRING, BOOL, DATE or TIMESTAMP"


def _select(node: exp.Expr) -> str | None:
    return "SELECT without AS STRUCT or AS VALUE" if node.args.get("kind") else None


def _with(node: exp.Expr) -> str | None:
    return "WITH without RECURSIVE" if node.args.get("recursive") else None


def _table(node: exp.Expr) -> str | None:
    if node.args.get("catalog"):
        return "dataset.table: the project is the deployment's"
    outside = [name for name in ("pivots", "version", "sample") if node.args.get(name)]
    return f"a table without {outside}" if outside else None


def _array(node: exp.Expr) -> str | None:
    return "an ARRAY of values, not of a subquery's rows" if node.find(exp.Query) else None


def _join(node: exp.Expr) -> str | None:
    return "JOIN with ON or USING" if node.args.get("method") else None


_RULES: Final[dict[type[exp.Expr], Callable[[exp.Expr], str | None]]] = {
    exp.Div: _division,
    exp.Mod: _division,
    exp.IntDiv: _division,
    exp.Unnest: _unnest,
    exp.IgnoreNulls: _ignore_nulls,
    exp.ArrayAgg: _array_agg,
    exp.AnyValue: _any_value,
    exp.DateAdd: _unit,
    exp.DateSub: _unit,
    exp.DateTrunc: _unit,
    exp.DateDiff: _unit,
    exp.Extract: _extract,
    exp.Interval: _interval,
    exp.Bracket: _bracket,
    exp.Cast: _conversion,
    exp.TryCast: _conversion,
    exp.Select: _select,
    exp.With: _with,
    exp.Table: _table,
    exp.Array: _array,
    exp.Join: _join,
}
