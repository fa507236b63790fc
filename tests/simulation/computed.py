"""What targets are computed from: judged against what was played, and made once more from what they record."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from shared.domain.units import unit_from
from tests.memory_stack import TOY_REACH, ToyBuild, digest_of
from tests.simulation.reach import reached, relisted
from tests.simulation.truth import Truth
from tests.simulation.violation import check

Body = Mapping[str, Any]
Tables = Mapping[str, Any]
ROUNDING = 1e-9


class Computed:
    """Invariant 1 of windows, 5 of targets, and rule 4 of the processors that run again."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        # The tables of each Phase 3 date, by its unit and version; the attempt that computed each target last.
        self.tables: dict[tuple[str, int], Tables] = {}
        self.builds: dict[str, ToyBuild] = {}

    def completed(self, key: str, version: int, build: ToyBuild) -> None:
        """Take note of what a completed unit was computed to."""
        if key[6] == "3":
            self.truth.contents[key, version] = build.staged["players"]
            self.tables[key, version] = build.staged
        if key[6] == "4":
            self.builds[key] = build

    def manifest(self, key: str) -> Body:
        """Return what a target was released with when it was computed last; empty when it never was."""
        return self.builds[key].unit.manifest or {} if key in self.builds else {}

    def windows_hold(self, key: str) -> None:
        """Judge the windows of a target that nothing has moved since, once nothing moves any more."""
        self.windows(self.builds[key])

    def windows(self, build: ToyBuild) -> None:
        """Judge each window against the truth: the last games there were, none missed, none out of order."""
        unit = build.unit
        manifest = unit.manifest or {}
        policy = manifest["policy"]
        exact = policy["max_lookback_days"] is None and policy["min_coverage"] == 1.0 and not policy["accept_missing"]
        seen = {day: self.truth.contents[f"units/3-{day}", version] for day, version in manifest["versions"].items()}
        if "roster" in manifest and "windows" in build.staged:
            players = {entity for entity, *_ in build.staged["windows"]}
            expected = set(self.truth.expected(unit.game_date))
            check(
                players == expected, f"daily: {unit.key}: computed for {sorted(players)}, {sorted(expected)} expected"
            )
        self._covered(unit.key, policy, [shortage for _, shortage, *_ in build.staged.get("windows", ())])
        for entity, shortage, games, workload in (*build.staged.get("windows", ()), *build.staged.get("sides", ())):
            needed = TOY_REACH.team_games if isinstance(entity, str) else TOY_REACH.player_games
            truth = [day.isoformat() for day in self.truth.games(entity, unit.game_date, seen)]
            got = [game[0] for game in games]
            where = f"{unit.key} {entity}: read {got}, truth {truth[:needed]}"
            check(not exact or shortage is None, f"1: {where}, uncertified under an exact policy")
            check(got == truth[: len(got)], f"1: {where}, reaches past a hole")
            check(shortage is not None or len(got) == min(needed, len(truth)), f"1: {where}, certified yet incomplete")
            if exact and not isinstance(entity, str):
                first = (unit.game_date - timedelta(days=TOY_REACH.player_days)).isoformat()
                recent = [day for day in truth if day >= first]
                check(
                    [game[0] for game in workload] == recent, f"1: {unit.key} {entity}: days {workload}, not {recent}"
                )

    def _covered(self, key: str, policy: Body, shortages: Sequence[str | None]) -> None:
        """Judge that as many players have whole windows as a policy asks for that nothing else holds up."""
        if policy["max_lookback_days"] is None and not policy["accept_missing"]:
            whole, asked = shortages.count(None), policy["min_coverage"] * len(shortages) - ROUNDING
            check(
                whole >= asked, f"g: {key}: {whole} of {len(shortages)} players have whole windows, {asked:g} were to"
            )

    def made_of_its_inputs(self, key: str, after: Body) -> None:
        """Judge that every table of a target is what its recorded inputs make, whichever attempt computed it."""
        again = Recomputed(self.tables, after, self.builds[key].parameters)
        for table, digest in after["digests"].items():
            made = digest_of(again.made[table])
            check(digest == made, f"5: {key}: {table} is not what the inputs it records make of it")

    def processors_reached(self, key: str, before: Body, after: Body) -> None:
        """Judge that a target runs no processor whose rows nothing that moved can reach."""
        named = (after.get("manifest") or {}).get("processors")
        if named is None:
            return
        own, target = f"3-{key[8:]}", date.fromisoformat(key[8:])
        now = {f"3-{day}": version for day, version in after["manifest"]["versions"].items()}
        now[own] = after["manifest"]["entities_version"]
        read = {
            date.fromisoformat(name[2:]): (
                self.tables[f"units/{name}", before["inputs"][name]],
                self.tables[f"units/{name}", version],
            )
            for name, version in now.items()
            if name in before["inputs"]
        }
        if target in read and relisted(*read[target]):
            return
        found = reached(self.truth, target, self.builds[key].parameters, read)
        check(set(named) <= found, f"4: {key}: runs {named}, and what moved reaches {sorted(found)}")


class Recomputed(ToyBuild):
    """A target's tables made once more from what each Phase 3 version held, as its unit records the versions."""

    def __init__(self, tables: Mapping[tuple[str, int], Tables], unit: Body, parameters: Body) -> None:
        self.unit, self.parameters, self.tables, self.inputs = unit_from(unit), parameters, tables, unit["inputs"]
        self.made = {"windows": self._windows(), "sides": self._sides(), "season": self._season()}

    def _game_dates(self) -> list[date]:
        return sorted(date.fromisoformat(name[2:]) for name in self.inputs if name.startswith("3-"))

    def _read(self, phase: int, table: str, day: date) -> Any:
        return self.tables[f"units/{phase}-{day}", self.inputs[f"{phase}-{day}"]][table]
