"""Datasets and tables as infra/tables.yaml declares them, created in an emulator as the deployment creates them."""

from google.cloud import bigquery

from shared.adapters.table_schemas import TableSchema, load_table_schemas


def create_tables(client: bigquery.Client, staging_dataset: str) -> None:
    """Create every declared dataset and table, and the dataset that attempts stage into."""
    schemas = load_table_schemas().tables.values()
    for name in sorted({schema.dataset for schema in schemas} | {staging_dataset}):
        client.create_dataset(f"{client.project}.{name}", exists_ok=True)
    for schema in schemas:
        client.create_table(_table(client.project, schema), exists_ok=True)


def _table(project: str, schema: TableSchema) -> bigquery.Table:
    fields = [bigquery.SchemaField(name, kind) for name, kind in schema.columns.items()]
    table = bigquery.Table(f"{project}.{schema.name}", schema=fields)
    if schema.partition_by is not None:
        table.time_partitioning = bigquery.TimePartitioning(field=schema.partition_by)
    table.clustering_fields = list(schema.cluster_by) or None
    return table
