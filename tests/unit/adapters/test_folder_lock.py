import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.adapters.embedded.folder_lock import LOCK_NAME, lock_folder
from shared.domain.errors import InvalidInput, StorageUnavailable

ROOT = Path(__file__).parents[3]
SCRIPT = """
import sys, time
from pathlib import Path
from shared.adapters.embedded.folder_lock import lock_folder
with lock_folder(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_second_runner_is_told_the_folder_and_the_holder(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    with lock_folder(folder), pytest.raises(InvalidInput) as caught, lock_folder(folder):
        pass
    assert str(folder) in str(caught.value)
    assert f"process {os.getpid()} holds it" in str(caught.value)


def test_the_refused_one_leaves_the_lock_with_its_holder(tmp_path: Path) -> None:
    with lock_folder(tmp_path):
        for _ in range(2):
            with pytest.raises(InvalidInput), lock_folder(tmp_path):
                pass


def test_the_folder_is_free_afterwards_also_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(KeyError), lock_folder(tmp_path):
        raise KeyError
    with lock_folder(tmp_path):
        pass


def test_an_earlier_holders_longer_number_is_gone(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).write_text("1234567890123")
    ours = f"process {os.getpid()} holds it"
    with lock_folder(tmp_path), pytest.raises(InvalidInput, match=ours), lock_folder(tmp_path):
        pass


def test_two_folders_have_two_locks(tmp_path: Path) -> None:
    with lock_folder(tmp_path / "a"), lock_folder(tmp_path / "b"):
        pass


def test_a_killed_holder_frees_the_folder(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with pytest.raises(InvalidInput, match=f"process {process.pid} holds it"), lock_folder(tmp_path):
        pass
    process.kill()
    process.communicate()
    with lock_folder(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_storage_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnavailable, match="file"), lock_folder(tmp_path / "file" / "folder"):
        pass
