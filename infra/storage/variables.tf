variable "project" {
  description = "The Google Cloud project's id."
  type        = string
}

variable "region" {
  description = "Where everything is: functions, topics' schedules, Firestore, BigQuery and the landing bucket."
  type        = string
}

variable "protect" {
  description = "Whether tables, bucket and ledger refuse to be destroyed; false only on the way to DESTROY_DATA=yes."
  type        = bool
  default     = true
}
