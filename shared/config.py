"""One frozen Config from the environment; every limit that an operator may set is a field here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from shared.domain.errors import InvalidInput
from shared.domain.price_list import LIMITS

REPOSITORY_ROOT = Path(__file__).resolve().parent.parent
SAMPLE_ARCHIVE = REPOSITORY_ROOT.parent / "shared" / "data" / "nba-2024-25"
EMBEDDED, CLOUD = "embedded", "cloud"
STACKS = (EMBEDDED, CLOUD)
NBA_STATS = "nba_stats"
PAGERDUTY = "pagerduty+"
SOURCES = ("synthetic", "archive", NBA_STATS)
POSITIVE = (
    "workers",
    "max_in_flight",
    "attempts_max",
    "lease_seconds",
    "request_dates_max",
    "breaker_dates_min",
    "query_bytes_max",
    "partition_writes_per_10s",
    "partition_writes_per_day",
    "load_jobs_per_day",
    "copy_jobs_per_day",
    "nba_tries",
    "nba_timeout_seconds",
    "notify_seconds",
)
WEB = ("http://", "https://")
ADDRESSES = ("notify_team", "notify_primary", "notify_secondary", "notify_lead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one process. Each field is read from `LOOKBACK_<FIELD>`; SEASON_ARCHIVE keeps its own name.

    `stack` is `embedded` (everything in the folder `home`) or `cloud` (Pub/Sub, Firestore and BigQuery of
    `project`, which needs a `landing_url` too). `home` holds the embedded stack's ledger, bus, warehouse and
    (unless `landing_url` is set) landing zone. A request that would pass one of the daily limits
    (`partition_writes_per_day` a table, `copy_jobs_per_day` and `load_jobs_per_day` in all) is refused; they are
    what BigQuery allows unless the operator sets less. A backfill is paused when a phase of it fails on more than
    `breaker_share` of its dates that have ended, once those are `breaker_dates_min`; a share of 1 never does.

    `nba_*` is for the source `nba_stats`: how far apart its calls are, how long one and how long a whole date may
    take (less than a lease, so that a date's landing files are written under it), how often one is tried, an
    egress proxy and an address in the place of the site's.

    `notify_*` are where the team's channel and those on call hear of alerts: a webhook that takes Slack's messages, or
    `pagerduty+https://<routing key>@events.pagerduty.com/v2/enqueue`. Each is a secret. A tier without one is told
    where the tier before it is, and without any what would be told is logged. `runbook_url` is where this
    repository's files can be read, for the links in notices.
    """

    stack: str = EMBEDDED
    project: str = ""
    region: str = "us-central1"
    staging_dataset: str = "lookback_staging"
    query_bytes_max: int = 1_073_741_824
    partition_writes_per_10s: int = 40
    partition_writes_per_day: int = LIMITS.partition_writes
    load_jobs_per_day: int = LIMITS.load_jobs
    copy_jobs_per_day: int = LIMITS.copy_jobs
    call_seconds: float = 60.0
    job_seconds: float = 480.0
    home: str = ".lookback"
    landing_url: str = ""
    source: str = "synthetic"
    season_archive: str = ""
    synthetic_seed: int = 2024
    nba_seconds_between: float = 1.0
    nba_timeout_seconds: float = 30.0
    nba_tries: int = 3
    nba_budget_seconds: float = 420.0
    nba_proxy: str = ""
    nba_url: str = ""
    notify_team: str = field(default="", repr=False)
    notify_primary: str = field(default="", repr=False)
    notify_secondary: str = field(default="", repr=False)
    notify_lead: str = field(default="", repr=False)
    notify_seconds: float = 10.0
    runbook_url: str = ""
    workers: int = 2
    warehouse_threads: int = 1
    max_in_flight: int = 16
    live_in_flight: int = 2
    attempts_max: int = 5
    lease_seconds: int = 540
    retry_seconds: float = 0.5
    retry_seconds_max: float = 60.0
    resend_seconds: float = 30.0
    sweep_seconds: float = 5.0
    stalled_seconds: float = 7200.0
    contention_attempts: int = 40
    request_dates_max: int = 2000
    breaker_share: float = 0.5
    breaker_dates_min: int = 10
    backoff_scale: float = 0.01
    chaos_duplicate: bool = False
    chaos_shuffle_seed: int = -1

    def __post_init__(self) -> None:
        for name in POSITIVE:
            if getattr(self, name) < 1:
                raise InvalidInput(f"LOOKBACK_{name.upper()}", getattr(self, name), "a number of at least 1")
        if not 0 < self.breaker_share <= 1:
            raise InvalidInput("LOOKBACK_BREAKER_SHARE", self.breaker_share, "a share above 0 and at most 1")
        if self.source not in SOURCES:
            raise InvalidInput("LOOKBACK_SOURCE", self.source, " or ".join(SOURCES))
        if self.stack not in STACKS:
            raise InvalidInput("LOOKBACK_STACK", self.stack, " or ".join(STACKS))
        for name in ("project", "landing_url") if self.stack == CLOUD else ():
            if not getattr(self, name):
                raise InvalidInput(f"LOOKBACK_{name.upper()}", "", "a value; the cloud stack needs it")
        if self.source == NBA_STATS:
            self._check_nba()
        self._check_notify()

    @property
    def landing(self) -> str:
        """Return the landing zone's root URL."""
        return self.landing_url or str(Path(self.home) / "landing")

    @property
    def archive(self) -> Path:
        """Return the folder of the season archive: SEASON_ARCHIVE, or the sample beside the project."""
        return Path(self.season_archive) if self.season_archive else SAMPLE_ARCHIVE

    def _check_notify(self) -> None:
        for name in ADDRESSES:
            address = getattr(self, name)
            key, _, rest = address.removeprefix(PAGERDUTY).partition("://")[2].partition("@")
            named = not address.startswith(PAGERDUTY) or bool(key and rest)
            if address and not (address.removeprefix(PAGERDUTY).startswith(WEB) and named):
                right = "a webhook's URL, or pagerduty+https://<routing key>@events.pagerduty.com/v2/enqueue"
                # What was given may be the secret itself, misspelled.
                raise InvalidInput(f"LOOKBACK_{name.upper()}", f"{len(address)} characters", right)
        if self.runbook_url and not self.runbook_url.startswith(WEB):
            raise InvalidInput("LOOKBACK_RUNBOOK_URL", self.runbook_url, "a URL such as https://example.com/lookback")

    def _check_nba(self) -> None:
        if self.nba_seconds_between < 0:
            raise InvalidInput("LOOKBACK_NBA_SECONDS_BETWEEN", self.nba_seconds_between, "a number of at least 0")
        if not 1 <= self.nba_budget_seconds < self.lease_seconds:
            right = f"at least 1 and less than the lease of {self.lease_seconds} seconds"
            raise InvalidInput("LOOKBACK_NBA_BUDGET_SECONDS", self.nba_budget_seconds, right)
        for name in ("nba_proxy", "nba_url"):
            address = getattr(self, name)
            if address and not address.startswith(WEB):
                raise InvalidInput(f"LOOKBACK_{name.upper()}", address, "a URL such as http://proxy.example.com:3128")


def from_environment(environment: Mapping[str, str]) -> Config:
    """Return the Config that the environment asks for. Raises InvalidInput naming a variable of the wrong type."""
    values: dict[str, object] = {}
    for each in fields(Config):
        name = "SEASON_ARCHIVE" if each.name == "season_archive" else f"LOOKBACK_{each.name.upper()}"
        if name in environment:
            values[each.name] = _convert(name, environment[name], type(each.default))
    return Config(**values)  # type: ignore[arg-type]


def _convert(name: str, text: str, kind: type) -> object:
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise InvalidInput(name, text, "true or false")
        return text.lower() == "true"
    try:
        return kind(text)
    except ValueError as error:
        raise InvalidInput(name, text, "a whole number" if kind is int else "a number") from error
