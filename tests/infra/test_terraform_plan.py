"""What Terraform would make, planned from the declarations: compared with the declarations as the code reads them."""

import re

import pytest
import yaml

from shared import bootstrap
from shared.domain.alert_rules import RULES
from shared.domain.alerts import Judge
from shared.domain.notices import NoticeKind
from tests.infra.planned import PROJECT, REGION, Planned, Terraform, plain
from tests.infra.stand_in_provider import PROJECT_NUMBER
from tests.infra.terraform_files import INFRA, ROOTS

TOPOLOGY = bootstrap.topology()
DECLARED = yaml.safe_load((INFRA / "pipeline.yaml").read_text())
AGENT = f"serviceAccount:service-{PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com"
PUSH = f"lookback-push@{PROJECT}.iam.gserviceaccount.com"
ACCOUNT_ID_MAX = 30


def account(function: str) -> str:
    return f"serviceAccount:lookback-{function.replace('_', '-')}@{PROJECT}.iam.gserviceaccount.com"


def topic_id(topic: str) -> str:
    return f"projects/{PROJECT}/topics/{topic}"


@pytest.mark.parametrize("root", ROOTS)
def test_a_root_is_valid(made: Terraform, root: str) -> None:
    made.must(root, "validate", "-no-color")


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("push_endpoint", "push_url", "An argument named"),
        ("oidc_token {", "token {", "Unsupported block type"),
        ("  name                       = each.key\n", "", "Missing required argument"),
        ("each.value.ack_deadline_seconds", "var.deadline", "Reference to undeclared input variable"),
    ],
)
def test_terraform_itself_notices_what_is_wrong(made: Terraform, right: str, wrong: str, complaint: str) -> None:
    path = made.folder / "triggers" / "push.tf"
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong, 1))
    try:
        ended = made.run("triggers", "validate", "-no-color")
    finally:
        path.write_text(text)
    assert ended.returncode == 1
    assert complaint in ended.stderr


def test_every_topic_has_its_schema(planned: dict[str, Planned]) -> None:
    topics = planned["google_pubsub_topic.topic"]
    kinds = {name: TOPOLOGY.messages[topic.message] for name, topic in TOPOLOGY.topics.items()}
    expected = {
        name: [{"schema": f"projects/{PROJECT}/schemas/{kind.name}", "encoding": "JSON"}] if kind.schema else []
        for name, kind in kinds.items()
    }
    assert {name: plain(values["schema_settings"]) for name, values in topics.items()} == expected
    schemas = planned["google_pubsub_schema.message"]
    for name, values in schemas.items():
        file = TOPOLOGY.messages[name].schema
        assert file is not None
        assert values["type"] == "PROTOCOL_BUFFER"
        assert values["definition"] == (INFRA / file).read_text()


def test_every_subscription_pushes_as_declared(planned: dict[str, Planned]) -> None:
    pushed = planned["google_pubsub_subscription.push"]
    assert set(pushed) == {each.name for each in TOPOLOGY.subscriptions}
    for each in TOPOLOGY.subscriptions:
        values = pushed[each.name]
        service = f"https://{each.function.replace('_', '-')}-{PROJECT_NUMBER}.{REGION}.run.app"
        (push,) = values["push_config"]
        assert push["push_endpoint"] == f"{service}/projects/{PROJECT}/topics/{each.topic}"
        assert plain(push["oidc_token"]) == [{"service_account_email": PUSH, "audience": service}]
        assert values["topic"] == topic_id(each.topic)
        assert values["ack_deadline_seconds"] == each.ack_deadline_seconds
        assert plain(values["retry_policy"]) == [
            {
                "minimum_backoff": f"{each.retry_minimum_seconds:g}s",
                "maximum_backoff": f"{each.retry_maximum_seconds:g}s",
            }
        ]
        letters = {
            "dead_letter_topic": topic_id(each.dead_letter_topic or ""),
            "max_delivery_attempts": each.max_delivery_attempts,
        }
        assert plain(values["dead_letter_policy"]) == ([letters] if each.dead_letter_topic else [])
        assert (values["expiration_policy"], values["message_retention_duration"]) == ([{"ttl": ""}], "604800s")


def test_nothing_that_is_dead_lettered_is_lost(planned: dict[str, Planned]) -> None:
    forwarding = planned["google_pubsub_subscription_iam_member.forwarding"]
    letters = planned["google_pubsub_topic_iam_member.dead_letters"]
    sources = {each.name: each.dead_letter_topic for each in TOPOLOGY.subscriptions if each.dead_letter_topic}
    assert {values["subscription"] for values in forwarding.values()} == set(sources)
    assert {values["topic"] for values in letters.values()} == set(sources.values())
    for values, role in [(each, "roles/pubsub.subscriber") for each in forwarding.values()] + [
        (each, "roles/pubsub.publisher") for each in letters.values()
    ]:
        assert (values["member"], values["role"]) == (AGENT, role)
    inboxes = planned["google_pubsub_subscription.inbox"]
    assert {name: values["topic"] for name, values in inboxes.items()} == {
        each.name: topic_id(each.topic) for each in TOPOLOGY.inboxes
    }
    assert set(sources.values()) <= {each.topic for each in TOPOLOGY.inboxes}
    for values in inboxes.values():
        assert (values["expiration_policy"], values["message_retention_duration"]) == ([{"ttl": ""}], "2678400s")


def test_a_functions_account_has_what_it_declares(planned: dict[str, Planned]) -> None:
    accesses = {name: function.settings.access for name, function in TOPOLOGY.functions.items()}
    topics = {(account(name), topic) for name, each in accesses.items() for topic in each.publish}
    publishers = planned["google_pubsub_topic_iam_member.publisher"].values()
    assert {(values["member"], values["topic"]) for values in publishers} == topics
    editor = {"read": "roles/bigquery.dataViewer", "write": "roles/bigquery.dataEditor"}
    datasets = {(account(n), d, editor[m]) for n, each in accesses.items() for d, m in each.datasets.items()}
    granted = planned["google_bigquery_dataset_iam_member.function"].values()
    assert {(values["member"], values["dataset_id"], values["role"]) for values in granted} == datasets
    ledger = {"read": "roles/datastore.viewer", "write": "roles/datastore.user"}
    project = {(account(name), ledger[each.ledger]) for name, each in accesses.items() if each.ledger}
    project |= {(account(name), "roles/bigquery.jobUser") for name, each in accesses.items() if each.datasets}
    granted = planned["google_project_iam_member.function"].values()
    assert {(values["member"], values["role"]) for values in granted} == project
    bucket = {"read": "roles/storage.objectViewer", "write": "roles/storage.objectUser"}
    landing = {(account(name), bucket[each.landing]) for name, each in accesses.items() if each.landing}
    granted = planned["google_storage_bucket_iam_member.landing"].values()
    assert {(values["member"], values["role"]) for values in granted} == landing


def test_nobody_but_those_declared_is_granted_anything(planned: dict[str, Planned]) -> None:
    """Every grant is one of those that the tests above have judged, or the builder's."""
    grants = {kind for kind in planned if "_iam_" in kind}
    assert grants == {
        "google_bigquery_dataset_iam_member.function",
        "google_cloud_run_v2_service_iam_binding.invoker",
        "google_project_iam_member.builder",
        "google_project_iam_member.function",
        "google_pubsub_subscription_iam_member.forwarding",
        "google_pubsub_topic_iam_member.dead_letters",
        "google_pubsub_topic_iam_member.publisher",
        "google_storage_bucket_iam_member.landing",
    }


def test_only_pushes_invoke_functions_and_only_named_people_status(planned: dict[str, Planned]) -> None:
    invokers = planned["google_cloud_run_v2_service_iam_binding.invoker"]
    expected = {name: [f"serviceAccount:{PUSH}"] for name in TOPOLOGY.functions}
    expected["status"] = ["user:ann@example.com"]
    assert {name: values["members"] for name, values in invokers.items()} == expected
    assert {values["role"] for values in invokers.values()} == {"roles/run.invoker"}


@pytest.mark.parametrize("member", ["allUsers", "allAuthenticatedUsers"])
def test_status_cannot_be_opened_to_everybody(made: Terraform, member: str) -> None:
    arguments = [f"-var=project={PROJECT}", f"-var=region={REGION}", f'-var=status_invokers=["{member}"]']
    ended = made.run("triggers", "plan", "-input=false", "-no-color", *arguments)
    assert ended.returncode == 1
    assert "named members only" in ended.stderr


def test_schedules_publish_their_message(planned: dict[str, Planned]) -> None:
    jobs = planned["google_cloud_scheduler_job.schedule"]
    assert set(jobs) == set(DECLARED["schedules"])
    job, declared = jobs["sweep"], DECLARED["schedules"]["sweep"]
    (target,) = job["pubsub_target"]
    assert (job["schedule"], job["time_zone"]) == (declared["cron"], declared["time_zone"])
    # {"version":1} in base64.
    assert (target["topic_name"], target["data"]) == (topic_id("sweep"), "eyJ2ZXJzaW9uIjoxfQ==")


def test_account_ids_are_short_enough(planned: dict[str, Planned]) -> None:
    for values in planned["google_service_account.function"].values():
        assert len(values["account_id"]) <= ACCOUNT_ID_MAX


def test_every_alert_goes_to_the_channels(planned: dict[str, Planned]) -> None:
    policies = [each for kind, found in planned.items() if "alert_policy" in kind for each in found.values()]
    assert len(policies) == 3 + len(TOPOLOGY.inboxes) + len(DECLARED["alert_policies"])
    for policy in policies:
        assert policy["notification_channels"] == [f"projects/{PROJECT}/notificationChannels/1"]
        assert policy["documentation"][0]["content"]


def test_an_address_gets_a_channel_that_every_alert_goes_to(made: Terraform) -> None:
    planned = made.plan("triggers", '-var=alert_emails=["ann@example.com"]')
    (channel,) = [each["values"] for each in planned if each["type"] == "google_monitoring_notification_channel"]
    assert (channel["type"], channel["labels"]) == ("email", {"email_address": "ann@example.com"})
    policies = [each["values"] for each in planned if each["type"] == "google_monitoring_alert_policy"]
    assert policies
    for policy in policies:
        given, made_here = policy["notification_channels"]
        assert given == f"projects/{PROJECT}/notificationChannels/1"
        assert "google_monitoring_notification_channel" in made_here


MONITORING_SEVERITY = {"critical": "CRITICAL", "high": "ERROR", "medium": "WARNING", "low": "WARNING"}
# Rules that Cloud Monitoring alone can see, each with the policy that does.
SEEN_THERE = {"sweep_silent": "sweep_silent", "notifier_silent": "notifier_silent", "message_backlog": "backlog"}


def test_every_rule_has_a_policy_with_its_runbook(planned: dict[str, Planned]) -> None:
    policies = planned["google_monitoring_alert_policy.rule"]
    judged = {rule.name: rule for rule in RULES if rule.judge is Judge.LEDGER}
    assert set(policies) == set(judged)
    assert set(SEEN_THERE) == {rule.name for rule in RULES} - set(judged)
    told = {kind.value for kind in NoticeKind} - {"acknowledged", "resolved"}
    for name, policy in policies.items():
        assert policy["severity"] == MONITORING_SEVERITY[judged[name].severity]
        (threshold,) = policy["conditions"][0]["condition_threshold"]
        assert f'metric.labels.rule = "{name}"' in threshold["filter"]
        assert "user/lookback/notices_written" in threshold["filter"]
        assert set(re.findall(r'"([a-z]+)"', threshold["filter"].partition("one_of")[2])) == told
    others = {name: planned[f"google_monitoring_alert_policy.{each}"] for name, each in SEEN_THERE.items()}
    for name, policy in [*policies.items(), *((name, next(iter(found.values()))) for name, found in others.items())]:
        assert f"docs/operations/runbooks/{name}.md" in policy["documentation"][0]["content"]


def test_the_silence_of_the_sweep_is_three_missed_ones(planned: dict[str, Planned]) -> None:
    (policy,) = planned["google_monitoring_alert_policy.sweep_silent"].values()
    (absent,) = policy["conditions"][0]["condition_absent"]
    assert absent["duration"] == "900s"
    assert 'service_name = "sweep"' in absent["filter"]


def test_every_counted_action_has_a_metric_with_its_labels(planned: dict[str, Planned]) -> None:
    metrics = planned["google_logging_metric.action"]
    assert set(metrics) == set(DECLARED["log_metrics"])
    for name, declared in DECLARED["log_metrics"].items():
        values = metrics[name]
        assert f'jsonPayload.action="{declared["action"]}"' in values["filter"]
        assert set(values["label_extractors"]) == {"service", *declared["labels"]}
        (descriptor,) = values["metric_descriptor"]
        assert {label["key"] for label in descriptor["labels"]} == {"service", *declared["labels"]}
        measured = "value" in declared
        assert descriptor["value_type"] == ("DISTRIBUTION" if measured else "INT64")
        assert values["value_extractor"] == (f"EXTRACT(jsonPayload.{declared['value']})" if measured else None)
