import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.gcp.jobs import fresh_id, job_id, labels, publish_id

JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,1024}")
LABEL_VALUE = re.compile(r"[a-z0-9_-]{1,63}")


def test_a_publish_is_named_by_what_a_later_attempt_knows() -> None:
    assert publish_id("i1", "units/2-2024-11-08", "shots", 3) == "lookback-i1-2-2024-11-08-shots-f3-publish"


@pytest.mark.parametrize(
    "other",
    [
        ("i2", "units/2-2024-11-08", "shots", 3),
        ("i1", "units/3-2024-11-08", "shots", 3),
        ("i1", "units/2-2024-11-09", "shots", 3),
        ("i1", "units/2-2024-11-08", "games", 3),
        ("i1", "units/2-2024-11-08", "shots", 4),
    ],
)
def test_no_two_publishes_share_an_id(other: tuple[str, str, str, int]) -> None:
    assert publish_id(*other) != publish_id("i1", "units/2-2024-11-08", "shots", 3)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_a_job_id_has_the_characters_that_are_allowed(parts: list[str]) -> None:
    assert JOB_ID.fullmatch(job_id("i1", *parts))


def test_a_fresh_id_is_nobody_elses() -> None:
    assert fresh_id("i1", "load") != fresh_id("i1", "load")


@given(st.text(max_size=100))
def test_a_label_has_the_characters_and_the_length_that_are_allowed(text: str) -> None:
    assert all(LABEL_VALUE.fullmatch(value) for value in labels(backfill_id=text).values())


def test_labels_keep_what_they_can() -> None:
    found = labels(backfill_id="Season 2024/25 Ä", processor="shots", phase=2, step="")
    assert found == {"backfill_id": "season-2024-25--", "processor": "shots", "phase": "2"}
