data "google_project" "project" {
  project_id = var.project
}

locals {
  schemas = { for message, path in module.declaration.messages : message => path if path != null }
  # Pub/Sub itself moves what could not be delivered, under an account of its own.
  pubsub_agent = "serviceAccount:service-${data.google_project.project.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

resource "google_pubsub_schema" "message" {
  for_each = local.schemas

  project    = var.project
  name       = each.key
  type       = "PROTOCOL_BUFFER"
  definition = file("${path.module}/../${each.value}")
}

resource "google_pubsub_topic" "topic" {
  for_each = module.declaration.topics

  project = var.project
  name    = each.key

  dynamic "schema_settings" {
    for_each = contains(keys(local.schemas), each.value) ? [each.value] : []

    content {
      schema   = google_pubsub_schema.message[schema_settings.value].id
      encoding = "JSON"
    }
  }
}

resource "google_pubsub_topic_iam_member" "dead_letters" {
  for_each = module.declaration.dead_letter_topics

  project = var.project
  topic   = google_pubsub_topic.topic[each.key].name
  role    = "roles/pubsub.publisher"
  member  = local.pubsub_agent
}

# Here and not beside the push subscriptions: from a topic's first message on there is a place that keeps it.
resource "google_pubsub_subscription" "inbox" {
  for_each = module.declaration.inboxes

  project                    = var.project
  name                       = each.key
  topic                      = google_pubsub_topic.topic[each.value].id
  ack_deadline_seconds       = 60
  message_retention_duration = "2678400s"

  expiration_policy {
    ttl = ""
  }
}
