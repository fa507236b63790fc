"""The folder of partition files: which file is current, and what becomes of the others."""

from datetime import date
from pathlib import Path

import pytest

from shared.adapters.embedded.partitions import PartitionFolder, part_key, partition_key
from shared.domain.errors import StorageUnavailable

TABLE = "nba_raw.shots"
NOV8 = partition_key(date(2024, 11, 8))
NOV9 = partition_key(date(2024, 11, 9))


def _publish(folder: PartitionFolder, content: str, key: str = NOV8) -> None:
    with folder.unpublished(TABLE) as path:
        path.write_text(content)
        folder.publish(path, TABLE, key)


def _contents(folder: PartitionFolder) -> dict[str, str]:
    return {key: path.read_text() for key, path in folder.current(TABLE).items()}


def test_the_newest_version_of_each_partition_is_current(tmp_path: Path) -> None:
    folder = PartitionFolder(tmp_path)
    assert folder.current(TABLE) == {}
    _publish(folder, "b", NOV9)
    for content in [str(version) for version in range(1, 13)]:
        _publish(folder, content)
    assert list(_contents(folder).items()) == [(NOV8, "12"), (NOV9, "b")]
    _publish(PartitionFolder(tmp_path), "13")
    assert _contents(folder)[NOV8] == "13"


def test_a_listed_file_keeps_its_bytes_through_one_more_publish(tmp_path: Path) -> None:
    folder = PartitionFolder(tmp_path)
    _publish(folder, "old")
    listed = folder.current(TABLE)[NOV8]
    _publish(folder, "new")
    assert listed.read_text() == "old"
    _publish(folder, "newer")
    assert not listed.exists()
    assert len(list((tmp_path / TABLE).iterdir())) == 2


def test_what_was_not_published_is_gone_after_the_block(tmp_path: Path) -> None:
    folder = PartitionFolder(tmp_path)
    with folder.unpublished(TABLE) as path:
        path.write_text("half")
    assert (folder.current(TABLE), list((tmp_path / TABLE).iterdir())) == ({}, [])


def test_sweep_leaves_the_current_files_and_what_is_not_ours(tmp_path: Path) -> None:
    folder = PartitionFolder(tmp_path)
    folder.sweep()
    _publish(folder, "old")
    _publish(folder, "new")
    _publish(folder, "part", part_key(1))
    (tmp_path / TABLE / "abc.unpublished").write_text("half")
    (tmp_path / TABLE / "notes.txt").write_text("a person's")
    (tmp_path / "notes.txt").write_text("a person's")
    folder.sweep()
    assert sorted(path.name for path in (tmp_path / TABLE).iterdir()) == [
        "game_date=2024-11-08.v000002.parquet",
        "notes.txt",
        "part=000001.v000001.parquet",
    ]


def test_a_missing_written_file_is_storage_unavailable(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="gone"):
        PartitionFolder(tmp_path).publish(tmp_path / "gone", TABLE, NOV8)
