"""A chart as a picture: every point at its place, the bound across, and well-formed whatever the names are."""

from xml.etree import ElementTree

import pytest

from bench.chart import BOTTOM, HEIGHT, TOP, Chart, ticks

SVG = "{http://www.w3.org/2000/svg}"


def chart(logarithmic: bool = False, bound: float | None = None) -> Chart:
    curves = {"p50 <of> all": {1: 1.0, 5: 2.0, 10: 10.0}, "p99": {1: 5.0, 10: 10.0}}
    return Chart(title="A & B", unit="ms", of="season", curves=curves, bound=bound, logarithmic=logarithmic)


def heights(picture: str) -> list[float]:
    return [float(each.attrib["cy"]) for each in ElementTree.fromstring(picture).iter(f"{SVG}circle")]  # noqa: S314


def test_every_point_is_drawn_on_a_straight_scale() -> None:
    # From 0 to 10 over the drawing's height.
    base, height = HEIGHT - BOTTOM, HEIGHT - TOP - BOTTOM
    expected = [base - height * value / 10 for value in (1.0, 2.0, 10.0, 5.0, 10.0)]
    assert heights(chart().svg()) == pytest.approx(expected, abs=0.1)


def test_a_logarithmic_scale_spreads_decades_evenly() -> None:
    one, two, ten, _, _ = heights(chart(logarithmic=True).svg())
    assert (one, ten) == (HEIGHT - BOTTOM, TOP)
    assert ten < two < one


def test_a_bound_is_within_the_picture_though_every_point_is_far_below() -> None:
    picture = ElementTree.fromstring(chart(bound=40.0).svg())  # noqa: S314
    lines = [each for each in picture.iter(f"{SVG}line") if each.attrib.get("class") == "bound"]
    assert [float(each.attrib["y1"]) for each in lines] == [TOP]
    assert "bound 40" in "".join(picture.itertext())


def test_names_are_written_as_they_are() -> None:
    texts = [each.text for each in ElementTree.fromstring(chart().svg()).iter(f"{SVG}text")]  # noqa: S314
    assert {"A & B", "p50 <of> all", "seasons", "1", "5", "10"} <= set(texts)


def test_the_same_points_give_the_same_bytes() -> None:
    assert chart().svg() == chart().svg()


@pytest.mark.parametrize(
    ("top", "last", "count"), [(10.0, 10.0, 6), (9.9, 10.0, 6), (1.34, 1.5, 4), (514.0, 600.0, 7), (0.0, 1.0, 6)]
)
def test_ticks_are_round_and_reach_the_top(top: float, last: float, count: int) -> None:
    found = ticks(top)
    assert found[0] == 0
    assert found[-1] >= top
    assert (found[-1], len(found)) == (last, count)
