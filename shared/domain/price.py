"""What a run costs: its work in countable things, their price line by line, and the quotas it comes near."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.domain.price_list import PRICES, PriceList, Rate
from shared.domain.quota import QuotaUse
from shared.domain.timeline import Timeline

NO_RATE: Final = Rate(usd=0.0, per=1.0)
PARTITION_WRITES: Final = "partition writes"
LOAD_JOBS: Final = "load jobs"
COPY_JOBS: Final = "copy jobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """What an instance of a function has, and how many there may be."""

    cpu: float
    memory_gib: float
    concurrency: int
    instances_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What is deployed, as far as prices depend on it.

    `subscribers` are the functions that take each topic, `instances` what each function runs on, `columns` the
    bytes of a value by column, by table and landing file.
    """

    subscribers: Mapping[str, Sequence[str]]
    instances: Mapping[str, Instance]
    columns: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a run does when nothing goes wrong: every unit at its first attempt, every message delivered once.

    `units` is by phase, `partition_writes` by table. `scans` counts tables referenced by queries, `scans_at_minimum`
    those billed at the minimum. `function_seconds` is by function; a request that shares an instance counts alone.
    """

    units: Mapping[int, int]
    query_jobs: int
    query_bytes: int
    scans: int
    scans_at_minimum: int
    copy_jobs: int
    load_jobs: int
    log_rows: int
    partition_writes: Mapping[str, int]
    reads: int
    writes: int
    messages: int
    deliveries: int
    function_seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One kind of thing that a run uses: how much of it, and its price before and after free allowances, in USD."""

    kind: str
    amount: float
    unit: str
    usd: float
    usd_beyond_free: float
    priced: bool
    verified: bool
    quota: QuotaUse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A run's work, its price, and the quotas, nearest first.

    `seconds` is how long it takes on the configured stack, `bound_by` what keeps it from being shorter;
    `cloud_seconds` is how long it takes on the cloud.
    """

    work: Work
    seconds: float
    bound_by: str
    cloud_seconds: float
    lines: tuple[Line, ...]
    quotas: tuple[QuotaUse, ...]

    @property
    def usd(self) -> float:
        """Return the price in US dollars, as if nothing were free."""
        return sum(line.usd for line in self.lines)

    @property
    def usd_beyond_free(self) -> float:
        """Return the price in US dollars where nothing else uses the free allowances."""
        return sum(line.usd_beyond_free for line in self.lines)

    @property
    def passed(self) -> tuple[QuotaUse, ...]:
        """Return the quotas that the run would pass."""
        return tuple(use for use in self.quotas if use.passes_at is not None)


def estimate(
    work: Work,
    *,
    when: Timeline,
    cloud: Timeline,
    quotas: Sequence[QuotaUse],
    instances: Mapping[str, Instance],
    prices: PriceList = PRICES,
) -> Estimate:
    """Return what a run's work costs; `when` it is done on the configured stack, and on the `cloud`."""
    ordered = tuple(sorted(quotas, key=lambda use: -use.share))
    return Estimate(
        work=work,
        seconds=when.seconds,
        bound_by=when.bound_by,
        cloud_seconds=cloud.seconds,
        lines=(*_warehouse_lines(work, prices, ordered), *_other_lines(work, prices, instances)),
        quotas=ordered,
    )


def _warehouse_lines(work: Work, prices: PriceList, quotas: Sequence[QuotaUse]) -> list[Line]:
    fullest = max(work.partition_writes.values(), default=0)
    near = {use.name: use for use in reversed(quotas)}
    log_bytes = work.log_rows * prices.log_row_bytes
    return [
        _line("query jobs", work.query_jobs, "jobs"),
        _line("query bytes billed", work.query_bytes, "bytes", prices.query_bytes),
        _line("copy jobs", work.copy_jobs, "jobs", quota=near.get(COPY_JOBS)),
        _line("load jobs", work.load_jobs, "jobs", quota=near.get(LOAD_JOBS)),
        _line("partition writes, fullest table", fullest, "writes", quota=near.get(PARTITION_WRITES)),
        _line("execution log bytes, streamed", log_bytes, "bytes", prices.log_bytes),
    ]


def _other_lines(work: Work, prices: PriceList, instances: Mapping[str, Instance]) -> list[Line]:
    requests = work.messages + work.deliveries
    cpu = sum(seconds * instances[name].cpu for name, seconds in work.function_seconds.items())
    memory = sum(seconds * instances[name].memory_gib for name, seconds in work.function_seconds.items())
    return [
        _line("ledger reads", work.reads, "documents", prices.reads),
        _line("ledger writes", work.writes, "documents", prices.writes),
        _line("messages", work.messages, "messages"),
        _line("message bytes, in and out", requests * prices.message_bytes_min, "bytes", prices.message_bytes),
        _line("function calls", work.deliveries, "requests", prices.requests),
        _line("function CPU", cpu, "vCPU-seconds", prices.cpu_seconds),
        _line("function memory", memory, "GiB-seconds", prices.memory_seconds),
    ]


def _line(kind: str, amount: float, unit: str, rate: Rate = NO_RATE, *, quota: QuotaUse | None = None) -> Line:
    return Line(
        kind=kind,
        amount=amount,
        unit=unit,
        usd=rate.usd_of(amount),
        usd_beyond_free=rate.usd_beyond_free(amount),
        priced=rate is not NO_RATE,
        verified=rate.verified,
        quota=quota,
    )
