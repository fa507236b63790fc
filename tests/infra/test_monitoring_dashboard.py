"""Cloud Monitoring's page: what it draws is declared, or is a service's own, and no tile covers another."""

import json
import re
from itertools import combinations
from typing import Any

import pytest
import yaml

from tests.infra.planned import Planned
from tests.infra.terraform_files import INFRA

PAGE = json.loads((INFRA / "triggers" / "dashboard.json").read_text())
DECLARED = yaml.safe_load((INFRA / "pipeline.yaml").read_text())["log_metrics"]
LAYOUT = PAGE["mosaicLayout"]
TILES = LAYOUT["tiles"]
USER = "logging.googleapis.com/user/lookback/"
SERVICES = ("run.googleapis.com/", "pubsub.googleapis.com/", "firestore.googleapis.com/", "bigquery.googleapis.com/")
CHARTS = [tile["widget"] for tile in TILES if "xyChart" in tile["widget"]]
SETS = [(chart["title"], each) for chart in CHARTS for each in chart["xyChart"]["dataSets"]]
METRIC = re.compile(r'metric\.type="([^"]+)"')
LABEL = re.compile(r"metric\.labels?\.(\w+)")


def query(each: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = each["timeSeriesQuery"]["timeSeriesFilter"]
    return found


def test_terraform_makes_the_page_of_the_file(planned: dict[str, Planned]) -> None:
    (made,) = planned["google_monitoring_dashboard.lookback"].values()
    assert json.loads(made["dashboard_json"]) == PAGE


@pytest.mark.parametrize(("title", "each"), SETS, ids=[title for title, _ in SETS])
def test_what_is_drawn_is_declared_by_the_labels_it_has(title: str, each: dict[str, Any]) -> None:
    (metric,) = METRIC.findall(query(each)["filter"])
    if not metric.startswith(USER):
        assert metric.startswith(SERVICES)
        return
    declared = DECLARED[metric.removeprefix(USER)]
    assert set(LABEL.findall(json.dumps(each))) <= set(declared["labels"])
    percentile = "PERCENTILE" in query(each)["aggregation"]["crossSeriesReducer"]
    assert percentile == ("value" in declared)


def test_every_metric_of_ours_that_has_a_rate_to_see_is_drawn_or_alerts() -> None:
    drawn = {metric.removeprefix(USER) for _, each in SETS for metric in METRIC.findall(query(each)["filter"])}
    alerting = {"notices_written", "messages_rejected", "attempts_overtaken", "targets_extended", "backfills_finished"}
    assert set(DECLARED) - drawn <= alerting


def test_tiles_lie_inside_the_page_and_beside_each_other() -> None:
    boxes = [(tile.get("xPos", 0), tile.get("yPos", 0), tile["width"], tile["height"]) for tile in TILES]
    assert all(x + width <= LAYOUT["columns"] for x, _, width, _ in boxes)
    for (x, y, width, height), (other_x, other_y, other_width, other_height) in combinations(boxes, 2):
        beside = x + width <= other_x or other_x + other_width <= x
        assert beside or y + height <= other_y or other_y + other_height <= y
