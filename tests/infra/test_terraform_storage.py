"""What is kept when the rest is destroyed: tables, datasets, the landing bucket, Firestore."""

import json

import pytest
import yaml

from shared.adapters.table_schemas import load_table_schemas
from shared.config import Config
from tests.infra.planned import PROJECT, REGION, Planned, Terraform, plain
from tests.infra.terraform_files import INFRA

DECLARED = yaml.safe_load((INFRA / "pipeline.yaml").read_text())


def test_every_table_is_as_declared(planned: dict[str, Planned]) -> None:
    tables, declared = planned["google_bigquery_table.table"], load_table_schemas().tables
    assert set(tables) == set(declared)
    for name, schema in declared.items():
        values = tables[name]
        columns = [(column["name"], column["type"]) for column in json.loads(values["schema"])]
        assert columns == list(schema.columns.items()), name
        assert f"{values['dataset_id']}.{values['table_id']}" == name
        (partitioning,) = values["time_partitioning"]
        assert (partitioning["type"], partitioning["field"]) == ("DAY", schema.partition_by)
        assert (values["clustering"], values["deletion_protection"]) == (list(schema.cluster_by), True)


def test_columns_that_are_not_one_a_line_are_refused(made: Terraform) -> None:
    path = made.folder / "tables.yaml"
    text = path.read_text()
    path.write_text(text.replace("      season: STRING\n", '      "season": STRING\n'))
    arguments = [f"-var=project={PROJECT}", f"-var=region={REGION}"]
    try:
        ended = made.run("storage", "plan", "-input=false", "-no-color", *arguments)
    finally:
        path.write_text(text)
    assert ended.returncode == 1
    assert "are not one" in ended.stderr


def test_staging_expires_and_nothing_else_does(planned: dict[str, Planned]) -> None:
    datasets = planned["google_bigquery_dataset.dataset"]
    staging = Config().staging_dataset
    expected = {schema.dataset: None for schema in load_table_schemas().tables.values()}
    expected[staging] = DECLARED["staging"]["expiration_hours"] * 3_600_000
    assert {name: values["default_table_expiration_ms"] for name, values in datasets.items()} == expected


@pytest.mark.parametrize(
    ("protect", "expected"),
    [
        ("true", ("DELETE_PROTECTION_ENABLED", False, True)),
        ("false", ("DELETE_PROTECTION_DISABLED", True, False)),
    ],
)
def test_what_is_kept_is_protected_until_asked(made: Terraform, protect: str, expected: tuple[str, bool, bool]) -> None:
    found = {each["type"]: each["values"] for each in made.plan("storage", f"-var=protect={protect}")}
    protection = (
        found["google_firestore_database"]["delete_protection_state"],
        found["google_storage_bucket"]["force_destroy"],
        found["google_bigquery_table"]["deletion_protection"],
    )
    assert protection == expected


INDEXES = {
    "indexes": [
        {
            "collectionGroup": "units",
            "queryScope": "COLLECTION",
            "fields": [{"fieldPath": "status", "order": "ASCENDING"}, {"fieldPath": "day", "order": "DESCENDING"}],
        }
    ],
    "fieldOverrides": [
        {"collectionGroup": "units", "fieldPath": "body", "indexes": []},
        {"collectionGroup": "units", "fieldPath": "day", "indexes": [{"order": "ASCENDING"}]},
    ],
}


def test_firestores_indexes_and_exemptions_are_those_of_its_file(made: Terraform) -> None:
    path = made.folder / "firestore_indexes.json"
    text = path.read_text()
    path.write_text(json.dumps(INDEXES))
    try:
        resources = made.plan("storage")
    finally:
        path.write_text(text)
    (index,) = [each["values"] for each in resources if each["type"] == "google_firestore_index"]
    assert (index["collection"], index["query_scope"]) == ("units", "COLLECTION")
    assert plain(index["fields"]) == [
        {"field_path": "status", "order": "ASCENDING"},
        {"field_path": "day", "order": "DESCENDING"},
    ]
    fields = {each["values"]["field"]: each["values"] for each in resources if each["type"] == "google_firestore_field"}
    assert fields["body"]["index_config"] == [{"indexes": []}]
    (own,) = fields["day"]["index_config"]
    assert plain(own["indexes"]) == [{"order": "ASCENDING", "query_scope": "COLLECTION"}]


def test_the_landing_bucket_is_private_and_keeps_versions(planned: dict[str, Planned]) -> None:
    bucket = planned["google_storage_bucket.landing"][""]
    assert bucket["name"] == f"{PROJECT}-landing"
    assert bucket["uniform_bucket_level_access"] is True
    assert bucket["public_access_prevention"] == "enforced"
    assert bucket["versioning"] == [{"enabled": True}]
