locals {
  services     = [for each in module.declaration.functions : each.service]
  service_list = join(" OR ", [for name in local.services : "\"${name}\""])
  push_list    = join(", ", [for name in keys(module.declaration.subscriptions) : "\"${name}\""])
  channels     = concat(var.notification_channels, [for each in google_monitoring_notification_channel.email : each.id])
}

resource "google_monitoring_notification_channel" "email" {
  for_each = toset(var.alert_emails)

  project      = var.project
  display_name = "Lookback: ${each.key}"
  type         = "email"
  labels       = { email_address = each.key }
}

resource "google_logging_metric" "action" {
  for_each = module.declaration.log_metrics

  project = var.project
  name    = "lookback/${each.key}"
  filter = join(" AND ", [
    "resource.type=\"cloud_run_revision\"",
    "resource.labels.service_name=(${local.service_list})",
    "jsonPayload.action=\"${each.value.action}\"",
  ])
  label_extractors = merge(
    { service = "EXTRACT(resource.labels.service_name)" },
    { for field in each.value.labels : field => "EXTRACT(jsonPayload.${field})" },
  )

  value_extractor = try("EXTRACT(jsonPayload.${each.value.value})", null)

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = can(each.value.value) ? "DISTRIBUTION" : "INT64"
    unit        = can(each.value.value) ? "s" : "1"

    dynamic "labels" {
      for_each = toset(concat(["service"], each.value.labels))

      content {
        key        = labels.value
        value_type = "STRING"
      }
    }
  }
}

# The sweep repairs what everything else loses, so its own silence must be loud. Counted are answers of 2xx, not
# log lines: a sweep that fails is as good as none.
resource "google_monitoring_alert_policy" "sweep_silent" {
  project               = var.project
  display_name          = "Lookback: no sweep for 15 minutes"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels

  conditions {
    display_name = "no successful answer of the sweep"

    condition_absent {
      duration = "900s"
      filter = join(" AND ", [
        "resource.type = \"cloud_run_revision\"",
        "resource.labels.service_name = \"${module.declaration.functions["sweep"].service}\"",
        "metric.type = \"run.googleapis.com/request_count\"",
        "metric.labels.response_code_class = \"2xx\"",
      ])

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    content = "Runbook: docs/operations/runbooks/sweep_silent.md. Leases that ran out are not ended and lost messages not sent again. Look at the job `sweep` of Cloud Scheduler, then at the logs of the function `sweep`."
  }
}

# Who judges the rules cannot tell of his own silence.
resource "google_monitoring_alert_policy" "notifier_silent" {
  project               = var.project
  display_name          = "Lookback: the rules of alerting were not judged for 15 minutes"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels

  conditions {
    display_name = "no successful answer of raise_alerts"

    condition_absent {
      duration = "900s"
      filter = join(" AND ", [
        "resource.type = \"cloud_run_revision\"",
        "resource.labels.service_name = \"${module.declaration.functions["raise_alerts"].service}\"",
        "metric.type = \"run.googleapis.com/request_count\"",
        "metric.labels.response_code_class = \"2xx\"",
      ])

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    content = "Nobody would be told of an incident. Runbook: docs/operations/runbooks/notifier_silent.md"
  }
}

# What an incident has to tell is counted as it is written: grouping, inhibition and silences hold here, too.
resource "google_monitoring_alert_policy" "rule" {
  for_each   = module.declaration.alert_policies
  depends_on = [google_logging_metric.action]

  project               = var.project
  display_name          = "Lookback: ${each.key}"
  combiner              = "OR"
  severity              = { critical = "CRITICAL", high = "ERROR", medium = "WARNING", low = "WARNING" }[each.value.severity]
  notification_channels = local.channels

  conditions {
    display_name = "a notice of ${each.key}"

    condition_threshold {
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"
      filter = join(" AND ", [
        "resource.type = \"cloud_run_revision\"",
        "metric.type = \"logging.googleapis.com/user/lookback/notices_written\"",
        "metric.labels.rule = \"${each.key}\"",
        "metric.labels.kind = one_of(\"triggered\", \"flapping\", \"raised\", \"grown\", \"escalated\", \"reported\")",
      ])

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  alert_strategy {
    auto_close = "1800s"
  }

  documentation {
    content = "Runbook: docs/operations/runbooks/${each.key}.md. What is wrong now: backfill alerts"
  }
}

# An inbox is emptied by a person who has dealt with what is in it; until then it has something to say.
resource "google_monitoring_alert_policy" "inbox" {
  for_each = module.declaration.inboxes

  project               = var.project
  display_name          = "Lookback: ${each.key} holds messages"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels

  conditions {
    display_name = "messages in ${each.key}"

    condition_threshold {
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"
      filter = join(" AND ", [
        "resource.type = \"pubsub_subscription\"",
        "resource.labels.subscription_id = \"${each.key}\"",
        "metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\"",
      ])

      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  documentation {
    content = "Read them with `gcloud pubsub subscriptions pull ${each.key}`; acknowledge those that are dealt with."
  }
}

resource "google_monitoring_alert_policy" "backlog" {
  project               = var.project
  display_name          = "Lookback: a message waits for an hour"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels

  conditions {
    display_name = "oldest message of a push subscription"

    condition_threshold {
      comparison      = "COMPARISON_GT"
      threshold_value = 3600
      duration        = "300s"
      filter = join(" AND ", [
        "resource.type = \"pubsub_subscription\"",
        "resource.labels.subscription_id = one_of(${local.push_list})",
        "metric.type = \"pubsub.googleapis.com/subscription/oldest_unacked_message_age\"",
      ])

      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  documentation {
    content = "Runbook: docs/operations/runbooks/message_backlog.md. A function does not keep up, or fails every time. Look at its logs; after the declared attempts its messages are dead letters."
  }
}
