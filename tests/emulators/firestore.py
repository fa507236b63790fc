"""Google's Firestore emulator: started when a test first asks for it, once a process, stopped with the session.

A store of a project of its own is as good as an emptied emulator, and cheaper.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from unittest import mock

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore as google_firestore

from shared.adapters.gcp.firestore_calls import Retries
from shared.adapters.gcp.store import FirestoreStore
from tests.emulators.process import HOST, free_port, missing, sdk_root, server

HOST_VARIABLE = "FIRESTORE_EMULATOR_HOST"
JAR = Path("platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")
MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"


@dataclass(kw_only=True)
class FirestoreEmulator:
    """A running emulator; `address` is what FIRESTORE_EMULATOR_HOST takes."""

    address: str
    stores: list[FirestoreStore] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def client(self, project: str) -> google_firestore.Client:
        """Return a client of one project of the emulator."""
        with mock.patch.dict(os.environ, {HOST_VARIABLE: self.address}):
            return google_firestore.Client(project=project, credentials=AnonymousCredentials())

    def new_project(self) -> str:
        """Return the name of a project that holds nothing."""
        return f"lookback-{next(self.numbers)}"

    def store(self, retries: Retries | None = None) -> FirestoreStore:
        """Return a store in a project of its own."""
        opened = FirestoreStore(self.client(self.new_project()), retries)
        self.stores.append(opened)
        return opened

    def close_stores(self) -> None:
        """Close the connections of the stores that were opened."""
        while self.stores:
            self.stores.pop().close()


def command(port: int) -> list[str]:
    """Return the emulator's command line; without the emulator on this machine see `missing`."""
    root = sdk_root()
    if root is None or not (root / JAR).is_file():
        missing("Google's Firestore emulator")
    return ["java", "-Duser.language=en", "-cp", str(root / JAR), MAIN, "start", f"--host={HOST}", f"--port={port}"]


@contextmanager
def firestore_emulator(folder: Path) -> Iterator[FirestoreEmulator]:
    """Yield a running emulator whose log is in `folder`."""
    port = free_port()
    with server(command(port), port, folder / "firestore-emulator.log"):
        yield FirestoreEmulator(address=f"{HOST}:{port}")


@pytest.fixture(scope="session")
def firestore_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirestoreEmulator]:
    """The emulator of this process."""
    with firestore_emulator(tmp_path_factory.mktemp("firestore")) as emulator:
        yield emulator


@pytest.fixture
def firestore(firestore_session: FirestoreEmulator) -> Iterator[FirestoreEmulator]:
    """The emulator, with no document in any store that is opened in this test."""
    yield firestore_session
    firestore_session.close_stores()
