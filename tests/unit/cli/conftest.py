"""A folder of its own for each module, and the command as an operator runs it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from shared import bootstrap
from shared.cli.main import main
from shared.cli.options import reader
from shared.service.app import App


class Result(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Backfill = Callable[..., Result]
# Opening night and the four game dates after it.
START, END = "2024-10-22", "2024-10-26"


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
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the synthetic season's calendar loaded."""
    return use_home(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with START..END complete."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as patch:
        use_home(folder, patch)
        command = [sys.executable, "-m", "shared.cli.main", "request", START, END, "--request-id", "first", "--run"]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | {"LOOKBACK_HOME": str(folder)})
    return folder


def use_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOOKBACK_HOME", str(folder))
    monkeypatch.delenv("LOOKBACK_SOURCE", raising=False)
    monkeypatch.setattr(bootstrap, "_app", None)
    with pytest.raises(SystemExit):
        main(["calendar", "--load", "2024-25"])
    return folder


def waiting_messages(home: Path) -> dict[str, int]:
    """Return the messages on the bus of a folder, by function."""
    app: App = reader(str(home))
    return app.bus.depth()  # type: ignore[attr-defined]
