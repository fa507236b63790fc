"""The declared BigQuery subset by example: each construct with the result that BigQuery documents for it."""

from datetime import UTC, date, datetime
from typing import Any

COLUMNS = {"game_date": "DATE", "team": "STRING", "points": "INT64", "rate": "FLOAT64"}
# Two teams and a row without one; BOS has a NULL between its two games.
GAMES = """
SELECT DATE '2024-11-08' AS game_date, 'BOS' AS team, 100 AS points, 0.5 AS rate
UNION ALL SELECT DATE '2024-11-08', 'NYK', 90, 2.5
UNION ALL SELECT DATE '2024-11-08', 'BOS', NULL, -2.5
UNION ALL SELECT DATE '2024-11-08', 'BOS', 110, NULL
UNION ALL SELECT DATE '2024-11-08', NULL, 80, 1.0
"""

VALUES: list[tuple[str, Any]] = [
    # Conversions and rounding: half goes away from zero.
    ("CAST(2.5 AS INT64)", 3),
    ("CAST(-2.5 AS INT64)", -3),
    ("CAST(3.5 AS INT64)", 4),
    ("CAST(0.4999 AS INT64)", 0),
    ("CAST(7 AS INT64)", 7),
    ("CAST(NULL AS INT64)", None),
    ("SAFE_CAST(1e30 AS INT64)", None),
    ("ROUND(2.5)", 3.0),
    ("ROUND(-2.5)", -3.0),
    ("ROUND(0.125, 2)", 0.13),
    ("ROUND(-0.125, 2)", -0.13),
    ("ROUND(1250, -2)", 1300),
    ("CAST(5 AS STRING)", "5"),
    ("CAST(TRUE AS STRING)", "true"),
    ("CAST(DATE '2024-11-08' AS STRING)", "2024-11-08"),
    ("CAST('x' AS STRING)", "x"),
    ("CAST(NULL AS STRING)", None),
    ("CAST('1.5' AS FLOAT64)", 1.5),
    ("SAFE_CAST('x' AS FLOAT64)", None),
    ("CAST('2024-11-08' AS DATE)", date(2024, 11, 8)),
    ("CAST(TIMESTAMP '2024-11-08 23:30:00+00' AS DATE)", date(2024, 11, 8)),
    ("TIMESTAMP '2024-11-08 23:30:00+00'", datetime(2024, 11, 8, 23, 30, tzinfo=UTC)),
    ("CAST(0 AS BOOL)", False),
    # Arithmetic: literals with a point are FLOAT64, `/` of integers is FLOAT64.
    ("0.1 + 0.2", 0.1 + 0.2),
    ("0.44 * 3", 0.44 * 3),
    ("1.5e2", 150.0),
    ("7 / 2", 3.5),
    ("7 / (2)", 3.5),
    ("7 / NULLIF(0, 0)", None),
    ("SAFE_DIVIDE(7, 2)", 3.5),
    ("SAFE_DIVIDE(7, 0)", None),
    ("SAFE_DIVIDE(0, 0)", None),
    ("SAFE_DIVIDE(NULL, 2)", None),
    ("SAFE_DIVIDE(1.0, 0.0)", None),
    ("SAFE_DIVIDE(1 + 1, 3 - 1)", 1.0),
    ("DIV(-7, 2)", -3),
    ("MOD(-7, 2)", -1),
    ("MOD(7, 3)", 1),
    ("ABS(-2)", 2),
    ("SIGN(-2)", -1),
    ("FLOOR(-1.5)", -2.0),
    ("CEIL(-1.5)", -1.0),
    ("SQRT(2.25)", 1.5),
    ("SQRT(NULL)", None),
    ("POW(2, 10)", 1024.0),
    ("EXP(0)", 1.0),
    ("-(2 - 5)", 3),
    # NULL.
    ("GREATEST(1, NULL)", None),
    ("GREATEST(1, 3, 2)", 3),
    ("LEAST(1, NULL)", None),
    ("LEAST(2, 1)", 1),
    ("COALESCE(NULL, 2)", 2),
    ("IFNULL(NULL, 2)", 2),
    ("NULLIF(2, 2)", None),
    ("NULL = 1", None),
    ("1 IS DISTINCT FROM NULL", True),
    ("IF(NULL, 1, 2)", 2),
    ("CASE WHEN NULL THEN 1 WHEN TRUE THEN 2 END", 2),
    ("NULL AND FALSE", False),
    ("1 IN (2, NULL)", None),
    ("1 NOT IN UNNEST([2, 3])", True),
    ("1 NOT IN UNNEST([2, NULL])", None),
    # Strings.
    ("CONCAT('a', 'b', 'c')", "abc"),
    ("CONCAT('a', NULL)", None),
    ("'a' || 'b'", "ab"),
    ('"double" || \'single\'', "doublesingle"),
    ("UPPER(LOWER('Bos'))", "BOS"),
    ("TRIM('  a ')", "a"),
    ("STARTS_WITH('BOS', 'BO')", True),
    ("'BOS' LIKE 'B%'", True),
    ("'a' = 'A'", False),
    # Dates stay dates.
    ("DATE_ADD(DATE '2024-11-08', INTERVAL 3 DAY)", date(2024, 11, 11)),
    ("DATE_SUB(@game_date, INTERVAL 1 DAY)", date(2024, 11, 7)),
    ("DATE_ADD(DATE '2024-01-31', INTERVAL 1 MONTH)", date(2024, 2, 29)),
    ("DATE_SUB(DATE '2024-02-29', INTERVAL 1 YEAR)", date(2023, 2, 28)),
    ("DATE_SUB(DATE_TRUNC(@game_date, MONTH), INTERVAL 1 DAY)", date(2024, 10, 31)),
    ("DATE_TRUNC(@game_date, YEAR)", date(2024, 1, 1)),
    ("DATE_TRUNC(@game_date, MONTH) = DATE '2024-11-01'", True),
    ("DATE_DIFF(@game_date, DATE '2024-11-01', DAY)", 7),
    ("DATE_DIFF(DATE '2024-11-01', @game_date, DAY)", -7),
    ("DATE_DIFF(DATE '2024-12-01', DATE '2024-11-30', MONTH)", 1),
    ("DATE_DIFF(DATE '2025-01-01', DATE '2024-12-31', YEAR)", 1),
    ("DATE_DIFF(NULL, @game_date, DAY)", None),
    ("EXTRACT(YEAR FROM @game_date)", 2024),
    ("EXTRACT(MONTH FROM @game_date) * 100 + EXTRACT(DAY FROM @game_date)", 1108),
    ("@game_date BETWEEN '2024-11-08' AND '2024-11-09'", True),
    # Arrays and structs.
    ("ARRAY_LENGTH(GENERATE_DATE_ARRAY(DATE '2024-11-08', DATE '2024-11-10'))", 3),
    ("GENERATE_DATE_ARRAY(@game_date, @game_date)", [date(2024, 11, 8)]),
    ("[10, 20][SAFE_OFFSET(1)]", 20),
    ("[10, 20][SAFE_OFFSET(5)]", None),
    ("[10, 20][SAFE_ORDINAL(1)]", 10),
    ("STRUCT(1 AS a, 'x' AS b)", {"a": 1, "b": "x"}),
    ("STRUCT(1 AS a, 'x' AS b).b", "x"),
]  # fmt: skip

QUERIES: list[tuple[str, list[Any]]] = [
    # NULLs come first ascending, last descending; also inside windows and aggregates.
    ("SELECT points FROM nba_raw.games ORDER BY points", [None, 80, 90, 100, 110]),
    ("SELECT points FROM nba_raw.games ORDER BY points DESC", [110, 100, 90, 80, None]),
    ("SELECT points FROM nba_raw.games ORDER BY points DESC LIMIT 2", [110, 100]),
    ("SELECT points FROM nba_raw.games ORDER BY points LIMIT 1 OFFSET 1", [80]),
    ("SELECT ROW_NUMBER() OVER (ORDER BY points) AS n FROM nba_raw.games ORDER BY points", [1, 2, 3, 4, 5]),
    (
        """SELECT points FROM nba_raw.games
        QUALIFY ROW_NUMBER() OVER (PARTITION BY team ORDER BY points DESC) = 1 ORDER BY 1""",
        [80, 90, 110],
    ),
    # Aggregates leave NULL out.
    ("SELECT SUM(points) FROM nba_raw.games WHERE team = 'BOS'", [210]),
    ("SELECT SUM(points) FROM nba_raw.games WHERE FALSE", [None]),
    ("SELECT COUNT(*) FROM nba_raw.games WHERE FALSE", [0]),
    ("SELECT AVG(points) FROM nba_raw.games WHERE team = 'BOS'", [105.0]),
    ("SELECT COUNT(points) FROM nba_raw.games", [4]),
    ("SELECT COUNT(DISTINCT team) FROM nba_raw.games", [2]),
    ("SELECT COUNTIF(points > 90) FROM nba_raw.games", [2]),
    ("SELECT COUNTIF(points > 90) FROM nba_raw.games WHERE points < 0", [0]),
    ("SELECT LOGICAL_AND(points > 90) FROM nba_raw.games WHERE team = 'BOS'", [True]),
    ("SELECT LOGICAL_OR(points > 105) FROM nba_raw.games", [True]),
    ("SELECT ANY_VALUE(points) FROM nba_raw.games WHERE team = 'NYK'", [90]),
    ("SELECT STDDEV_POP(points) FROM nba_raw.games WHERE team = 'BOS'", [5.0]),
    ("SELECT STDDEV_SAMP(points) FROM nba_raw.games WHERE team = 'NYK'", [None]),
    ("SELECT VAR_POP(points) FROM nba_raw.games WHERE team = 'BOS'", [25.0]),
    ("SELECT VARIANCE(points) FROM nba_raw.games WHERE team = 'BOS'", [50.0]),  # 2 * 25 / (2 - 1)
    ("SELECT ARRAY_AGG(points ORDER BY points DESC) FROM nba_raw.games WHERE points > 85", [[110, 100, 90]]),
    ("SELECT STRING_AGG(team, '-' ORDER BY team) FROM nba_raw.games WHERE points >= 90", ["BOS-BOS-NYK"]),
    ("SELECT CAST(SUM(rate) AS INT64) FROM nba_raw.games WHERE team = 'NYK'", [3]),
    ("SELECT CAST(COUNT(*) AS INT64) FROM nba_raw.games", [5]),
    ("SELECT CAST(MAX(points) AS STRING) FROM nba_raw.games", ["110"]),
    ("SELECT team FROM nba_raw.games GROUP BY team HAVING COUNT(*) > 1", ["BOS"]),
    ("SELECT team FROM nba_raw.games GROUP BY 1 ORDER BY 1", [None, "BOS", "NYK"]),
    ("SELECT DISTINCT team FROM nba_raw.games ORDER BY team", [None, "BOS", "NYK"]),
    # Windows.
    (
        """SELECT SUM(points) OVER (ORDER BY points ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
        FROM nba_raw.games ORDER BY points""",
        [None, 80, 170, 190, 210],
    ),
    (
        "SELECT SUM(points) OVER w FROM nba_raw.games WHERE points > 85 WINDOW w AS (ORDER BY points) ORDER BY points",
        [90, 190, 300],
    ),
    ("SELECT LAG(points) OVER (ORDER BY points) FROM nba_raw.games WHERE points > 85 ORDER BY points", [None, 90, 100]),
    ("SELECT LEAD(points, 1, 0) OVER (ORDER BY points) FROM nba_raw.games WHERE points > 95 ORDER BY points", [110, 0]),
    ("SELECT RANK() OVER (ORDER BY team) FROM nba_raw.games WHERE points >= 80 ORDER BY 1", [1, 2, 2, 4]),
    ("SELECT DENSE_RANK() OVER (ORDER BY team) FROM nba_raw.games WHERE points >= 80 ORDER BY 1", [1, 2, 2, 3]),
    (
        "SELECT PERCENT_RANK() OVER (ORDER BY points) FROM nba_raw.games WHERE points > 85 ORDER BY 1",
        [0.0, 0.5, 1.0],
    ),
    (
        """SELECT LAST_VALUE(points IGNORE NULLS) OVER (
          ORDER BY rate ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) FROM nba_raw.games WHERE team = 'BOS' ORDER BY rate""",
        [110, 110, 100],  # rates NULL, -2.5, 0.5 with points 110, NULL, 100
    ),
    # Sets, joins, subqueries.
    ("SELECT 1 AS n UNION ALL SELECT 1 ORDER BY n", [1, 1]),
    ("SELECT 1 AS n UNION DISTINCT SELECT 1", [1]),
    ("SELECT n FROM UNNEST([1, 2, 2]) AS n EXCEPT DISTINCT SELECT 1", [2]),
    ("SELECT n FROM UNNEST([1, 2, 2]) AS n INTERSECT DISTINCT SELECT 2", [2]),
    (
        "SELECT team FROM nba_raw.games FULL JOIN (SELECT 'LAL' AS team) USING (team) WHERE team > 'C' ORDER BY team",
        ["LAL", "NYK"],
    ),
    ("SELECT n FROM UNNEST([1, 2]) AS n CROSS JOIN UNNEST([3, 4]) AS m WHERE n + m = 5 ORDER BY n", [1, 2]),
    ("SELECT points FROM nba_raw.games AS g WHERE EXISTS (SELECT 1 FROM UNNEST([90]) AS p WHERE p = g.points)", [90]),
    ("SELECT games.points FROM nba_raw.games WHERE games.team = 'NYK'", [90]),
    ("SELECT points FROM `nba_raw.games` WHERE team = 'NYK'", [90]),
    ("SELECT * EXCEPT (game_date, team, rate) FROM nba_raw.games WHERE team = 'NYK'", [90]),
    ("WITH games AS (SELECT 1 AS n) SELECT n FROM games", [1]),
    ("SELECT (SELECT MAX(points) FROM nba_raw.games) - 10", [100]),
    ("-- A comment.\nSELECT 1 /* another */ AS n;", [1]),
]  # fmt: skip
