terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "6.50.0"
    }
  }

  # Bucket and prefix come from the deployment: `terraform init -backend-config=...`.
  backend "gcs" {}
}

provider "google" {
  project = var.project
  region  = var.region
}

module "declaration" {
  source = "../declaration"
}
