import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.list_schedule import Graph, Node, ends_of, list_schedule

FIRST = date(2024, 11, 1)


def node(phase: int, number: int) -> Node:
    return phase, FIRST + timedelta(days=number)


def by_date(each: Node) -> tuple[float, ...]:
    return (each[1].toordinal(), each[0])


def test_two_workers_share_what_is_ready() -> None:
    """Three of 4 s: two at once, the third after them: 8 s; the one that waits for the third ends at 9 s."""
    seconds = {node(1, 0): 4.0, node(1, 1): 4.0, node(1, 2): 4.0, node(2, 2): 1.0}
    graph = Graph(seconds=seconds, after={node(2, 2): frozenset({node(1, 2)})})
    assert ends_of(graph, 2, by_date) == {node(1, 0): 4.0, node(1, 1): 4.0, node(1, 2): 8.0, node(2, 2): 9.0}


def test_the_first_by_priority_is_taken() -> None:
    graph = Graph(seconds={node(1, 0): 1.0, node(1, 1): 2.0}, after={})
    assert ends_of(graph, 1, lambda each: (-each[1].toordinal(),)) == {node(1, 1): 2.0, node(1, 0): 3.0}


def test_nothing_takes_no_time() -> None:
    assert list_schedule(Graph(seconds={}, after={}), 3, by_date) == 0.0


@given(st.lists(st.floats(0.1, 50), min_size=1, max_size=12), st.integers(1, 6))
def test_no_schedule_beats_the_longest_chain_or_an_even_share(durations: list[float], workers: int) -> None:
    """A chain of every second one: the make-span is at least both, and at most their sum (Graham's bound)."""
    seconds = {node(1, number): each for number, each in enumerate(durations)}
    chain = [node(1, number) for number in range(0, len(durations), 2)]
    after = {later: frozenset({before}) for before, later in itertools.pairwise(chain)}
    span = list_schedule(Graph(seconds=seconds, after=after), workers, by_date)
    longest = max(sum(seconds[each] for each in chain), max(durations))
    even = sum(durations) / workers
    assert max(longest, even) - 1e-6 <= span <= longest + even + 1e-6
