# Files here are corrected by hand: the versions before a correction are kept for a season.
resource "google_storage_bucket" "landing" {
  project                     = var.project
  name                        = replace(module.declaration.landing_bucket, "{project}", var.project)
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = !var.protect

  versioning {
    enabled = true
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }

    condition {
      with_state                 = "ARCHIVED"
      days_since_noncurrent_time = 365
    }
  }

  depends_on = [google_project_service.api]
}
