"""Reads the one binary form in which Terraform sends values to a provider."""

import struct
from collections.abc import Callable
from typing import Any, Final

# A value that is known only after apply; MessagePack's extension types carry it.
UNKNOWN: Final = object()
FIXED: Final = {0xC0: None, 0xC2: False, 0xC3: True}
NUMBERS: Final = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
# Size of the length that follows, by kind of value and first byte.
TEXTS: Final = {0xD9: ">B", 0xDA: ">H", 0xDB: ">I"}
LISTS: Final = {0xDC: ">H", 0xDD: ">I"}
MAPS: Final = {0xDE: ">H", 0xDF: ">I"}
FIXED_EXTENSIONS: Final = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}
EXTENSIONS: Final = {0xC7: ">B", 0xC8: ">H", 0xC9: ">I"}


def decode(content: bytes) -> Any:
    """Return the value that `content` holds; UNKNOWN where it is not known yet."""
    return _Reader(content).value()


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def value(self) -> Any:
        first = self.take(1)[0]
        if first < 0x80 or first >= 0xE0:
            return first if first < 0x80 else first - 0x100
        if first < 0xC0:
            return self.short(first)
        if first in FIXED:
            return FIXED[first]
        if first in NUMBERS:
            return self.number(NUMBERS[first])
        for sizes, read in self.long():
            if first in sizes:
                return read(int(self.number(sizes[first])))
        self.take(1 + FIXED_EXTENSIONS[first])
        return UNKNOWN

    def short(self, first: int) -> Any:
        if first >= 0xA0:
            return self.text(first & 0x1F)
        return self.array(first & 0x0F) if first >= 0x90 else self.mapping(first & 0x0F)

    def long(self) -> list[tuple[dict[int, str], Callable[[int], Any]]]:
        return [(TEXTS, self.text), (LISTS, self.array), (MAPS, self.mapping), (EXTENSIONS, self.extension)]

    def take(self, size: int) -> bytes:
        self.at += size
        return self.content[self.at - size : self.at]

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def text(self, size: int) -> str:
        return self.take(size).decode()

    def array(self, size: int) -> list[Any]:
        return [self.value() for _ in range(size)]

    def mapping(self, size: int) -> dict[str, Any]:
        return {self.value(): self.value() for _ in range(size)}

    def extension(self, size: int) -> object:
        self.take(size + 1)
        return UNKNOWN
