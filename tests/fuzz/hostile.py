"""Hostile input: texts, dates and JSON that nobody sends in good faith, as Hypothesis strategies.

Every text that could end up in SQL or HTML carries MARKER, so that a check can tell where it went.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hypothesis import strategies as st

MARKER: Final = "zqx"
SQL: Final = (
    f"' OR '1'='1' -- {MARKER}",
    f"'; DROP TABLE nba_raw.games; -- {MARKER}",
    f'") UNION ALL SELECT 1 -- {MARKER}',
    f"`{MARKER}`",
    f"${MARKER}",
    f"@{MARKER}",
    f"{MARKER}\\",
)
HTML: Final = (
    f"<script>{MARKER}()</script>",
    f'"><img src=x onerror={MARKER}()>',
    f"' autofocus onfocus='{MARKER}()",
    f"</title></main><svg onload={MARKER}()>",
    f"javascript:{MARKER}()",
    f"{{{{ {MARKER} }}}}{{% {MARKER} %}}",
    f"<!--{MARKER}",
    f"&lt;{MARKER}&gt;&#39;",
)
PATHS: Final = (
    f"../../etc/{MARKER}",
    f"..%2f..%2f{MARKER}",
    f"/{MARKER}",
    f"a/b/{MARKER}",
    f"file:///{MARKER}",
    f"__{MARKER}__",
    ".",
    "..",
    "~",
)
ODD: Final = (
    "",
    " ",
    "\x00",
    f"\x1b[31m{MARKER}",
    f"\r\nX-{MARKER}: 1",
    f"\u202e{MARKER}",
    f"\ufeff{MARKER}",
    f"{MARKER}\ud800",
    "\udfff",
    "\N{LATIN SMALL LETTER E WITH ACUTE}" * 600,
    MARKER * 300,
    "\N{BASKETBALL AND HOOP}",
    "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}",
    "%",
    "_",
)
NUMERALS: Final = (
    "9" * 5000,
    "9" * 19,
    "-1",
    "0",
    "1",
    "1e999",
    "NaN",
    "0x10",
    "\N{SUPERSCRIPT TWO}",
    "\N{ARABIC-INDIC DIGIT THREE}",
    "1_000",
)
DATES: Final = (
    "2024-10-22",
    "2024-10-23",
    "2024-10-24",
    "2024-10-25",
    "2024-07-01",
    "0001-01-01",
    "9999-12-31",
    "2024-02-30",
    "2024-00-00",
    "2024-1-1",
    "20241022",
    "2024-W43-2",
    "2024-10-22T00:00:00",
    "\N{FULLWIDTH DIGIT TWO}024-10-22",
    "2024-10-22\n",
    "../2024-10-22",
)
NUMBERS: Final = (
    *(0, -1, 1, 2, 5, 6, 2**31, 2**63, -(2**63), 10**30, 10**400),
    *(0.0, -0.0, 0.5, 1.5, 1e308, float("inf"), float("-inf"), float("nan"), True, False, None),
)

texts = st.one_of(
    st.sampled_from((*SQL, *HTML, *PATHS, *ODD, *NUMERALS, *DATES)),
    st.text(max_size=40),
    st.text(alphabet=st.characters(categories=["Cs", "Cc", "Cf", "Co"]), max_size=8),
)
scalars = st.one_of(texts, st.sampled_from(NUMBERS), st.integers(), st.floats())
values = st.one_of(
    scalars,
    st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
        max_leaves=8,
    ),
    st.integers(20, 900).map(lambda depth: nested(depth)),
    st.integers(100, 3000).map(lambda length: ["2024-10-22"] * length),
)


def nested(depth: int) -> Any:
    """Return lists in lists, so many."""
    made: Any = MARKER
    for _ in range(depth):
        made = [made]
    return made


@st.composite
def bodies(draw: st.DrawFn, valid: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A valid body of which up to three fields were put at odds: another value, gone, or one that nobody knows."""
    body = dict(draw(st.sampled_from(valid)))
    for _ in range(draw(st.integers(0, 3))):
        change = draw(st.sampled_from(("value", "date", "gone", "unknown", "version")))
        name = draw(st.sampled_from(sorted(body) or ["version"]))
        if change == "value":
            body[name] = draw(values)
        elif change == "date":
            body[name] = draw(st.sampled_from(DATES))
        elif change == "gone":
            body.pop(name, None)
        elif change == "unknown":
            body[draw(texts)] = draw(values)
        else:
            body["version"] = draw(st.one_of(st.sampled_from((0, -1, 2, 10**20, "1", 1.0, True, None)), values))
    return body


@st.composite
def contents(draw: st.DrawFn, valid: Sequence[Mapping[str, Any]]) -> bytes:
    """The bytes of a message: mostly JSON of a body at odds, sometimes no JSON at all."""
    text = json.dumps(draw(bodies(valid)))
    return draw(
        st.one_of(
            st.just(text.encode()),
            st.just(text.encode()),
            damaged(text),
            st.binary(max_size=60),
            values.map(lambda value: json.dumps(value).encode()),
        )
    )


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """A JSON text cut off, repeated, deepened, in another encoding, with a name twice, or padded beyond every limit."""
    how = draw(st.sampled_from(("cut", "flip", "twice", "utf-16", "bom", "latin", "deep", "padded", "long number")))
    content = text.encode()
    place = draw(st.integers(0, len(content)))
    if how == "cut":
        return content[:place]
    if how == "flip":
        return content[:place] + draw(st.binary(min_size=1, max_size=3)) + content[place + 1 :]
    if how == "twice":
        return ('{"phase": 5, "game_date": "2024-10-24", "version": 2, ' + text[1:]).encode()
    if how == "deep":
        depth = draw(st.sampled_from((50, 500, 900, 20_000)))
        return b'{"phase": ' + b"[" * depth + b"]" * depth + b", " + content[1:]
    if how == "padded":
        return content[:-1] + b" " * draw(st.sampled_from((1000, 300_000))) + content[-1:]
    if how == "long number":
        return b'{"phase": ' + b"9" * draw(st.sampled_from((400, 4000, 5000))) + b", " + content[1:]
    return {"utf-16": text.encode("utf-16"), "bom": b"\xef\xbb\xbf" + content}.get(how, b"\xe9" + content)
