"""Which files a function is made of, and the digest by which an unchanged function is known."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

# Uploaded as they are: .gcloudignore says the same in its own words, and a test compares the two.
FOLDERS: Final = ("functions", "shared", "infra/schemas")
FILES: Final = ("requirements.txt", "infra/pipeline.yaml", "infra/tables.yaml")
LEFT_OUT: Final = ("shared/cli/",)
REQUIREMENTS: Final = "requirements.txt"
IGNORED: Final = ".gcloudignore"
DECLARATION: Final = "infra/pipeline.yaml"
# What a label's value holds is limited to 63 characters.
DIGEST_LENGTH: Final = 40


def uploaded(root: Path) -> list[str]:
    """Return the paths, relative to the repository's root, that a deployment uploads, in order."""
    found = [path.relative_to(root).as_posix() for folder in FOLDERS for path in (root / folder).rglob("*")]
    kept = (name for name in found if not name.startswith(LEFT_OUT) and "__pycache__" not in name)
    return sorted({*(name for name in kept if (root / name).is_file()), *FILES})


def of_function(root: Path, function: str) -> Iterator[str]:
    """Yield the uploaded paths that a function can read: all but the other functions' and the declaration."""
    own = f"functions/{function}/"
    for name in uploaded(root):
        others = name.startswith("functions/") and name.count("/") > 1 and not name.startswith(own)
        if not others and name != DECLARATION:
            yield name


def declared_for(declared: Mapping[str, Any], function: str) -> dict[str, Any]:
    """Return what the declaration says to a function: its own entry, and what all functions share."""
    shared = {name: declared[name] for name in ("defaults", "messages", "topics")}
    return {**shared, "function": declared["functions"][function]}


def digest(
    root: Path, declared: Mapping[str, Any], function: str, settings: tuple[str, ...], requirements: str = REQUIREMENTS
) -> str:
    """Return the digest of all that makes a deployed function: files, declaration, and the settings it is given.

    `requirements` is the file that its image's packages are installed from.
    """
    total = hashlib.sha256()
    for name in of_function(root, function):
        path = root / (requirements if name == REQUIREMENTS else name)
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{name} {content}\n".encode())
    total.update(json.dumps([declared_for(declared, function), settings], sort_keys=True).encode())
    return total.hexdigest()[:DIGEST_LENGTH]


def stage(root: Path, folder: Path, requirements: str) -> None:
    """Make `folder` anew: what is uploaded, with other requirements, for functions that need further packages.

    A buildpack installs what the file `requirements.txt` at the root of the upload names and looks nowhere else.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for name in (*uploaded(root), IGNORED):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / (requirements if name == REQUIREMENTS else name), folder / name)
