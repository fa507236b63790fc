"""What BigQuery checks before a job may run or write: its cost, schemas, partitioning, clustering."""

from typing import Any

from tests.emulators.bigquery_errors import Refused
from tests.emulators.bigquery_tables import Layout, TableRef, layout


def refuse_cost(billed: int, limit: int) -> None:
    """Return when a query may be billed that many bytes; raise Refused above its limit (0: none)."""
    if limit and billed > limit:
        message = f"Query exceeded limit for bytes billed: {limit}. {billed} or higher required."
        raise Refused("bytesBilledLimitExceeded", message)


def refuse_other_schema(found: dict[str, str], ref: TableRef, layout: Layout) -> None:
    """Return when columns with these types may be written to a table; raise Refused naming the first that differs."""
    prefix = f"Provided Schema does not match Table {ref}."
    for name, kind in found.items():
        if name not in layout.columns:
            raise Refused("invalid", f"{prefix} Cannot add fields (field: {name})")
        if kind != layout.columns[name]:
            problem = f"Field {name} has changed type from {layout.columns[name]} to {kind}"
            raise Refused("invalid", f"{prefix} {problem}")
    for name in layout.columns:
        if name not in found:
            raise Refused("invalid", f"{prefix} Field {name} is missing in new schema")


def refuse_other_layout(wanted: dict[str, Any], target: Layout) -> None:
    """Return when the partitioning and clustering that a job declares are the destination's; raise Refused else."""
    declared = layout(wanted)
    if "timePartitioning" in wanted and declared.partition_by != target.partition_by:
        expected = f"Expects partitioning specification {target.partitioning}"
        but = f"but input partitioning specification is {declared.partitioning}"
        raise Refused("invalid", f"Incompatible table partitioning specification. {expected}, {but}")
    if "clustering" in wanted and declared.cluster_by != target.cluster_by:
        but = f"Expects clustering {list(target.cluster_by)}, but input clustering is {list(declared.cluster_by)}"
        raise Refused("invalid", f"Incompatible table partitioning specification. {but}")


def refuse_other_copy(source: TableRef, found: Layout, ref: TableRef, target: Layout) -> None:
    """Return when one table or partition may be copied to another; raise Refused else."""
    kinds = {False: "Non partitioned table", True: "Column partitioned table"}
    has, wants = bool(found.partition_by), bool(target.partition_by)
    if has != wants:
        raise Refused("invalid", f"Failed to copy {kinds[has]} to {kinds[wants]}: not supported.")
    if found.partition_by != target.partition_by or found.cluster_by != target.cluster_by:
        message = "Incompatible table partitioning specification when copying to the column partitioned table"
        raise Refused("invalid", message)
    if source.partition != ref.partition:
        raise Refused("invalid", f"Failed to copy {source} to {ref}: the partitions are not the same.")
