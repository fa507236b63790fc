"""A project of its own on the emulator, with declared tables, and the warehouse on it, for tests."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from google.cloud import bigquery

from shared.adapters.gcp.staging import fields
from shared.adapters.gcp.warehouse import BigQueryWarehouse
from shared.adapters.table_schemas import TableSchemas
from shared.config import Config
from tests.emulators.bigquery import client
from tests.emulators.bigquery_proxy import Proxy

INSTANCE = "i1"
JOB_SECONDS = 30.0
_projects = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BigQueryStack:
    """The warehouse under test, what it was made of, and the proxy that saw everything."""

    proxy: Proxy
    client: bigquery.Client
    config: Config
    schemas: TableSchemas
    warehouse: BigQueryWarehouse

    def another(self, **settings: object) -> BigQueryWarehouse:
        """Return a second process's warehouse on the same tables and ledger."""
        config = replace(self.config, **settings)  # type: ignore[arg-type]
        return BigQueryWarehouse(self.client, config, instance=lambda: INSTANCE, schemas=self.schemas)


@contextmanager
def bigquery_stack(proxy: Proxy, schemas: TableSchemas) -> Iterator[BigQueryStack]:
    """Yield a stack in which every declared table is there and empty."""
    with client(proxy, f"contract{next(_projects)}") as opened:
        config = Config(project=opened.project, job_seconds=JOB_SECONDS)
        deploy(opened, config, schemas)
        warehouse = BigQueryWarehouse(opened, config, instance=lambda: INSTANCE, schemas=schemas)
        yield BigQueryStack(proxy=proxy, client=opened, config=config, schemas=schemas, warehouse=warehouse)


def deploy(opened: bigquery.Client, config: Config, schemas: TableSchemas) -> None:
    """Make the datasets and tables, as the deployment does."""
    for dataset in sorted({schema.dataset for schema in schemas.tables.values()} | {config.staging_dataset}):
        opened.create_dataset(dataset)
    for schema in schemas.tables.values():
        table = bigquery.Table(f"{opened.project}.{schema.name}", schema=fields(schema))
        if schema.partition_by:
            table.time_partitioning = bigquery.TimePartitioning(field=schema.partition_by)
        table.clustering_fields = list(schema.cluster_by) or None
        opened.create_table(table)
