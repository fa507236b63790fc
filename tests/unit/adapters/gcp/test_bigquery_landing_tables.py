import pytest

from shared.adapters.gcp.landing_tables import refused_line

CONTENT = b'{"a": 1}\n\n{"a": 2}\n{"b": 3}\n'


@pytest.mark.parametrize(
    ("position", "line"),
    # Blank lines are not sent: the second row begins at byte 9 and is on line 3, the third at 18 on line 4.
    [(0, 1), (8, 1), (9, 3), (18, 4), (26, 4), (27, 0)],
)
def test_the_line_is_found_by_its_first_byte(position: int, line: int) -> None:
    message = f"Error while reading data: JSON parsing error in row starting at position {position}: No such field: b"
    assert refused_line(CONTENT, message) == line


def test_a_message_without_a_position_names_no_line() -> None:
    assert refused_line(CONTENT, "too many errors") == 0
