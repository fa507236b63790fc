from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.price import Estimate, Instance, Line, Work, estimate
from shared.domain.price_list import GIB, MIB, PRICES, TIB, PriceList, Rate
from shared.domain.quota import quota_use
from shared.domain.timeline import Timeline

WHEN = Timeline(ends={}, seconds=60.0, bound_by="the dates in flight")
CLOUD = Timeline(ends={}, seconds=600.0, bound_by="the dates in flight")
INSTANCES = {"scrape": Instance(cpu=2.0, memory_gib=0.5, concurrency=1, instances_max=4)}


def work(**fields: Any) -> Work:
    nothing: dict[str, Any] = dict.fromkeys(Work.__dataclass_fields__, 0)
    return Work(**{**nothing, "units": {}, "partition_writes": {}, "function_seconds": {}, **fields})


def priced(**fields: Any) -> Estimate:
    return estimate(work(**fields), when=WHEN, cloud=CLOUD, quotas=(), instances=INSTANCES)


def line(found: Estimate, kind: str) -> Line:
    return next(each for each in found.lines if each.kind == kind)


@pytest.mark.parametrize(
    ("fields", "kind", "amount", "usd", "beyond_free"),
    [
        # 3 TiB at 6.25; the first TiB of a month is free.
        ({"query_bytes": 3 * 2**40}, "query bytes billed", 3 * TIB, 18.75, 12.5),
        # 400,000 rows counted as 1,024 bytes each at 0.01 for 200 MB.
        ({"log_rows": 400_000}, "execution log bytes, streamed", 409_600_000, 0.02048, 0.02048),
        # 150,000 reads at 0.06 a 100,000; 50,000 a day are free.
        ({"reads": 150_000}, "ledger reads", 150_000, 0.09, 0.06),
        # 120,000 writes at 0.18 a 100,000; 20,000 a day are free.
        ({"writes": 120_000}, "ledger writes", 120_000, 0.216, 0.18),
        # 2**30 requests of 1,000 bytes, three quarters of them deliveries: 1e3 x 2**30 bytes at 40 a TiB.
        ({"messages": 2**28, "deliveries": 3 * 2**28}, "message bytes, in and out", 1000 * GIB, 39.0625, 38.671875),
        # 3 million calls at 0.40 a million; two million are free.
        ({"deliveries": 3_000_000}, "function calls", 3_000_000, 1.2, 0.4),
        # 100,000 s on 2 vCPU at 0.000024, 180,000 free; on half a GiB at 0.0000025, all of it free.
        ({"function_seconds": {"scrape": 100_000}}, "function CPU", 200_000, 4.8, 0.48),
        ({"function_seconds": {"scrape": 100_000}}, "function memory", 50_000, 0.125, 0.0),
        # Nothing is charged for copies.
        ({"copy_jobs": 1000}, "copy jobs", 1000, 0.0, 0.0),
    ],
)
def test_each_kind_has_its_price(
    fields: dict[str, Any], kind: str, amount: float, usd: float, beyond_free: float
) -> None:
    found = line(priced(**fields), kind)
    assert found.amount == amount
    assert (found.usd, found.usd_beyond_free) == (pytest.approx(usd), pytest.approx(beyond_free))


def test_the_total_is_the_sum_of_the_lines() -> None:
    """1 TiB of queries 6.25 and 100,000 reads 0.06; of those 50,000 are not free: 0.03."""
    found = priced(query_bytes=2**40, reads=100_000)
    assert found.usd == pytest.approx(6.31)
    assert found.usd_beyond_free == pytest.approx(0.03)
    assert (found.seconds, found.cloud_seconds) == (60.0, 600.0)


def test_no_work_costs_nothing() -> None:
    assert priced().usd == 0.0


def test_the_nearest_quota_comes_first_and_those_passed_are_told() -> None:
    far = quota_use("copy jobs", "the project", limit=100, used=0, uses=[(0.0, 10.0)], dates=1)
    passed = quota_use("partition writes", "t", limit=10, used=0, uses=[(5.0, 11.0)], dates=1)
    found = estimate(work(), when=WHEN, cloud=CLOUD, quotas=(far, passed), instances={})
    assert found.quotas == (passed, far)
    assert found.passed == (passed,)
    assert line(found, "partition writes, fullest table").quota is passed


def test_the_minimum_is_what_maximum_bytes_billed_may_not_go_below() -> None:
    assert PRICES.table_bytes_min == 10 * MIB == 10_485_760


def test_every_price_that_is_not_certain_is_marked() -> None:
    rates = {name: getattr(PriceList(), name) for name in PriceList.__dataclass_fields__}
    unverified = {name for name, rate in rates.items() if isinstance(rate, Rate) and not rate.verified}
    assert unverified == {"query_bytes", "log_bytes", "reads", "writes"}


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_more_is_never_cheaper(reads: int, more: int) -> None:
    less, greater = priced(reads=reads), priced(reads=reads + more)
    assert less.usd <= greater.usd
    assert less.usd_beyond_free <= greater.usd_beyond_free
    assert less.usd_beyond_free <= less.usd
