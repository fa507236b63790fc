"""What the tests of the deployment share: Terraform on a copy of infra/, and what it plans."""

from collections.abc import Iterator

import pytest

from tests.infra.planned import Planned, Terraform, terraform
from tests.infra.terraform_files import ROOTS


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terraform]:
    with terraform(tmp_path_factory.mktemp("terraform")) as ready:
        yield ready


@pytest.fixture(scope="session")
def planned(made: Terraform) -> dict[str, Planned]:
    """The planned values of every resource: by `<kind>.<name>`, then by its key."""
    kinds: dict[str, Planned] = {}
    for root in ROOTS:
        for each in made.plan(root):
            kinds.setdefault(f"{each['type']}.{each['name']}", {})[each.get("index", "")] = each["values"]
    return kinds
