"""The id of a ledger: made once, by whoever comes first."""

from shared.adapters.embedded.memory import MemoryStore
from shared.ports import Document, Write
from shared.service.ledger import INSTANCE_KEY, ledger_instance


def test_the_id_is_made_once() -> None:
    store = MemoryStore()
    assert ledger_instance(store, lambda: "a1") == "a1"
    assert ledger_instance(store, lambda: "b2") == "a1"


def test_the_first_of_two_who_find_none_makes_it() -> None:
    class Raced(MemoryStore):
        """Another caller creates the document right after the first read."""

        def get(self, key: str) -> Document | None:
            found = super().get(key)
            if found is None:
                self.commit([Write(key=INSTANCE_KEY, body={"id": "theirs"})])
            return found

    assert ledger_instance(Raced(), lambda: "ours") == "theirs"
