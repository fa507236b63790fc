# Applied after the functions: their URLs are read from what is deployed, and a topic whose function is not there
# yet keeps nothing back from one that is.
data "google_project" "project" {
  project_id = var.project
}

data "google_service_account" "push" {
  project    = var.project
  account_id = "lookback-push"
}

data "google_cloud_run_v2_service" "function" {
  for_each = module.declaration.functions

  project  = var.project
  location = var.region
  name     = each.value.service
}

locals {
  pubsub_agent = "serviceAccount:service-${data.google_project.project.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
  invokers = {
    for name, each in module.declaration.functions :
    name => each.http ? var.status_invokers : [data.google_service_account.push.member]
  }
}

resource "google_pubsub_subscription" "push" {
  for_each = module.declaration.subscriptions

  project                    = var.project
  name                       = each.key
  topic                      = "projects/${var.project}/topics/${each.value.topic}"
  ack_deadline_seconds       = each.value.ack_deadline_seconds
  message_retention_duration = "604800s"

  expiration_policy {
    ttl = ""
  }

  # functions-framework names the topic in the event's source when the path is the topic's own name.
  push_config {
    push_endpoint = join("/", [
      data.google_cloud_run_v2_service.function[each.value.function].uri, "projects", var.project, "topics", each.value.topic,
    ])

    oidc_token {
      service_account_email = data.google_service_account.push.email
      audience              = data.google_cloud_run_v2_service.function[each.value.function].uri
    }
  }

  retry_policy {
    minimum_backoff = "${each.value.retry_minimum_seconds}s"
    maximum_backoff = "${each.value.retry_maximum_seconds}s"
  }

  dynamic "dead_letter_policy" {
    for_each = each.value.dead_letter_topic == null ? [] : [each.value.dead_letter_topic]

    content {
      dead_letter_topic     = "projects/${var.project}/topics/${dead_letter_policy.value}"
      max_delivery_attempts = each.value.max_delivery_attempts
    }
  }

  depends_on = [google_cloud_run_v2_service_iam_binding.invoker]
}

# Without this a message that was forwarded to the dead letters is not taken off its own subscription.
resource "google_pubsub_subscription_iam_member" "forwarding" {
  for_each = { for name, each in module.declaration.subscriptions : name => each if each.dead_letter_topic != null }

  project      = var.project
  subscription = google_pubsub_subscription.push[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}

# A binding, not a member: whoever else was given the role on a function loses it at the next deployment.
resource "google_cloud_run_v2_service_iam_binding" "invoker" {
  for_each = { for name, members in local.invokers : name => members if length(members) > 0 }

  project  = var.project
  location = var.region
  name     = data.google_cloud_run_v2_service.function[each.key].name
  role     = "roles/run.invoker"
  members  = each.value
}

resource "google_cloud_scheduler_job" "schedule" {
  for_each = module.declaration.schedules

  project   = var.project
  region    = var.region
  name      = each.key
  schedule  = each.value.cron
  time_zone = each.value.time_zone

  pubsub_target {
    topic_name = "projects/${var.project}/topics/${each.value.topic}"
    data       = base64encode(jsonencode(each.value.message))
  }

  depends_on = [google_pubsub_subscription.push]
}
