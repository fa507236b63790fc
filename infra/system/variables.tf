variable "project" {
  description = "The Google Cloud project's id."
  type        = string
}

variable "region" {
  description = "Where everything is: functions, topics' schedules, Firestore, BigQuery and the landing bucket."
  type        = string
}
