# The repository that `gcloud run deploy --source` looks for; made here, so that several functions deployed at once do
# not all make it. A roll-back needs the last few images only.
resource "google_artifact_registry_repository" "images" {
  project       = var.project
  location      = var.region
  repository_id = "cloud-run-source-deploy"
  format        = "DOCKER"

  cleanup_policies {
    id     = "keep-the-latest"
    action = "KEEP"

    most_recent_versions {
      keep_count = 5
    }
  }

  cleanup_policies {
    id     = "drop-older-than-90-days"
    action = "DELETE"

    condition {
      older_than = "7776000s"
    }
  }
}
