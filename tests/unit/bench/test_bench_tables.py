"""What was measured, kept and shown: verdicts, growth, the record, and the page's tables between their markers."""

from pathlib import Path

import pytest

from bench.__main__ import PARTS
from bench.figures import SEASON, WORKER, Bound, Figure, figure_from, growths
from bench.plots import PAGE, PLOTS, chart_of, page_of, table_of
from bench.record import Measurement, Watch, read, recorded


def figure(value: float, limit: float | None = None, bound: Bound = Bound.AT_MOST, at: int | None = None) -> Figure:
    return Figure(part="plan", name="plan", value=value, unit="s", limit=limit, bound=bound, at=at, of=SEASON)


@pytest.mark.parametrize(
    ("value", "bound", "verdict"),
    [
        (2.0, Bound.AT_MOST, "MET"),
        (2.1, Bound.AT_MOST, "MISSED"),
        (2.0, Bound.BELOW, "MISSED"),
        (1.9, Bound.BELOW, "MET"),
        (2.0, Bound.AT_LEAST, "MET"),
        (1.9, Bound.AT_LEAST, "MISSED"),
    ],
)
def test_a_bound_is_met_or_missed(value: float, bound: Bound, verdict: str) -> None:
    assert figure(value, 2.0, bound).verdict == verdict


def test_a_figure_without_a_bound_has_no_verdict() -> None:
    assert (figure(3.0).verdict, figure(3.0).bounded) == ("", "")


def test_growth_is_told_against_the_smallest_size_of_the_same_curve() -> None:
    other = Figure(part="plan", name="other", value=4.0, unit="s", at=5, of=SEASON)
    curve = [figure(0.5, at=1), figure(1.0, at=5), figure(2.0, at=10)]
    assert growths([*curve, other, figure(9.0)]) == ["", "x 2.00", "x 4.00", "", ""]


def measurement(*figures: Figure) -> Measurement:
    return Watch().measurement(figures)


def measure_and_fail(path: Path, found: Measurement) -> None:
    with recorded(path) as held:
        held["plan"] = found
        raise SystemExit("the next part failed")


def test_what_was_measured_is_kept_part_by_part(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "bench.json"
    first, again, other = (measurement(figure(value, 2.0, Bound.BELOW, at=5)) for value in (1.0, 3.0, 4.0))
    with recorded(path) as held:
        held["plan"], held["decide"] = first, other
    with pytest.raises(SystemExit):
        measure_and_fail(path, again)
    assert read(path) == {"plan": again, "decide": other}
    assert read(tmp_path / "none.json") == {}


def test_a_figure_is_read_as_it_was_written() -> None:
    assert figure_from(figure(1.0, 2.0, Bound.AT_LEAST, at=5).body()) == figure(1.0, 2.0, Bound.AT_LEAST, at=5)


def test_a_table_says_what_was_missed_and_under_what_load() -> None:
    kept = measurement(figure(0.5, 1.0, Bound.BELOW, at=1), figure(2.0, 1.0, Bound.BELOW, at=10))
    table = table_of(kept)
    assert "| plan | 1 season | 0.50 s |  | < 1 s | MET |" in table
    assert "| plan | 10 seasons | 2.00 s | x 4.00 | < 1 s | **MISSED** |" in table
    assert f"load {kept.load_before:g} before" in table


def test_only_the_tables_of_measured_parts_are_replaced() -> None:
    text = "a\n<!-- plan: from make plots -->\nold\n<!-- plan: end -->\nb\n"
    new = page_of(text, {"plan": measurement(figure(0.5))})
    assert new.startswith("a\n<!-- plan: from make plots -->\nMeasured ")
    assert new.endswith("|\n<!-- plan: end -->\nb\n")
    assert "old" not in new
    assert page_of(text, {}) == text
    with pytest.raises(ValueError, match="no place for the table of decide"):
        page_of(text, {"decide": measurement(figure(0.5))})


def test_the_page_has_a_place_for_every_part_and_shows_every_picture() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"<!-- {part}: from make plots -->" in page for part in PARTS)
    assert all(f"(../images/performance-{plot.file}.svg)" in page for plot in PLOTS)


def test_a_picture_leaves_out_other_units_and_other_sizes() -> None:
    plot = next(each for each in PLOTS if each.file == "makespan")
    figures = [
        Figure(part="makespan", name="season: ours", value=50.0, unit="s", at=1, of=WORKER),
        Figure(part="makespan", name="season: ours / best", value=1.0, unit="", limit=1.05, at=1, of=WORKER),
        Figure(part="makespan", name="season: ours / best", value=1.1, unit="", limit=1.05, at=8, of=WORKER),
        Figure(part="makespan", name="season: player rows", value=73.0, unit="%"),
        Figure(part="makespan", name="a week: ours / best", value=3.0, unit="", at=8, of=WORKER),
    ]
    chart = chart_of(plot, measurement(*figures))
    assert chart.curves == {"season: ours / best": {1: 1.0, 8: 1.1}}
    assert chart.bound == 1.05
