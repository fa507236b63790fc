import pytest

from shared.domain.strict_json import NESTING_MAX, strict_json


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": [1, 2.5, null, true, "x"]}', {"a": [1, 2.5, None, True, "x"]}),
        (b'"\\ud83c\\udfc0"', "\N{BASKETBALL AND HOOP}"),
        (b"[" * NESTING_MAX + b"]" * NESTING_MAX, None),
    ],
    ids=["of every type", "a whole surrogate pair", "as deep as may be"],
)
def test_json_is_read(content: bytes, value: object) -> None:
    read = strict_json(content)
    assert value is None or read == value


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "Expecting"),
        (b"\xff", "utf-8"),
        ('{"a": 1}'.encode("utf-16"), "utf-8"),
        (b"\xef\xbb\xbf{}", "Expecting"),
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"a": -Infinity}', "-Infinity is no number"),
        (b'{"a": 1e999}', "a number out of range"),
        (b'{"a": ' + b"9" * 5000 + b"}", "digits"),
        (b'{"a": "\\ud800"}', "surrogates not allowed"),
        (b'{"\\udfff": 1}', "surrogates not allowed"),
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b'{"a": [{"b": 1, "b": 1}]}', "stands twice"),
        (b"[" * (NESTING_MAX + 2) + b"]" * (NESTING_MAX + 2), "nested deeper"),
        (b"[" * 100_000, "nested deeper"),
    ],
)
def test_what_readers_would_take_differently_or_no_store_keeps_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        strict_json(content)
