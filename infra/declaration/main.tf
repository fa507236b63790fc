# What pipeline.yaml and tables.yaml declare, resolved: defaults merged, keys made, nothing added. It needs no
# provider, so that it can be evaluated anywhere; the roots beside it only turn its outputs into resources.

terraform {
  required_version = ">= 1.9"
}

locals {
  pipeline = yamldecode(file("${path.module}/../pipeline.yaml"))
  defaults = local.pipeline.defaults

  functions = {
    for name, entry in local.pipeline.functions : name => merge(local.defaults.function, entry, {
      service = replace(name, "_", "-")
      account = "lookback-${replace(name, "_", "-")}"
      topics  = try(entry.topics, [])
      http    = try(entry.http, false)
      access = {
        publish  = try(entry.access.publish, [])
        ledger   = try(entry.access.ledger, null)
        datasets = try(entry.access.datasets, {})
        landing  = try(entry.access.landing, null)
      }
    })
  }

  declared_subscriptions = merge([
    for name, entry in local.pipeline.functions : {
      for topic in try(entry.topics, []) : "${name}.${topic}" => merge(
        local.defaults.subscription, try(entry.subscription, {}), { function = name, topic = topic },
      )
    }
  ]...)

  # On the dead-letter topic itself there is no further place to keep a message: it is retried for ever.
  subscriptions = {
    for key, each in local.declared_subscriptions : key => merge(each, {
      dead_letter_topic = each.dead_letter_topic == each.topic ? null : each.dead_letter_topic
    })
  }

  # yamldecode sorts a mapping's keys. The columns' places are read from the text, and `infra/storage` refuses
  # to make a table whose columns came out otherwise than YAML reads them.
  tables_text     = file("${path.module}/../tables.yaml")
  declared_tables = yamldecode(local.tables_text).tables
  table_texts = {
    for block in regexall("(?m)^  ([a-z_]+\\.[a-z0-9_]+):\n((?:    .*\n)+)", local.tables_text) : block[0] => block[1]
  }

  tables = {
    for name, table in local.declared_tables : name => {
      dataset      = split(".", name)[0]
      table        = split(".", name)[1]
      description  = try(table.description, "")
      partition_by = try(table.partition_by, null)
      cluster_by   = try(table.cluster_by, [])
      declared     = table.columns
      columns = [
        for column in regexall("(?m)^      ([A-Za-z0-9_]+): ([A-Z0-9]+)$", local.table_texts[name]) :
        { name = column[0], type = column[1] }
      ]
    }
  }

  staging = local.pipeline.staging
  datasets = merge(
    { for name in distinct([for table in local.tables : table.dataset]) : name => { expiration_ms = null } },
    { (local.staging.dataset) = { expiration_ms = local.staging.expiration_hours * 3600 * 1000 } },
  )

  # What each function's own account may do, one entry a grant. To write is to read, too.
  publish_grants = merge([
    for name, each in local.functions : {
      for topic in each.access.publish : "${name}.${topic}" => { function = name, topic = topic }
    }
  ]...)
  dataset_grants = merge([
    for name, each in local.functions : {
      for dataset, mode in each.access.datasets : "${name}.${dataset}" => {
        function = name
        dataset  = dataset
        role     = { read = "roles/bigquery.dataViewer", write = "roles/bigquery.dataEditor" }[mode]
      }
    }
  ]...)
  landing_grants = {
    for name, each in local.functions : name => {
      read = "roles/storage.objectViewer", write = "roles/storage.objectUser"
    }[each.access.landing] if each.access.landing != null
  }
  ledger_grants = {
    for name, each in local.functions : name => {
      read = "roles/datastore.viewer", write = "roles/datastore.user"
    }[each.access.ledger] if each.access.ledger != null
  }
  project_grants = merge(
    { for name, role in local.ledger_grants : "${name}.ledger" => { function = name, role = role } },
    {
      for name, each in local.functions : "${name}.jobs" => { function = name, role = "roles/bigquery.jobUser" }
      if length(each.access.datasets) > 0
    },
  )
}
