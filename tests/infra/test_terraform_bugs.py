"""Bugs planted in the Terraform files, one each: a test of what they plan must notice."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.infra import test_terraform_plan as plan
from tests.infra import test_terraform_storage as storage
from tests.infra.planned import Planned, Terraform, planned_of


@dataclass(frozen=True, slots=True)
class Bug:
    """In which file what is written as what, and the test that must fail then."""

    file: str
    right: str
    wrong: str
    caught_by: Callable[[dict[str, Planned]], None]

    def __str__(self) -> str:
        return f"{self.file}: {self.wrong.strip()[:60] or 'left out'}"


BUGS = [
    Bug(
        "triggers/push.tf",
        "  member       = local.pubsub_agent",
        '  member = "user:x"',
        plan.test_nothing_that_is_dead_lettered_is_lost,
    ),
    Bug(
        "system/pubsub.tf",
        "for_each = module.declaration.dead_letter_topics",
        "for_each = toset([])",
        plan.test_nothing_that_is_dead_lettered_is_lost,
    ),
    Bug(
        "system/pubsub.tf",
        'message_retention_duration = "2678400s"',
        "",
        plan.test_nothing_that_is_dead_lettered_is_lost,
    ),
    Bug("system/pubsub.tf", '"JSON"', '"BINARY"', plan.test_every_topic_has_its_schema),
    Bug(
        "triggers/push.tf",
        "audience              = data",
        "audience = null # data",
        plan.test_every_subscription_pushes_as_declared,
    ),
    Bug("triggers/push.tf", 'ttl = ""', 'ttl = "2678400s"', plan.test_every_subscription_pushes_as_declared),
    Bug(
        "triggers/push.tf",
        "max_delivery_attempts = each",
        "max_delivery_attempts = 5 # each",
        plan.test_every_subscription_pushes_as_declared,
    ),
    Bug(
        "triggers/push.tf",
        "each.http ? var.status_invokers : [",
        "false ? var.status_invokers : [",
        plan.test_only_pushes_invoke_functions_and_only_named_people_status,
    ),
    Bug(
        "declaration/main.tf",
        "roles/bigquery.dataViewer",
        "roles/bigquery.dataEditor",
        plan.test_a_functions_account_has_what_it_declares,
    ),
    Bug(
        "declaration/main.tf",
        'read = "roles/datastore.viewer"',
        'read = "roles/datastore.user"',
        plan.test_a_functions_account_has_what_it_declares,
    ),
    Bug(
        "declaration/main.tf",
        "for topic in each.access.publish",
        'for topic in concat(["sweep"], each.access.publish)',
        plan.test_a_functions_account_has_what_it_declares,
    ),
    Bug(
        "triggers/monitoring.tf",
        "notification_channels = local.channels",
        "",
        plan.test_every_alert_goes_to_the_channels,
    ),
    Bug(
        "triggers/monitoring.tf",
        'metric.labels.rule = \\"${each.key}\\"',
        'metric.labels.rule = \\"all\\"',
        plan.test_every_rule_has_a_policy_with_its_runbook,
    ),
    Bug("triggers/monitoring.tf", '"900s"', '"3600s"', plan.test_the_silence_of_the_sweep_is_three_missed_ones),
    Bug(
        "triggers/monitoring.tf",
        "jsonPayload.action=",
        "jsonPayload.event=",
        plan.test_every_counted_action_has_a_metric_with_its_labels,
    ),
    Bug(
        "triggers/push.tf",
        "base64encode(jsonencode(each.value.message))",
        "jsonencode(each.value.message)",
        plan.test_schedules_publish_their_message,
    ),
    Bug(
        "storage/bigquery.tf",
        "jsonencode([for column in each.value.columns :",
        "jsonencode([for column in reverse(each.value.columns) :",
        storage.test_every_table_is_as_declared,
    ),
    Bug(
        "storage/bigquery.tf",
        "deletion_protection = var.protect",
        "deletion_protection = false",
        storage.test_every_table_is_as_declared,
    ),
    Bug(
        "storage/bigquery.tf", "each.value.expiration_ms", "3600000", storage.test_staging_expires_and_nothing_else_does
    ),
    Bug(
        "storage/landing.tf", '"enforced"', '"inherited"', storage.test_the_landing_bucket_is_private_and_keeps_versions
    ),
]


@pytest.mark.parametrize("bug", BUGS, ids=str)
def test_a_planted_bug_is_caught(made: Terraform, planned: dict[str, Planned], bug: Bug) -> None:
    bug.caught_by(planned)
    path = made.folder / bug.file
    text = path.read_text()
    assert bug.right in text, "plant the bug anew"
    roots = ("system",) if bug.file.startswith("declaration") else (path.parent.name,)
    path.write_text(text.replace(bug.right, bug.wrong, 1))
    try:
        wrong = planned_of(made, roots)
    finally:
        path.write_text(text)
    remade = {kind: found for kind, found in planned.items() if not _made_by(made, kind, roots)}
    with pytest.raises((AssertionError, KeyError)):
        bug.caught_by({**remade, **wrong})


def _made_by(made: Terraform, kind: str, roots: tuple[str, ...]) -> bool:
    """Return whether one of the roots declares a `<kind>.<name>`."""
    word, _, name = kind.partition(".")
    texts = (path.read_text() for root in roots for path in (made.folder / root).glob("*.tf"))
    return any(f'resource "{word}" "{name}"' in text for text in texts)
