"""A folder of its own for each module, and the command as an operator runs it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from shared import bootstrap
from shared.cli.main import main
from shared.cli.options import reader
from shared.service.app import App
from tests.filled import FIRST, LAST


class Result(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Backfill = Callable[..., Result]
START, END = FIRST, LAST


@pytest.fixture
def backfill(capsys: pytest.CaptureFixture[str]) -> Backfill:
    def run(*arguments: object) -> Result:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        out, err = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int | None)
        return Result(code or 0, out, err)

    return run


@pytest.fixture
def home(loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the synthetic season's calendar loaded."""
    return use_home(tmp_path, loaded, monkeypatch)


@pytest.fixture(scope="module")
def filled(five_dates: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the module's own with START..END complete."""
    return shutil.copytree(five_dates, tmp_path_factory.mktemp("filled"), dirs_exist_ok=True)


def use_home(folder: Path, loaded: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the command work in a folder, which gets a copy of the one with the calendar."""
    shutil.copytree(loaded, folder, dirs_exist_ok=True)
    monkeypatch.setenv("LOOKBACK_HOME", str(folder))
    monkeypatch.delenv("LOOKBACK_SOURCE", raising=False)
    monkeypatch.setattr(bootstrap, "_app", None)
    return folder


def waiting_messages(home: Path) -> dict[str, int]:
    """Return the messages on the bus of a folder, by function."""
    app: App = reader(str(home))
    return app.bus.depth()  # type: ignore[attr-defined]
