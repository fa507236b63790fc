# One page of Cloud Monitoring over the log-based metrics and the services' own; a test holds its metrics to the
# declared ones. What waits on what is the status function's to show: Monitoring knows no dates.
resource "google_monitoring_dashboard" "lookback" {
  project        = var.project
  dashboard_json = file("${path.module}/dashboard.json")
}
