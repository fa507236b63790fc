"""The JSON API held to its own OpenAPI description by schemathesis: what it allows, and what it does not."""

from functools import lru_cache
from typing import Any, Final

import schemathesis
from hypothesis import strategies as st

from shared.config import REPOSITORY_ROOT
from tests.fuzz import pages
from tests.fuzz.surface import Surface
from tests.fuzz.system import check_statements, system

SERVER_ERROR: Final = 500


@lru_cache(maxsize=1)
def cases() -> st.SearchStrategy[Any]:
    """Return calls of every operation of the description that the application itself serves."""
    app = pages.client().application
    with system().same():
        described = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    modes = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    operations = [found.ok() for found in described.get_all_operations()]
    return st.one_of([each.as_strategy(generation_mode=mode) for each in operations for mode in modes])


def check_call(case: Any) -> None:
    """Fail unless the answer is one that the description has, with its schema, type and status."""
    known = system()
    with known.same():
        # The client within the process does not unpack what it says it takes.
        answer = case.call(app=pages.client().application, headers={"Accept-Encoding": "identity"})
        assert answer.status_code < SERVER_ERROR, answer.text
        case.validate_response(
            answer,
            checks=[
                schemathesis.checks.not_a_server_error,
                schemathesis.checks.CHECKS.get_one("status_code_conformance"),
                schemathesis.checks.CHECKS.get_one("content_type_conformance"),
                schemathesis.checks.CHECKS.get_one("response_schema_conformance"),
            ],
        )
    assert str(REPOSITORY_ROOT) not in answer.text
    assert not known.seen.writes
    check_statements(known.seen)


CALLS: Final = Surface(name="JSON API by its description", inputs=st.deferred(lambda: cases()), check=check_call)
