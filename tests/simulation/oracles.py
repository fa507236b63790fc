"""What must hold on every write, judged by code that shares nothing with the services.

The oracles keep their own copy of the ledger, and read nothing but what was written and what was staged.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from shared.adapters.embedded.memory import VirtualClock
from shared.config import Config
from shared.ports import Write
from tests.memory_stack import Partition, ToyBuild, ToyWarehouse, digest_of
from tests.simulation.asked import Asked
from tests.simulation.attempts import Attempts
from tests.simulation.breakers import Breakers
from tests.simulation.computed import Computed
from tests.simulation.season import MadeSeason
from tests.simulation.truth import Truth
from tests.simulation.violation import check

Body = Mapping[str, Any]
Key = tuple[str, int]
KNOWN_ERRORS = (
    "injected",
    "SourceMissing",
    "MalformedLanding",
    "the schedule has 0",
    "an input moved",
    "still contended",
    "attempts ended",
)
TERMINAL = ("complete", "failed", "blocked")
STOPPED = ("cancelled", "paused")
UNWANTED: Body = {"wanted_by": {}}
UNFORCED: Body = {"status": "", "fence": 0, "version": 0, "epoch": 0}


class Oracles:
    """Invariants 1, 2, 4 and 5, on every commit and every partition replaced."""

    def __init__(
        self, season: MadeSeason, clock: VirtualClock, warehouse: ToyWarehouse, config: Config, skew_seconds: float
    ) -> None:
        self.season, self.clock, self.warehouse, self.config = season, clock, warehouse, config
        self.skew = timedelta(seconds=skew_seconds)
        self.attempted = Attempts(config, clock, self.skew)
        self.asked = Asked()
        self.breakers = Breakers(season, config, clock, self.skew)
        self.truth = Truth(season)
        self.computed = Computed(self.truth)
        self.documents: dict[str, Body] = {}
        self.made: dict[Key, Mapping[str, str]] = {}
        self.attempts: dict[Key, ToyBuild] = {}
        self.holders: list[set[Key]] = []
        # Backfills cancelled or paused; those and the finished ones; units that were at their end and are not any more,
        # by the depth of the delivery. How many there were of the last two, and had been opened, when each delivery
        # that is under way began, and when that was.
        self.ended: list[str] = []
        self.over: list[str] = []
        self.reopened: list[tuple[str, int]] = []
        self.begun: list[tuple[int, int, int, datetime]] = []
        self.replaced: set[Key] = set()
        # Who wanted a history unit when their windows reached it: a game that is put back may shorten them again.
        self.needed: dict[str, Body] = {}
        self.failed: set[str] = set()

    def configure(self, config: Config) -> None:
        """Judge by another configuration from now on."""
        self.config = self.attempted.config = self.breakers.config = config

    def committed(self, writes: Sequence[Write]) -> None:
        """Judge a batch that has just taken effect, then remember it."""
        for write in writes:
            before = self.documents.get(write.key)
            if write.key.startswith("units/"):
                self._unit(write.key, before or UNFORCED, write.body)
            elif write.key.startswith("frontier/"):
                self._frontier(before, write.body)
            elif write.key.startswith("backfills/"):
                self._backfill(before or UNFORCED, write.body)
            elif write.key.startswith("history/"):
                error = write.body["error"]
                check(not error or any(text in error for text in KNOWN_ERRORS), f"{write.key}: unexpected {error}")
            body = dict(write.body)
            if "known" in body:
                body["known"] = dict(body["known"])
            self.documents[write.key] = body

    def replacing(self, table: str, day: date, partition: Partition) -> None:
        """Judge a partition about to be replaced: not by a stale holder, and only from what is current."""
        standing = self.warehouse.partitions.get((table, day))
        newer = standing is not None and standing.unit == partition.unit and standing.fence > partition.fence
        check(not newer, f"2: {partition.unit}: fence {partition.fence} replaced {table} of a later one")
        key = (partition.unit, partition.fence)
        if key in self.replaced:
            return
        self.replaced.add(key)
        build = self.attempts[key]
        for (unit, read), digest in build.reads.items():
            if read:
                self._current(partition.unit, unit, read, digest)
        if partition.unit.startswith("units/4-"):
            self.computed.windows(build)

    def _current(self, reader: str, unit: str, table: str, digest: str) -> None:
        held = self.documents.get(unit, {})
        check(not held.get("publishing"), f"1: {reader} publishes while {unit}, which it read, is being replaced")
        made = self.made.get((unit, held.get("version", 0)), {})
        check(made.get(table) == digest, f"1: {reader} publishes from {unit} {table} at another version than it has")

    def _unit(self, key: str, before: Body, after: Body) -> None:
        ours = any((key, before.get("fence", 0)) in frame for frame in self.holders[-1:])
        self.attempted.moved(key, before, after, ours=ours)
        if after["status"] == "running" and after.get("fence") != before.get("fence"):
            self._claimed(key, before, after)
            return
        if after["status"] == "failed":
            self.failed.add(key)
        if before["status"] in TERMINAL and after["status"] not in TERMINAL:
            self.reopened.append((key, len(self.begun)))
        if key[6] in "123" and after["wanted_by"] != before.get("wanted_by") and self._wanted(key, after):
            self.needed[key] = after["wanted_by"]
        if 0 < before.get("version", 0) < after.get("version", 0):
            check(before["digests"] != after["digests"], f"2: {key}: another version of the same content")
        held = (key, before.get("fence", 0))
        if before["status"] == "running":
            live = self._lease_live(before)
            moved = after["status"] != "running" or after.get("publishing") != before.get("publishing")
            check(not moved or ours or not live, f"2: {key}: fence {held[1]} moved by somebody else")
            if after["status"] == "complete":
                check(ours and after["fence"] == held[1], f"2: {key}: completed without its fence {held[1]}")
                self._completed(key, after)
        elif after["status"] == "complete" and before["status"] not in ("complete", ""):
            check(before.get("version", 0) > 0, f"2: {key}: complete without having run")
            self._holds(key, after)
        if after["status"] == "complete" and key[6] == "4":
            self.computed.made_of_its_inputs(key, after)

    def _lease_live(self, unit: Body) -> bool:
        """Return whether a unit's lease is live by the clock of every instance, however far beside the true one."""
        until = unit["lease_until"] if unit["status"] == "running" else ""
        return bool(until) and datetime.fromisoformat(until) > self.clock.now() + self.skew

    def _claimed(self, key: str, before: Body, after: Body) -> None:
        check(not self._lease_live(before), f"4: {key}: claimed while its lease is live")
        check(
            after["fence"] > before.get("fence", 0),
            f"2: {key}: fence {before.get('fence')} is followed by {after['fence']}",
        )
        if self.holders:
            self.holders[-1].add((key, after["fence"]))
        if not self._lease_live(after):
            return  # taken only to be failed
        if before.get("version") and not before.get("publishing") and not before.get("force"):
            check(self._moved(key, before, after), f"4: {key}: run again although nothing it reads has moved")
            self.computed.processors_reached(key, before, after)
        check(self._may_run(after), f"f: {key}: run for {after['wanted_by']}, none of whom is live at that epoch")
        if key[6] in "123":
            needed = self.needed.get(key) == after["wanted_by"] or self._wanted(key, after)
            check(needed, f"4: {key}: nobody's window reaches it")
        if key[6] == "4" and before.get("version") and "roster" in self.computed.manifest(key):
            played = self.documents.get(f"units/3-{key[8:]}", {}).get("version")
            asked = any(not name.startswith("live") for name in after["wanted_by"])
            check(not played or asked, f"daily: {key} was computed before its games and is run again, asked by nobody")

    def _moved(self, key: str, before: Body, after: Body) -> bool:
        """Return whether what a unit reads differs from what it was computed from."""
        phase, day = int(key[6]), key[8:]
        inputs = before.get("inputs", {})
        if phase == 1:
            return False
        if phase == 4:
            check(bool(after.get("manifest")), f"1: {key}: claimed without a release")
            parts = ("versions", "floors", "entities_version", "roster")
            last, now = self.computed.manifest(key), after["manifest"]
            policies = last.get("policy", {}).get("early_season"), now["policy"]["early_season"]
            return any(last.get(part) != now.get(part) for part in parts) or policies[0] != policies[1]
        upstream = self.documents[f"units/{phase - 1}-{day}"]
        files = {name: value for name, value in inputs.items() if not name.isdigit()}
        landed = {name: self.truth.landed(date.fromisoformat(day), name) for name in files}
        return upstream.get("version", 0) != inputs.get(str(phase - 1)) or landed != files

    def _wanted(self, key: str, after: Body) -> bool:
        day = date.fromisoformat(key[8:])
        for name in after.get("wanted_by", {}):
            if name == "live" or (name == "live-history" and self._live_window(day)):
                return True
            if name == "live-history":
                continue
            request = self.documents[f"backfills/{name}"]["request"]
            cap, accepted = request["max_lookback_days"], request["accept_missing"]
            for target in self.season.dates:
                asked = request["start_date"] <= target.isoformat() <= request["end_date"]
                if not asked and not self._cascaded(name, target):
                    continue
                in_cap = cap is None or (target - day).days <= cap
                if target == day or (in_cap and self.truth.reaches(target, day, accepted=accepted)):
                    return True
        return False

    def _stopped(self, before: Body, after: Body) -> None:
        """Judge that whoever stops or goes on does so at a new epoch."""
        stopped = after["status"] in STOPPED
        if before["status"] == after["status"] or (before["status"] not in STOPPED and not stopped):
            return
        check(before["epoch"] < after["epoch"], f"f: {after['id']} is {after['status']} at its old epoch")
        if stopped:
            self.ended.append(after["id"])
            self.over.append(after["id"])

    def _cascaded(self, name: str, target: date) -> bool:
        """Return whether a backfill wants a target, asked for or reached by a change of its dates."""
        return name in self.documents.get(f"units/4-{target.isoformat()}", UNWANTED)["wanted_by"]

    def _may_run(self, unit: Body) -> bool:
        """Return whether somebody wants a claimed unit, as far as its holder could have known when it began."""
        late = self.over[self.begun[-1][0] :] if self.begun else self.over
        for name, epoch in unit.get("wanted_by", {}).items():
            body = self.documents.get(f"backfills/{name}", {})
            live = body.get("status") in ("planning", "running") and body["epoch"] == epoch
            if name in ("live", "live-history") or name in late or live:
                return True
        return False

    def _live_window(self, day: date) -> bool:
        """Return whether the window of some target of the daily path reaches a date, played or still to come."""
        live = [key for key, unit in self.documents.items() if key[:8] == "units/4-" and "live" in unit["wanted_by"]]
        targets = [date.fromisoformat(key[8:]) for key in live]
        return any(
            self.truth.reaches(target, day) or self.truth.reaches(target, day, self.truth.expected(target))
            for target in targets
        )

    def _completed(self, key: str, after: Body) -> None:
        made = self.made.setdefault((key, after["version"]), after["digests"])
        check(dict(made) == dict(after["digests"]), f"2: {key}: version {after['version']} has two contents")
        if key[6] == "1":
            return
        self._holds(key, after)
        build = self.attempts[key, after["fence"]]
        self.computed.completed(key, after["version"], build)
        self._read_what_it_says(key, after.get("inputs", {}), build)

    def _holds(self, key: str, after: Body) -> None:
        """Judge that the partitions hold what the unit says it made."""
        day = date.fromisoformat(key[8:])
        for table, digest in after["digests"].items():
            if key[6] != "1":
                held = self.warehouse.partitions.get((table, day))
                made = held is not None and digest_of(held.content) == digest
                check(made, f"2: {key}: {table} does not hold what the unit made")

    def _read_what_it_says(self, key: str, inputs: Body, build: ToyBuild) -> None:
        named = {f"units/{name}": version for name, version in inputs.items() if name[1:2] == "-"}
        phase, day = int(key[6]), key[8:]
        if phase in (3, 5):
            named = {f"units/{phase - 1}-{day}": inputs[str(phase - 1)]}
        for (unit, table), digest in build.reads.items():
            if phase == 2:
                check(inputs.get(unit) == digest, f"5: {key}: read another {unit} file than it recorded")
                continue
            made = self.made.get((unit, named.get(unit, 0)), {})
            check(made.get(table) == digest, f"5: {key}: what it read of {unit} {table} is not what it recorded")
        if phase != 2:
            listed = phase == 4 and "roster" not in (build.unit.manifest or {})
            read = {unit for unit, _ in build.reads} | ({f"units/3-{day}"} if listed else set())
            partial = phase == 4 and (build.unit.manifest or {}).get("processors") is not None
            whole = read <= set(named) if partial else read == set(named)
            check(whole, f"5: {key}: recorded {sorted(named)}, read {sorted(read)}")

    def begin(self) -> set[Key]:
        """Take note that a delivery is being served; return the units that it will claim, by key and fence."""
        held: set[Key] = set()
        self.holders.append(held)
        self.begun.append((len(self.over), len(self.asked.opened), len(self.reopened), self.clock.now()))
        return held

    def end(self) -> None:
        """Take note that the delivery that began last is not served any more."""
        self.holders.pop()
        self.begun.pop()

    def _backfill(self, before: Body, after: Body) -> None:
        if before is UNFORCED:
            self.asked.open(after, self.begun[-1][1], self.over)
        self.breakers.moved(before, after, self.documents, self.begun[-1][3] if self.begun else self.clock.now())
        if after["status"] in ("complete", "failed"):
            self._finished(after)
        else:
            self._stopped(before, after)

    def _finished(self, backfill: Body) -> None:
        """Judge a backfill's end: each unit at its end, each complete one computed as strictly as it asked."""
        self.over.append(backfill["id"])
        asked, cap = backfill["request"], backfill["request"]["max_lookback_days"]
        # What others, in the middle of the delivery that judged the units, set going again only after it had.
        since = self.reopened[self.begun[-1][2] :] if self.begun else []
        meanwhile = {key for key, depth in since if depth > len(self.begun)}
        for key, unit in self.documents.items():
            if not key.startswith("units/") or backfill["id"] not in unit.get("wanted_by", {}):
                continue
            if date.fromisoformat(key[8:]) not in self.season.fixtures:
                continue  # it has no game any more, and nobody waits for it
            check(
                unit["status"] in TERMINAL or key in meanwhile,
                f"3: {backfill['id']} ends while {key} is {unit['status']}",
            )
            if unit["status"] == "blocked" and not unit["reason"].startswith("no game any more"):
                named = unit["reason"].split()[0]
                culprit = self.documents.get(named, {}).get("status")
                check(
                    culprit in ("failed", "blocked") or named in meanwhile,
                    f"3: {backfill['id']} ends, {key} blocked: {unit['reason']}?",
                )
            policy = unit.get("policy")
            if not asked["start_date"] <= key[8:] <= asked["end_date"]:
                continue  # reached by a change, and computed again as it was before
            if policy and unit["status"] == "complete":
                reach = policy["max_lookback_days"]
                weak = reach is not None and (cap is None or reach < cap)
                weak = weak or policy["min_coverage"] < asked["min_coverage"]
                # A stricter backfill whose target cannot be had ends failed, and others may have it computed.
                check(
                    not weak or backfill["status"] == "failed",
                    f"policy: {key} computed under {policy} does not satisfy {backfill['id']}",
                )

    def _frontier(self, before: Body | None, after: Body) -> None:
        for day, version in (before or {"known": {}})["known"].items():
            check(after["known"].get(day, 0) >= version, f"frontier: {day} was known at {version} and is forgotten")
        live = sum(owner == "live" for *_, owner in after["lanes"])
        others = len(after["lanes"]) - live
        room = self.config.max_in_flight, self.config.live_in_flight
        check(others <= room[0] and live <= room[1], f"dispatch: {others} and {live} live lanes under way, not {room}")
