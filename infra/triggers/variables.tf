variable "project" {
  description = "The Google Cloud project's id."
  type        = string
}

variable "region" {
  description = "Where everything is: functions, topics' schedules, Firestore, BigQuery and the landing bucket."
  type        = string
}

variable "status_invokers" {
  description = "Who may open the status page and its API: IAM members such as user:ann@example.com, group:..."
  type        = list(string)
  default     = []

  validation {
    condition     = !anytrue([for member in var.status_invokers : contains(["allUsers", "allAuthenticatedUsers"], member)])
    error_message = "The status page is for named members only."
  }
}

variable "notification_channels" {
  description = "Cloud Monitoring channels that are there already and that alerts go to: projects/P/notificationChannels/N."
  type        = list(string)
  default     = []
}

variable "alert_emails" {
  description = "Addresses that alerts go to as well: a channel is made of each, as ann@example.com."
  type        = list(string)
  default     = []
}
