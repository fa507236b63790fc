"""What must hold in every state, judged by code that shares nothing with the services: DESIGN's invariants 1-5.

The judges read what is shared, the call that a worker makes, and what he has been answered before; the box scores
that the source has tell what a window must hold.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from shared.adapters.embedded.memory import EPOCH
from tests.model.common import Call, Common, parsed
from tests.model.handling import Point
from tests.model.ports import JUMP
from tests.model.season import GAMES, PLAYERS, WORKLOAD_DAYS, played

Body = Mapping[str, Any]


class Violation(BaseException):
    """An invariant is broken. Not an Exception, so that no service can mistake it for a failed attempt."""


class Oracles:
    """Invariants 1, 2, 4 and 5 at every call; 2 and the ledger's own sense in every state; 3, c and d at every end.

    `expected` are the tables of a run by one worker without a fault.
    """

    def __init__(self, expected: Mapping[tuple[str, str], str] = MappingProxyType({})) -> None:
        self.expected = expected

    def moved(self, before: Common, point: Point, after: Common) -> None:
        """Judge the effect of the call that a worker makes at a point, and the units it is about."""
        call = point.call or ()
        if call[0] == "replace":
            self._replaced(before, point, call)
            _stands(after, call[3])
        elif call[0] == "commit":
            for key, text, _ in call[1]:
                if key.startswith("units/"):
                    self._written(before, point, key, parsed(text))
                    _stands(after, key)

    def arrived(self, common: Common, point: Point) -> None:
        """Judge that an attempt about to publish, or to complete, has just seen its inputs to be the current ones."""
        call, mine = point.call or (), point.claimed()
        if mine is None:
            return
        if call[0] == "replace":
            if not any(asked[0] == "replace" for asked, _ in point.past()):
                self._current(common, mine, _inputs_of(common, *mine), "publishes")
        elif call[0] == "commit":
            for key, text, _ in call[1]:
                held = common.body(key)
                ours = key == mine[0] and held["status"] == "running" and held["fence"] == mine[1]
                if ours and parsed(text)["status"] == "complete":
                    self._current(common, mine, parsed(text).get("inputs", {}), "completes")

    def ended(self, common: Common) -> None:
        """Judge what is left when nothing moves any more: all complete, nothing stale, the tables as expected."""
        found = common.bodies("units/")
        for key, unit in found.items():
            check(unit["status"] == "complete", f"3: {key} is {unit['status']} for ever")
            for name, version in unit.get("inputs", {}).items():
                upstream = found.get(f"units/{int(key[6]) - 1}-{key[8:]}" if name.isdigit() else f"units/{name}")
                fresh = upstream is None or upstream["version"] == version
                check(fresh or unit.get("stale"), f"d: {key} read {name} at {version}, and nobody says that it moved")
                check(fresh, f"d: {key} is left stale although its backfill cascades: {unit.get('stale')}")
        for key, backfill in common.bodies("backfills/").items():
            check(backfill["status"] == "complete", f"3: {key} is {backfill['status']} for ever")
        for key, frontier in common.bodies("frontier/").items():
            left = [*frontier["lanes"], *frontier["queue"], *frontier["targets"]]
            check(not left, f"3: {left} are left on {key} when nothing moves any more")
        for name, text in self.expected.items():
            held = common.partitions.get(name)
            check(held is not None and held.text == text, f"6: {name} is not what a run without faults leaves there")

    def _written(self, before: Common, point: Point, key: str, after: Body) -> None:
        """Judge a unit that is written: claimed when nobody holds it and it is due, completed by its holder only."""
        unit = before.body(key)
        mine = point.claimed()
        running = unit.get("status") == "running"
        if after.get("fence", 0) != unit.get("fence", 0):
            check(after["fence"] == unit.get("fence", 0) + 1, f"2: {key}: fence {after['fence']} is not the next one")
            live = running and unit["lease_until"] > point_time(point)
            check(not live, f"4: {key}: claimed while its lease is live")
            if unit.get("version") and not unit.get("publishing") and not unit.get("force"):
                check(_moved(before, key, unit, after), f"4: {key}: run again although nothing it reads has moved")
        elif running and after["status"] == "complete":
            check(mine == (key, unit["fence"]), f"2: {key}: fence {unit['fence']} completed by the holder of {mine}")
            self._read_what_it_says(before, point, key, after)
            check(not (unit.get("version") and _same_version_differs(before, key, after)), f"2: {key}: two contents")
        elif running and (after["status"], after.get("publishing")) != (unit["status"], unit.get("publishing")):
            lapsed = unit["lease_until"] <= point_time(point)
            check(mine == (key, unit["fence"]) or lapsed, f"2: {key}: moved by somebody else while its lease is live")

    def _replaced(self, before: Common, point: Point, call: Call) -> None:
        """Judge a partition that is replaced: not a later one, by nobody but an attempt that has told so."""
        _, table, day, unit, fence, text = call
        standing = before.partitions.get((table, day))
        newer = standing is not None and standing.fence > fence
        check(not newer, f"2: {unit}: fence {fence} replaced {table} of {day} of a later one")
        held = before.body(unit)
        told = held.get("publishing") or held["fence"] != fence
        check(bool(told), f"c: {unit}: fence {fence} publishes and nobody is told")
        if unit.startswith("units/4-"):
            self._window(date.fromisoformat(day), table, json.loads(text))

    def _window(self, target: date, table: str, content: list[Any]) -> None:
        """Judge what a target is computed from: each player's last games, none missed."""
        if table == "windows":
            for player, _, games, workload in content:
                truth = [day.isoformat() for day in played(player) if day < target][::-1]
                since = (target - timedelta(days=WORKLOAD_DAYS)).isoformat()
                told = f"units/4-{target} player {player}: read {games} and {workload}, played on {truth}"
                check([each[0] for each in games] == truth[:GAMES], f"1: {told}")
                check([each[0] for each in workload] == [day for day in truth if day >= since], f"1: {told}")
            check([row[0] for row in content] == PLAYERS, f"1: units/4-{target}: computed for {content}")

    def _current(self, common: Common, mine: tuple[str, int], inputs: Body, does: str) -> None:
        """Judge that what an attempt goes by is what the ledger has, and being replaced by nobody."""
        key = mine[0]
        for name, version in inputs.items():
            if name[:1] not in "12345":
                continue
            upstream = f"units/{int(key[6]) - 1}-{key[8:]}" if name.isdigit() else f"units/{name}"
            held = common.body(upstream)
            whole = held.get("version", 0) == version and not held.get("publishing")
            number = "c" if held.get("publishing") else "1"
            check(whole, f"{number}: {key} {does} from {upstream} at {version}, which is at {held.get('version', 0)}")

    def _read_what_it_says(self, before: Common, point: Point, key: str, after: Body) -> None:
        """Judge that every partition an attempt read is what its recorded inputs made."""
        phase, inputs = int(key[6]), after.get("inputs", {})
        for call, (_, answer) in point.past():
            if call[0] == "read_file" and phase == 2:
                name = call[2].removesuffix(".jsonl")
                digest = hashlib.sha256(answer).hexdigest() if answer is not None else None
                check(inputs.get(name, digest) == digest, f"5: {key}: read another {name} than it recorded")
            if call[0] != "read":
                continue
            _, table, read_day = call
            source = phase - 1 if phase != 4 else 3
            version = inputs.get(f"3-{read_day}" if phase == 4 else str(source), 0)
            made = before.made.get((f"units/{source}-{read_day}", version))
            check(made is not None, f"5: {key}: read {table} of {read_day}, and records no version of it")
            digest = digest_of(None if answer is None else json.loads(answer))
            check(
                json.loads(made or "{}").get(table) == digest,
                f"5: {key}: {table} of {read_day} is not version {version}",
            )


def point_time(point: Point) -> str:
    """Return the time at which a worker last looked at the clock, as ISO text."""
    return (EPOCH + point.jumps * JUMP).isoformat()


def _inputs_of(common: Common, key: str, fence: int) -> Body:
    """Return the versions that a running attempt was released for, by unit name; only a target's are in the ledger."""
    unit = common.body(key)
    manifest = unit.get("manifest") if unit.get("fence") == fence else None
    if manifest is None:
        return {}
    return {
        **{f"3-{day}": version for day, version in manifest["versions"].items()},
        f"3-{key[8:]}": manifest["entities_version"],
    }


def _moved(common: Common, key: str, unit: Body, after: Body) -> bool:
    """Return whether what a unit reads differs from what it was computed from."""
    phase, inputs = int(key[6]), unit.get("inputs", {})
    if phase == 4:
        now = _inputs_of(Common(documents={key: (1, json.dumps(after))}), key, after["fence"])
        return any(inputs.get(name) != version for name, version in now.items())
    if phase == 2 and any(
        hashlib.sha256(content).hexdigest() != inputs.get(name.removesuffix(".jsonl"))
        for (day, name), content in common.files.items()
        if day == key[8:] and name.removesuffix(".jsonl") in inputs
    ):
        return True
    upstream = common.body(f"units/{phase - 1}-{key[8:]}")
    return bool(upstream.get("version", 0) != inputs.get(str(phase - 1), 0))


def _stands(common: Common, key: str) -> None:
    """Judge a unit as it stands: one that may be read has its own output in its tables, whole."""
    unit = common.body(key)
    check(0 <= unit.get("settled_fence", 0) <= unit.get("fence", 0), f"2: {key}: settled beyond its fence")
    if unit["status"] != "complete":
        return
    check(not unit.get("publishing"), f"c: {key} is complete while it is being published")
    check(unit.get("version", 0) > 0, f"2: {key}: complete without having run")
    if key[6] == "1":
        return
    for table, digest in unit["digests"].items():
        held = common.partitions.get((table, key[8:]))
        check(held is not None, f"2: {key} is complete without {table}")
        assert held is not None
        check(
            held.fence <= unit["settled_fence"], f"2: {key}: {table} is of fence {held.fence}, which has not completed"
        )
        check(digest_of(json.loads(held.text)) == digest, f"2: {key}: {table} does not hold what the unit made")


def _same_version_differs(common: Common, key: str, after: Body) -> bool:
    made = common.made.get((key, after["version"]))
    return made is not None and json.loads(made) != dict(after["digests"])


def digest_of(content: object) -> str:
    """Return the digest by which a unit names the content of a partition."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def check(holds: bool, otherwise: str) -> None:
    """Raise Violation with the text unless it holds."""
    if not holds:
        raise Violation(otherwise)
