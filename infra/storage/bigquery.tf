resource "google_bigquery_dataset" "dataset" {
  for_each = module.declaration.datasets

  project                     = var.project
  dataset_id                  = each.key
  location                    = var.region
  default_table_expiration_ms = each.value.expiration_ms
  delete_contents_on_destroy  = !var.protect

  depends_on = [google_project_service.api]
}

resource "google_bigquery_table" "table" {
  for_each = module.declaration.tables

  project             = var.project
  dataset_id          = google_bigquery_dataset.dataset[each.value.dataset].dataset_id
  table_id            = each.value.table
  description         = each.value.description
  clustering          = each.value.cluster_by
  deletion_protection = var.protect
  schema              = jsonencode([for column in each.value.columns : merge(column, { mode = "NULLABLE" })])

  time_partitioning {
    type  = "DAY"
    field = each.value.partition_by
  }

  lifecycle {
    precondition {
      condition     = tomap({ for column in each.value.columns : column.name => column.type }) == tomap(each.value.declared)
      error_message = "The columns of ${each.key} in tables.yaml are not one a line, `name: TYPE` six spaces in."
    }
  }
}
