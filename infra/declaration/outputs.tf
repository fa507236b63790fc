output "functions" {
  description = "Every function with its settings, service, account and access, by name."
  value       = local.functions
}

output "subscriptions" {
  description = "Every push subscription, by `<function>.<topic>`."
  value       = local.subscriptions
}

output "messages" {
  description = "The kinds of message; those with a `schema` name a proto3 file."
  value       = { for name, each in local.pipeline.messages : name => try(each.schema, null) }
}

output "topics" {
  description = "The kind of message that each topic carries, by topic."
  value       = { for name, each in local.pipeline.topics : name => each.message }
}

output "dead_letter_topics" {
  description = "The topics that keep what could not be delivered."
  value       = toset([for each in local.subscriptions : each.dead_letter_topic if each.dead_letter_topic != null])
}

output "inboxes" {
  description = "The pull subscriptions for people, by name: their topic."
  value       = { for name, each in local.pipeline.inboxes : name => each.topic }
}

output "schedules" {
  description = "What Cloud Scheduler publishes: topic, cron, time zone and message, by name."
  value       = local.pipeline.schedules
}

output "datasets" {
  description = "The datasets and after how many milliseconds their tables expire; null: never."
  value       = local.datasets
}

output "tables" {
  description = "The tables with their columns in declared order, by `dataset.table`."
  value       = local.tables
}

output "publish_grants" {
  description = "Which function may publish to which topic."
  value       = local.publish_grants
}

output "dataset_grants" {
  description = "Which function has which role on which dataset."
  value       = local.dataset_grants
}

output "landing_grants" {
  description = "The role of each function that uses the landing zone."
  value       = local.landing_grants
}

output "project_grants" {
  description = "The roles that Google Cloud grants on a project only: Firestore's and the right to run BigQuery jobs."
  value       = local.project_grants
}

output "landing_bucket" {
  description = "The landing bucket's name, with {project} in the place of the project's id."
  value       = local.pipeline.landing.bucket
}

output "alert_policies" {
  description = "Rules of alerting that are told by Cloud Monitoring, too, with their severity."
  value       = local.pipeline.alert_policies
}

output "log_metrics" {
  description = "Which structured log action is counted, and by which of its fields, by metric."
  value       = local.pipeline.log_metrics
}
