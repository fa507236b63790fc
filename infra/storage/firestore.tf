resource "google_firestore_database" "ledger" {
  project                           = var.project
  name                              = "(default)"
  location_id                       = var.region
  type                              = "FIRESTORE_NATIVE"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = var.protect ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = "DELETE"

  depends_on = [google_project_service.api]
}

locals {
  firestore = jsondecode(file("${path.module}/../firestore_indexes.json"))
  indexes = {
    for index in local.firestore.indexes :
    join(".", concat([index.collectionGroup], [for field in index.fields : field.fieldPath])) => index
  }
  overrides = { for each in local.firestore.fieldOverrides : "${each.collectionGroup}.${each.fieldPath}" => each }
}

resource "google_firestore_index" "index" {
  for_each = local.indexes

  project     = var.project
  database    = google_firestore_database.ledger.name
  collection  = each.value.collectionGroup
  query_scope = try(each.value.queryScope, "COLLECTION")

  dynamic "fields" {
    for_each = each.value.fields

    content {
      field_path   = fields.value.fieldPath
      order        = try(fields.value.order, null)
      array_config = try(fields.value.arrayConfig, null)
    }
  }
}

# An override without indexes exempts the field: nobody asks for a document by its body, and each write is cheaper.
resource "google_firestore_field" "override" {
  for_each = local.overrides

  project    = var.project
  database   = google_firestore_database.ledger.name
  collection = each.value.collectionGroup
  field      = each.value.fieldPath

  index_config {
    dynamic "indexes" {
      for_each = each.value.indexes

      content {
        order        = try(indexes.value.order, null)
        array_config = try(indexes.value.arrayConfig, null)
        query_scope  = try(indexes.value.queryScope, "COLLECTION")
      }
    }
  }
}
