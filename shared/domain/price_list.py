"""What Google Cloud charges for what a backfill uses, and the quotas that it may run into."""

from dataclasses import dataclass, field
from typing import Final

TIB: Final = 2.0**40
GIB: Final = 2.0**30
MIB: Final = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A unit price: `usd` for each `per` of an amount, the first `free` of it in a `period` being free.

    `verified` is false where the figure was not read on the vendor's own page, or depends on the region.
    """

    usd: float
    per: float
    free: float = 0.0
    period: str = "month"
    verified: bool = True

    def usd_of(self, amount: float) -> float:
        """Return the price of an amount, in US dollars, as if nothing were free."""
        return amount * self.usd / self.per

    def usd_beyond_free(self, amount: float) -> float:
        """Return the price of what an amount takes beyond one untouched free allowance, in US dollars."""
        return self.usd_of(max(0.0, amount - self.free))


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """Unit prices in US dollars, read in stored copies of the vendor's price pages up to 2026-11; taxes left out.

    `query_bytes`      on-demand queries: 6.25 a TiB, the first TiB of a month free. Quoted from
                       cloud.google.com/bigquery/pricing in another document: unverified. `table_bytes_min`, 10 MiB
                       a table referenced and a query, is quoted too. Copy, load and export jobs are free.
    `log_bytes`        rows of the execution log, streamed: 0.01 for 200 MB, each row counted as 1 KB at least
                       (`log_row_bytes`), quoted by others only: unverified.
    `reads`, `writes`  cloud.google.com/firestore/pricing: 0.06 and 0.18 per 100,000 documents in a multi-region,
                       half of that in most single regions: unverified for yours, the dearer is used. 50,000 reads
                       and 20,000 writes a day are free on the default database.
    `message_bytes`    cloud.google.com/pubsub/pricing: 40 a TiB published or delivered, 1,000 bytes a request at
                       least (`message_bytes_min`), the first 10 GiB of a month free.
    `cpu_seconds`,     cloud.google.com/run/pricing, Tier 1 regions, billed while a request is served: 0.000024 a
    `memory_seconds`,  vCPU-second, 0.0000025 a GiB-second, 0.40 a million requests; 180,000, 360,000 and two
    `requests`         million of a month are free.

    Left out, because a backfill moves them by cents: storage of tables, landing files and ledger, logs, the 90-day
    discount that rewritten partitions lose, and whatever an instance costs while it is kept warm.
    """

    query_bytes: Rate = field(default=Rate(usd=6.25, per=TIB, free=TIB, verified=False))
    table_bytes_min: int = 10 * MIB
    log_bytes: Rate = field(default=Rate(usd=0.01, per=200_000_000, verified=False))
    log_row_bytes: int = 1_024
    reads: Rate = field(default=Rate(usd=0.06, per=100_000, free=50_000, period="day", verified=False))
    writes: Rate = field(default=Rate(usd=0.18, per=100_000, free=20_000, period="day", verified=False))
    message_bytes: Rate = field(default=Rate(usd=40.0, per=TIB, free=10 * GIB))
    message_bytes_min: int = 1_000
    cpu_seconds: Rate = field(default=Rate(usd=0.000024, per=1, free=180_000))
    memory_seconds: Rate = field(default=Rate(usd=0.0000025, per=1, free=360_000))
    requests: Rate = field(default=Rate(usd=0.40, per=1_000_000, free=2_000_000))


PRICES: Final = PriceList()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What BigQuery allows in a day (docs.cloud.google.com/bigquery/quotas, read 2026-11).

    `partition_writes` a table, of load, copy and query jobs into a table partitioned by a column; `load_jobs` a
    project, failed ones included; `copy_jobs` a project, in one region. The 1,500 load jobs that a table may take
    are no limit here: landing files are loaded into staging tables of their own, the execution log is streamed. Nor
    is the rate of 50 changes of a partitioned table in 10 seconds: the warehouse waits for it, which costs time and
    refuses nothing. An operator who keeps part of a quota for other work sets a lower limit
    (LOOKBACK_PARTITION_WRITES_PER_DAY and so on).
    """

    partition_writes: int = 30_000
    load_jobs: int = 100_000
    copy_jobs: int = 100_000


LIMITS: Final = Limits()
