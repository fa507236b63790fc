"""Uploads of load jobs, in one request of two parts or in chunks, as google-cloud-bigquery sends them."""

import json
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.bigquery_errors import Refused

_RANGE = re.compile(r"bytes (?:(?P<first>\d+)-\d+|\*)/(?P<total>\d+|\*)")


def parts(kind: str, content: bytes) -> tuple[dict[str, Any], bytes]:
    """Return job and file of a multipart/related upload, whatever media type the file claims."""
    boundary = kind.partition("boundary=")[2].strip().strip("\"'").encode()
    if not boundary:
        raise Refused("invalid", f"an upload needs a boundary, got {kind!r}")
    pieces = content.split(b"--" + boundary)[1:-1]
    if len(pieces) != 2:
        raise Refused("invalid", f"an upload has 2 parts, got {len(pieces)}")
    bodies = [piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for piece in pieces]
    return json.loads(bodies[0]), bodies[1]


@dataclass
class _Session:
    job: dict[str, Any]
    content: bytearray = field(default_factory=bytearray)


class Uploads:
    """Resumable uploads under way, by id."""

    def __init__(self) -> None:
        self._sessions: dict[str, _Session] = {}

    def begin(self, job: dict[str, Any]) -> str:
        """Begin an upload for a job; return its id."""
        session = uuid.uuid4().hex
        self._sessions[session] = _Session(job)
        return session

    def received(self, session: str) -> int:
        """Return how many bytes of an upload have come."""
        return len(self._find(session).content)

    def add(self, session: str, place: str, chunk: bytes) -> tuple[dict[str, Any], bytes] | None:
        """Add a chunk; return job and file when it was the last one, else None."""
        upload, found = self._find(session), _RANGE.fullmatch(place)
        if found is None or int(found["first"] or len(upload.content)) != len(upload.content):
            raise Refused("invalid", f"content-range {place!r} after {len(upload.content)} bytes")
        upload.content += chunk
        if found["total"] == "*" or len(upload.content) < int(found["total"]):
            return None
        del self._sessions[session]
        return upload.job, bytes(upload.content)

    def _find(self, session: str) -> _Session:
        if session not in self._sessions:
            raise Refused("notFound", f"Not found: upload {session}")
        return self._sessions[session]
