import pytest

from shared.adapters.gcp.names import parameter_names, replace_tables, table_names
from shared.processors.registry import PROCESSORS

STAGED = "lookback_staging.nba_raw__shots__20241108__f1__ab"
TABLES = {"nba_raw.shots": STAGED}
ELSEWHERE = f"`{STAGED}`"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1 FROM nba_raw.shots", "SELECT 1 FROM ELSE AS shots"),
        ("SELECT 1 FROM `nba_raw.shots`", "SELECT 1 FROM ELSE AS shots"),
        ("SELECT 1 FROM `nba_raw`.`shots`", "SELECT 1 FROM ELSE AS shots"),
        ("SELECT 1 FROM nba_raw.shots AS s", "SELECT 1 FROM ELSE AS s"),
        ("SELECT 1 FROM nba_raw.shots s", "SELECT 1 FROM ELSE s"),
        ("SELECT 1 FROM nba_raw.shots `s`", "SELECT 1 FROM ELSE `s`"),
        ("SELECT 1 FROM nba_raw.shots -- it\nAS s", "SELECT 1 FROM ELSE -- it\nAS s"),
        ("SELECT 1 FROM nba_raw.shots WHERE TRUE", "SELECT 1 FROM ELSE AS shots WHERE TRUE"),
        ("SELECT 1 FROM nba_raw.shots\nleft join x ON y", "SELECT 1 FROM ELSE AS shots\nleft join x ON y"),
        ("(SELECT 1 FROM nba_raw.shots), y", "(SELECT 1 FROM ELSE AS shots), y"),
        (
            "FROM nba_raw.shots a JOIN nba_raw.shots USING (x)",
            "FROM ELSE a JOIN ELSE AS shots USING (x)",
        ),
        ("SELECT shots.team FROM nba_raw.shots", "SELECT shots.team FROM ELSE AS shots"),
    ],
)
def test_a_table_is_read_from_elsewhere_under_the_name_it_had(sql: str, expected: str) -> None:
    assert replace_tables(sql, TABLES) == expected.replace("ELSE", ELSEWHERE)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'nba_raw.shots'",
        'SELECT "nba_raw.shots"',
        "SELECT '''it's nba_raw.shots'''",
        'SELECT """ " nba_raw.shots"""',
        r"SELECT 'it\'s nba_raw.shots'",
        r"SELECT r'\' nba_raw.shots'",
        r"SELECT '\\', x -- nba_raw.shots",
        "SELECT 1 # nba_raw.shots",
        "SELECT /* FROM nba_raw.shots\n */ 1",
        "SELECT 1 FROM nba_raw.shots_old",
        "SELECT 1 FROM my_nba_raw.shots",
        "SELECT 1 FROM other.nba_raw.shots",
        "SELECT nba_raw.shots.team",
        "SELECT 1 FROM NBA_RAW.shots",
        "SELECT @nba_raw, shots.nba_raw",
    ],
)
def test_nothing_else_is_touched(sql: str) -> None:
    assert replace_tables(sql, TABLES) == sql


def test_parameters_are_found_outside_strings_and_comments_only() -> None:
    sql = """SELECT @b, '@no', "@no", @@system, @a -- @no
    /* @no */ , @b, x.`@no` FROM t"""
    assert parameter_names(sql) == ("b", "a")


def test_table_names_are_the_dotted_paths() -> None:
    assert table_names("SELECT s.x FROM landing.shots AS s -- a.b\nWHERE 'c.d' = `e.f`") == {
        "s.x",
        "landing.shots",
        "e.f",
    }


@pytest.mark.parametrize("each", [each for each in PROCESSORS if each.active], ids=lambda each: each.name)
def test_every_processors_tables_can_be_replaced(each: object) -> None:
    reads, sql = each.reads, each.sql  # type: ignore[attr-defined]
    rendered = replace_tables(sql, {name: f"x.{name.replace('.', '__')}" for name in reads})
    assert not table_names(rendered) & set(reads)
    assert {f"x.{name.replace('.', '__')}" for name in reads} <= table_names(rendered)
