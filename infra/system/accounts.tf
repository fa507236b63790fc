# One account a function. What it may do is `access` in pipeline.yaml, granted on the one topic, dataset or bucket;
# Firestore and BigQuery's right to run jobs can be granted on a project only.
resource "google_service_account" "function" {
  for_each = module.declaration.functions

  project      = var.project
  account_id   = each.value.account
  display_name = "Lookback: ${each.key}"
}

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = module.declaration.publish_grants

  project = var.project
  topic   = google_pubsub_topic.topic[each.value.topic].name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.function[each.value.function].member
}

resource "google_bigquery_dataset_iam_member" "function" {
  for_each = module.declaration.dataset_grants

  project    = var.project
  dataset_id = each.value.dataset
  role       = each.value.role
  member     = google_service_account.function[each.value.function].member
}

resource "google_storage_bucket_iam_member" "landing" {
  for_each = module.declaration.landing_grants

  bucket = replace(module.declaration.landing_bucket, "{project}", var.project)
  role   = each.value
  member = google_service_account.function[each.key].member
}

resource "google_project_iam_member" "function" {
  for_each = module.declaration.project_grants

  project = var.project
  role    = each.value.role
  member  = google_service_account.function[each.value.function].member
}

# Who pushes: the account whose token Pub/Sub shows to the functions. It may do nothing but invoke them.
resource "google_service_account" "push" {
  project      = var.project
  account_id   = "lookback-push"
  display_name = "Lookback: pushes messages to functions"
}

# Who builds the functions' images out of the uploaded sources.
resource "google_service_account" "builder" {
  project      = var.project
  account_id   = "lookback-builder"
  display_name = "Lookback: builds functions"
}

resource "google_project_iam_member" "builder" {
  project = var.project
  role    = "roles/run.builder"
  member  = google_service_account.builder.member
}
