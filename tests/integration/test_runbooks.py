"""The runbooks executed: each page's commands, on a ledger in the state that it is about, and what they bring about."""

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from shared import bootstrap
from shared.adapters.embedded.warehouse import DuckDbWarehouse
from shared.config import REPOSITORY_ROOT, from_environment
from shared.domain.alert_rules import RULES
from shared.domain.alerts import ESCALATION, FIRST_TOLD, HOUR, MINUTE, Judge, Kind, Severity
from shared.domain.incidents import Incident, IncidentStatus
from shared.domain.units import Status, Unit, unit_key
from shared.ports import Write
from shared.service.alerting.incidents import held_incident, held_incidents, silences
from shared.service.app import App
from shared.service.breaker import BREAKER
from shared.service.dead_letter import dead_letter
from shared.service.ledger import unit_write
from shared.service.raise_alerts import raise_alerts
from tests.infra.test_guides import BLOCK
from tests.unit.cli import conftest as cli
from tests.unit.cli.test_cli_controls import plan_all

FOLDER = REPOSITORY_ROOT / "docs" / "operations" / "runbooks"
DAYS = [date(2024, 10, 22) + timedelta(days=number) for number in range(5)]
WINDOW = f"{DAYS[0]} {DAYS[-1]}"
STEPS = "## Steps\n"
STRATEGY = REPOSITORY_ROOT / "docs" / "monitoring" / "06-alerting-strategy-and-escalation.md"
LOOKING = ("alerts", "failed", "explain", "status", "check", "history")


@dataclass
class Place:
    """A folder in a state that a page is about, and the command as an operator runs it."""

    home: Path
    run: Callable[..., Any]
    patch: pytest.MonkeyPatch
    whole: dict[Path, bytes] = field(default_factory=dict)

    def do(self, line: str) -> Any:
        """Run a command line that must succeed."""
        result = self.run(line)
        assert result.code == 0, (line, result.out, result.err)
        return result

    @contextmanager
    def app(self) -> Iterator[App]:
        made = bootstrap.embedded(from_environment({"LOOKBACK_HOME": str(self.home), **ENVIRONMENT}))
        try:
            yield made
        finally:
            cast(DuckDbWarehouse, made.warehouse).close()

    def judge(self, *minutes: float, at: datetime | None = None) -> dict[str, Incident]:
        """Judge the rules so many minutes from now, or from a moment, one time after the other."""
        with self.app() as app:
            for each in minutes:
                moment = (at or app.clock.now()) + timedelta(minutes=each)
                clock = type("Later", (), {"now": staticmethod(lambda moment=moment: moment)})
                raise_alerts(replace(app, clock=cast(Any, clock)))
            return {name: held.incident for name, held in held_incidents(app).items()}

    def change(self, phase: int, day: date, **fields: Any) -> None:
        with self.app() as app:
            held = app.ledger.unit(phase, day)
            assert held is not None
            app.ledger.commit([unit_write(replace(held.unit, **fields), held.revision)])

    def unit(self, phase: int, day: date) -> Unit | None:
        with self.app() as app:
            held = app.ledger.unit(phase, day)
            return held.unit if held else None

    def status(self, name: str) -> str:
        with self.app() as app:
            found = app.ledger.backfill(name)
            return found[0].status.value if found else "absent"

    def break_files(self, *days: date) -> None:
        for day in days:
            path = self.home / "landing" / str(day) / "games.jsonl"
            self.whole[path] = path.read_bytes()
            path.write_bytes(b"not json\n")

    def mend_files(self) -> None:
        for path, content in self.whole.items():
            path.write_bytes(content)


ENVIRONMENT: dict[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Page:
    """How a page's state is planted, when its rule is judged, and what its steps must have brought about.

    `fires` and `over` are minutes from now at which the rules are judged, before the commands and after them.
    """

    plant: Callable[[Place], None]
    effect: Callable[[Place], None]
    incident: str = ""
    fires: tuple[float, ...] = (0,)
    over: tuple[float, ...] = ()
    mend: Callable[[Place], None] = Place.mend_files
    at: datetime | None = None
    base: str = "scraped"


def complete(name: str) -> Callable[[Place], None]:
    """Return the effect that a backfill is complete."""

    def check(place: Place) -> None:
        assert place.status(name) == "complete"

    return check


def fail_all(place: Place) -> None:
    place.break_files(*DAYS)
    assert place.run(f"backfill request {WINDOW} --request-id opening --run").code == 1


def fail_one(place: Place) -> None:
    place.break_files(DAYS[1])
    assert place.run(f"backfill request {WINDOW} --request-id opening --run").code == 1


def fail_raw(place: Place) -> None:
    place.break_files(DAYS[4])
    assert place.run(f"backfill request {DAYS[4]} --to-phase 2 --request-id raw --run").code == 1


def plan(place: Place) -> None:
    place.do(f"backfill request {WINDOW} --request-id opening")
    plan_all(place.home)


def lettered(count: int) -> Callable[[Place], None]:
    """Return what has so many letters come in about a planned backfill, and the rest run.

    A single one is about a unit that nothing waits for: else what it holds up would be told instead.
    """

    def plant(place: Place) -> None:
        place.do(f"backfill request {WINDOW} --request-id opening {'--to-phase 1' if count == 1 else ''}")
        plan_all(place.home)
        with place.app() as app:
            for number in range(count):
                day = DAYS[number % len(DAYS)] if count > 1 else DAYS[0]
                body = {"version": 1, "phase": 1, "game_date": str(day), "backfill_id": "opening"}
                dead_letter(app, body, "scrape.phase1-requests", f"letter {number}")
        assert place.run("backfill run").code == 1

    return plant


def daily(place: Place) -> None:
    place.do(f"backfill daily {DAYS[1]}")
    place.do("backfill run")


def pause_by_breaker(place: Place) -> None:
    plan(place)
    with place.app() as app:
        found = app.ledger.backfill("opening")
        assert found is not None
        paused = found[0].paused(app.clock.now(), by=BREAKER, reason="Phase 1 failed on 6 of 10 dates")
        app.ledger.commit([Write(key=paused.key, body=paused.body(), revision=found[1])])


def burning(minutes_ago: float) -> Callable[[Place], None]:
    """Return what plants sixty attempts, twelve of which failed: four so long ago, and lately eight of ten."""

    def plant(place: Place) -> None:
        plan(place)
        with place.app() as app:
            now = app.clock.now()
            for phase, day in ((phase, day) for phase in (1, 2) for day in DAYS):
                held = app.ledger.unit(phase, day)
                assert held is not None
                tried = replace(held.unit, fence=6, error="WarehouseUnavailable: 503", updated_at=now.isoformat())
                writes = [unit_write(tried, held.revision)]
                for fence in range(1, 7):
                    at = now - timedelta(minutes=1 if fence == 6 else minutes_ago)
                    failed = day != DAYS[4] if fence == 6 else day == DAYS[0] and fence < 3
                    writes.append(_attempt(tried, fence, "pending" if failed else "complete", at))
                app.ledger.commit(writes)

    return plant


def _attempt(unit: Unit, fence: int, status: str, at: datetime) -> Write:
    error = "WarehouseUnavailable: 503" if status == "pending" else ""
    body = {"unit": unit.key, "status": status, "error": error, "finished_at": at.isoformat()}
    return Write(key=f"history/{unit.key.removeprefix('units/')}-{fence:04d}", body=body)


def slow(place: Place) -> None:
    """The units of Phase 2 take a hundred seconds; of those before, as far back as it takes, one."""
    with place.app() as app:
        now = app.clock.now()
        calendar = app.ledger.calendar("2024-25")
        writes = []
        for number, day in enumerate(calendar.dates[:30]):
            held = app.ledger.unit(2, day)
            ago = timedelta(minutes=1 if number < 5 else 300)
            made = held.unit if held else Unit(phase=2, game_date=day, status=Status.COMPLETE, version=1)
            timed = replace(made, seconds=100.0 if number < 5 else 1.0, updated_at=(now - ago).isoformat())
            writes.append(unit_write(timed, held.revision if held else None))
        app.ledger.commit(writes)


def block(place: Place) -> None:
    reason = f"{unit_key(3, DAYS[1])} failed and the target's window needs that date"
    for phase in (4, 5):
        place.change(phase, DAYS[2], status=Status.BLOCKED, reason=reason, manifest=None)
    with place.app() as app:
        found = app.ledger.backfill("opening")
        assert found is not None
        failed = replace(found[0], status=type(found[0].status)("failed"))
        app.ledger.commit([Write(key=failed.key, body=failed.body(), revision=found[1])])


def near_quota(place: Place) -> None:
    place.patch.setitem(ENVIRONMENT, "LOOKBACK_PARTITION_WRITES_PER_DAY", "6")
    plan(place)


def rejected(place: Place) -> None:
    with place.app() as app:
        app.bus.publish("backfill-requests", {"version": 1, "start_date": "soon", "end_date": "2024-10-22"})
    place.do("backfill run")


def refused(place: Place) -> None:
    place.patch.setenv("LOOKBACK_PARTITION_WRITES_PER_DAY", "3")
    with place.app() as app:
        dates = {"start_date": str(DAYS[0]), "end_date": str(DAYS[-1])}
        app.bus.publish("backfill-requests", {"version": 1, **dates, "request_id": "big"})
    place.do("backfill run")


def lose_lease(place: Place) -> None:
    plan(place)
    ran_out = {"status": Status.RUNNING, "fence": 1, "attempts": 1, "lease_until": "2024-10-22T00:00:00+00:00"}
    place.change(2, DAYS[0], **ran_out)


def nothing(_: Place) -> None:
    """The base is the state."""


def silent(rule: str) -> Callable[[Place], None]:
    """Return the effect that a rule is silenced."""

    def check(place: Place) -> None:
        place.do("backfill run")
        with place.app() as app:
            assert [each.target for each in silences(app)] == [rule]

    return check


def quiet_and_again(place: Place) -> None:
    silent("quality_low")(place)
    assert place.status("again") == "complete"


def unblocked(place: Place) -> None:
    for phase in (4, 5):
        found = place.unit(phase, DAYS[2])
        assert found is not None
        assert found.status is Status.COMPLETE


def predicted(place: Place) -> None:
    for phase, day in ((3, DAYS[2]), (5, DAYS[3])):
        found = place.unit(phase, day)
        assert found is not None
        assert found.usable


def judged(place: Place) -> None:
    assert "completion_digest" in place.judge(0)


def raw_complete(place: Place) -> None:
    found = place.unit(2, DAYS[0])
    assert found is not None
    assert found.status is Status.COMPLETE


MORNING = datetime.fromisoformat("2024-10-25T10:00:00+00:00")
PAGES: dict[str, Page] = {
    "phase_outage": Page(plant=fail_all, effect=complete("opening"), fires=(0, 6), over=(7, 60)),
    "no_data_today": Page(plant=daily, effect=predicted, fires=(5,), over=(60,), at=MORNING, base="empty"),
    "dead_letters_many": Page(plant=lettered(15), effect=complete("opening"), over=(1, 30), base="empty"),
    "dead_letters": Page(plant=lettered(1), effect=complete("opening"), over=(1, 30), base="empty"),
    "failure_rate_fast": Page(plant=burning(40), effect=complete("opening"), over=(120, 150), base="empty"),
    "failure_rate_slow": Page(plant=burning(300), effect=complete("opening"), over=(600, 660), base="empty"),
    "circuit_breaker": Page(
        plant=pause_by_breaker, effect=complete("opening"), incident="circuit_breaker.opening", over=(1,)
    ),
    "backfill_stalled": Page(
        plant=plan, effect=complete("opening"), incident="backfill_stalled.opening", fires=(121,), over=(122,)
    ),
    "dependency_blocker": Page(
        plant=fail_one, effect=complete("opening"), incident="dependency_blocker.2", fires=(0, 6), over=(7,)
    ),
    "unit_failed": Page(plant=fail_raw, effect=complete("raw"), fires=(0, 6), over=(7, 30)),
    "target_blocked": Page(plant=block, effect=unblocked, fires=(0, 31), over=(32, 60), base="filled"),
    "slow_processing": Page(plant=slow, effect=silent("slow_processing"), fires=(0, 16), base="filled"),
    "quality_low": Page(plant=nothing, effect=quiet_and_again, base="filled"),
    "quota_near": Page(plant=near_quota, effect=complete("opening")),
    "message_rejected": Page(plant=rejected, effect=raw_complete, fires=(0, 6)),
    "quota_refused": Page(plant=refused, effect=raw_complete, fires=(0, 6)),
    "completion_digest": Page(plant=nothing, effect=complete("opening"), fires=(0, 6), base="filled"),
    "sweep_silent": Page(plant=lose_lease, effect=complete("opening")),
    "notifier_silent": Page(plant=nothing, effect=judged, base="filled"),
    "message_backlog": Page(plant=plan, effect=complete("opening")),
}


@pytest.fixture(scope="module")
def bases(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder with a calendar, one with five dates scraped, and one with them complete."""
    made = {name: tmp_path_factory.mktemp("runbooks") / name for name in ("scraped", "filled")}
    return {"empty": loaded, **made}


def made(base: str, bases: dict[str, Path], place: Place) -> None:
    """Make a base where it is not made yet, and copy it to the place."""
    folder = bases[base]
    if not folder.exists():
        cli.use_home(folder, bases["empty"], place.patch)
        at_base = Place(home=folder, run=place.run, patch=place.patch)
        if base == "scraped":
            at_base.do(f"backfill request {WINDOW} --to-phase 1 --request-id scraping --run")
        if base == "filled":
            at_base.do(f"backfill request {WINDOW} --request-id opening --run")
    shutil.copytree(folder, place.home)
    place.patch.setenv("LOOKBACK_HOME", str(place.home))
    place.patch.setattr(bootstrap, "_app", None)


# The command as an operator runs it: the fixture of the verbs' own tests.
backfill = cli.backfill


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Place:
    command = request.getfixturevalue("backfill")

    def run(line: str) -> Any:
        return command(*shlex.split(line)[1:])

    return Place(home=tmp_path / "home", run=run, patch=monkeypatch)


def lines_of(text: str) -> list[str]:
    """Return the commands of a part of a page; gcloud's are tested with the other guides'."""
    lines = (line for found in BLOCK.findall(text) for line in found.splitlines())
    return [line for line in lines if line.startswith("backfill ")]


@pytest.mark.parametrize("name", PAGES)
def test_a_pages_commands_end_what_it_is_about(name: str, bases: dict[str, Path], place: Place) -> None:
    page, rule = PAGES[name], next(each for each in RULES if each.name == name)
    made(page.base, bases, place)
    page.plant(place)
    incident = page.incident or name
    if rule.judge is Judge.LEDGER:
        found = place.judge(*page.fires, at=page.at)
        assert incident in found, sorted(found)
        reported = IncidentStatus.RESOLVED if rule.kind is Kind.REPORT else IncidentStatus.FIRING
        assert (found[incident].status, bool(found[incident].outbox)) == (reported, True), found[incident]
    diagnosis, _, steps = (FOLDER / f"{name}.md").read_text().partition(STEPS)
    for line in lines_of(diagnosis):
        result = place.run(line)
        # Looking says by its code that something is wrong, too.
        assert result.code in (0, 1), (line, result.err)
        assert line.split()[1] in LOOKING
        if line == "backfill alerts":
            assert (result.code, incident in result.out) == (1, True), result.out
    page.mend(place)
    for line in lines_of(steps):
        result = place.run(line)
        # A run that leaves nothing but what was paused says so by its code.
        held = line.split()[1] == "run" and "All that is left is paused" in result.out
        assert result.code == 0 or held or line.split()[1] == "alerts", (line, result.out, result.err)
    page.effect(place)
    if page.over:
        after = place.judge(*page.over, at=page.at)[incident]
        assert after.status is IncidentStatus.RESOLVED, after


def test_the_strategys_commands_take_on_silence_and_speak_again(bases: dict[str, Path], place: Place) -> None:
    page = PAGES["dead_letters"]
    made(page.base, bases, place)
    page.plant(place)
    assert place.judge(*page.fires)["dead_letters"].status is IncidentStatus.FIRING
    text = STRATEGY.read_text().partition("## By hand\n")[2].partition("\n## ")[0]
    silenced = []
    for line in lines_of(text):
        looking = line.split()[1] == "alerts"
        assert place.run(line).code == (1 if looking else 0), line
        if not looking:
            # What was said is a message; whoever runs the functions takes it in.
            place.run("backfill run")
            with place.app() as app:
                silenced.append([each.target for each in silences(app)])
    assert silenced == [[], ["all"], []]
    with place.app() as app:
        taken = held_incident(app, "dead_letters").incident
    assert (taken.status, taken.acknowledged_by) == (IncidentStatus.ACKNOWLEDGED, "ann")


def test_every_rule_has_its_page_and_every_page_its_rule() -> None:
    names = {path.stem for path in FOLDER.glob("*.md")} - {"README"}
    assert names == {rule.name for rule in RULES} == set(PAGES)
    index = (FOLDER / "README.md").read_text()
    for rule in RULES:
        assert f"[{rule.name}]({rule.name}.md) | {rule.severity} |" in index
        page = (FOLDER / f"{rule.name}.md").read_text()
        heads = re.findall(r"^## (.*)$", page, re.MULTILINE)
        assert heads == ["Symptoms", "Diagnosis", "Causes", "Steps", "Escalate when"]
        assert f"Condition: {rule.condition}." in page
        assert lines_of(page.partition(STEPS)[2]), rule.name


def span(seconds: int) -> str:
    """Return a time as the pages say it."""
    if not seconds:
        return "at once"
    return f"{seconds // HOUR} h" if seconds % HOUR == 0 else f"{seconds // MINUTE} min"


def test_the_strategys_tables_are_the_rules() -> None:
    text = STRATEGY.read_text()
    rows = [[cell.strip().replace("`", "") for cell in line.strip("| ").split(" | ")] for line in text.splitlines()]
    for severity in Severity:
        steps = ", ".join(f"{tier} after {span(seconds)}" for seconds, tier in ESCALATION[severity])
        assert [severity, FIRST_TOLD[severity], steps or "nobody"] in rows
    listed = [row for row in rows if row[0].startswith("[") and len(row) == 7]
    assert len(listed) == len(RULES)
    for rule, row in zip(RULES, listed, strict=True):
        early = f", {rule.early_severity} early in the season" if rule.early_severity else ""
        over = "told once" if rule.kind is Kind.REPORT else span(rule.clear_seconds)
        expected = [f"{rule.severity}{early}", rule.condition, span(rule.for_seconds), over]
        assert row[0].startswith(f"[{rule.name}]")
        assert (row[1:5], row[6]) == (expected, ", ".join(rule.muted_by) or "-")
