"""What the tests of the deployment share: Terraform on a copy of infra/, and what it plans."""

from collections.abc import Iterator

import pytest

from tests.infra.planned import Planned, Terraform, planned_of, terraform
from tests.infra.terraform_files import ROOTS


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terraform]:
    with terraform(tmp_path_factory.mktemp("terraform")) as ready:
        yield ready


@pytest.fixture(scope="session")
def planned(made: Terraform) -> dict[str, Planned]:
    """What all roots plan."""
    return planned_of(made, ROOTS)
