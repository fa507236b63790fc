"""What each kind of job does: queries, loads, copies, with the checks that BigQuery makes, not bqemulator."""

# Names in the SQL come from references that were parsed; bqemulator binds the values.
# ruff: noqa: S608

from collections.abc import Mapping
from typing import Any

from tests.emulators.bigquery_checks import refuse_cost, refuse_other_copy, refuse_other_layout, refuse_other_schema
from tests.emulators.bigquery_errors import Refused
from tests.emulators.bigquery_rows import parse_rows
from tests.emulators.bigquery_statements import tables_of, unfiltered
from tests.emulators.bigquery_tables import TableRef, Tables, columns, layout, parse
from tests.emulators.bigquery_upstream import Upstream
from tests.emulators.bigquery_writes import Writer

# Billed a table and query, rounded up to whole megabytes: https://cloud.google.com/bigquery/pricing
MEGABYTE = 1024 * 1024
BILLED_PER_TABLE_MIN = 10 * MEGABYTE

Statistics = dict[str, Any]


class Work:
    """Runs jobs. Each method returns the job's statistics; it raises Refused with what the job fails with."""

    def __init__(self, upstream: Upstream, tables: Tables, writer: Writer) -> None:
        self._upstream = upstream
        self._tables = tables
        self._writer = writer

    def estimate(self, project: str, sql: str) -> int:
        """Return the bytes that a query is billed at most: of whole tables, without partitions pruned."""
        billed = 0
        for name in sorted(tables_of(sql)):
            dataset, _, table = name.partition(".")
            ref = TableRef(project=project, dataset=dataset, table=table)
            size = self._tables.bytes(ref) if self._tables.exists(ref) else 0
            billed += max(BILLED_PER_TABLE_MIN, -(-size // MEGABYTE) * MEGABYTE)
        return billed

    def dry_run(self, project: str, job: str, config: Mapping[str, Any]) -> Statistics:
        """Return a query's statistics without results: its bytes and the schema it would have."""
        query = config["query"]
        with self._upstream.lock:
            self._refuse_unfiltered(project, query["query"])
            self._upstream.insert(project, job, query["query"], query.get("queryParameters", ()))
            schema = self._upstream.results(project, job, rows=0)["schema"]
        billed = str(self.estimate(project, query["query"]))
        return {"totalBytesProcessed": billed, "query": {"totalBytesProcessed": billed, "schema": schema}}

    def query(self, project: str, job: str, config: Mapping[str, Any]) -> Statistics:
        """Run a query; write its rows to the destination table or partition where it has one."""
        query = config["query"]
        with self._upstream.lock:
            self._refuse_unfiltered(project, query["query"])
            billed = self.estimate(project, query["query"])
            refuse_cost(billed, int(query.get("maximumBytesBilled") or 0))
            if query.get("destinationTable"):
                found = self._query_into(project, job, query)
            else:
                found = self._upstream.insert(project, job, query["query"], query.get("queryParameters", ()))
        sizes = {"totalBytesProcessed": str(billed), "totalBytesBilled": str(billed)}
        return {"totalBytesProcessed": str(billed), "query": {**found, **sizes}}

    def load(self, config: Mapping[str, Any], content: bytes) -> Statistics:
        """Load newline-delimited JSON of a declared schema, or of the table's own."""
        load = config["load"]
        if load.get("sourceFormat") != "NEWLINE_DELIMITED_JSON" or load.get("autodetect"):
            raise Refused("notImplemented", "the proxy loads NEWLINE_DELIMITED_JSON of a declared schema")
        ref = parse(load["destinationTable"])
        disposition = load.get("writeDisposition", "WRITE_APPEND")
        wanted = {key: load[key] for key in ("schema", "timePartitioning", "clustering") if load.get(key)}
        with self._upstream.lock, self._writer.scratch(ref.project) as scratch:
            target = self._writer.destination(ref, load, wanted)
            refuse_other_layout(wanted, target)
            declared = layout(wanted) if "schema" in wanted else target
            refuse_other_schema(declared.columns, ref, target)
            rows = parse_rows(content, declared)
            self._upstream.run(ref.project, f"CREATE TABLE {scratch.sql} AS SELECT * FROM {ref.sql} WHERE FALSE")
            self._writer.stream(scratch, rows)
            self._writer.write(scratch, ref, target, disposition)
        sizes = {"inputFiles": "1", "inputFileBytes": str(len(content)), "outputBytes": str(len(content))}
        return {"load": {**sizes, "outputRows": str(len(rows)), "badRecords": "0"}}

    def copy(self, config: Mapping[str, Any]) -> Statistics:
        """Copy one table or partition to another of the same schema, partitioning and clustering."""
        copy = config["copy"]
        sources = copy.get("sourceTables") or [copy["sourceTable"]]
        if len(sources) != 1:
            raise Refused("notImplemented", "the proxy copies one table at a time")
        source, ref = parse(sources[0]), parse(copy["destinationTable"])
        disposition = copy.get("writeDisposition", "WRITE_EMPTY")
        with self._upstream.lock, self._writer.scratch(ref.project) as scratch:
            found = self._tables.layout(source)
            self._refuse_empty(source)
            resource = self._tables.resource(source)
            wanted = {key: resource[key] for key in ("schema", "timePartitioning", "clustering") if key in resource}
            target = self._writer.destination(ref, {**copy, "writeDisposition": disposition}, wanted)
            refuse_other_copy(source, found, ref, target)
            refuse_other_schema(found.columns, ref, target)
            where = f" WHERE `{found.partition_by}` = DATE '{source.partition}'" if source.partition else ""
            self._upstream.run(ref.project, f"CREATE TABLE {scratch.sql} AS SELECT * FROM {source.sql}{where}")
            rows = self._writer.write(scratch, ref, target, disposition)
        return {"copy": {"copiedRows": str(rows)}}

    def _query_into(self, project: str, job: str, query: Mapping[str, Any]) -> Statistics:
        ref = parse(query["destinationTable"])
        disposition = query.get("writeDisposition", "WRITE_EMPTY")
        with self._writer.scratch(project) as scratch:
            select = f"CREATE TABLE {scratch.sql} AS {query['query']}"
            self._upstream.run(project, select, query.get("queryParameters", ()))
            # The rows of the job, read from where they were put: its results are asked for by its id.
            statistics = self._upstream.insert(project, job, f"SELECT * FROM {scratch.sql}")
            schema = self._upstream.results(project, job, rows=0)["schema"]
            wanted = {key: query[key] for key in ("timePartitioning", "clustering") if query.get(key)}
            settings = {**query, "writeDisposition": disposition}
            target = self._writer.destination(ref, settings, {**wanted, "schema": schema})
            refuse_other_layout(wanted, target)
            refuse_other_schema(columns(schema["fields"]), ref, target)
            self._writer.write(scratch, ref, target, disposition)
        return {**statistics, "statementType": "SELECT"}

    def _refuse_empty(self, source: TableRef) -> None:
        # Whether BigQuery copies a partition that holds nothing is not documented: refused.
        if source.partition and not self._tables.rows(source):
            raise Refused("notFound", f"Not found: Table {source}")

    def _refuse_unfiltered(self, project: str, sql: str) -> None:
        for table, column in unfiltered(sql, lambda name: self._required_filter(project, name)):
            message = f"Cannot query over table '{table}' without a filter over column(s) '{column}'"
            raise Refused("invalidQuery", f"{message} that can be used for partition elimination")

    def _required_filter(self, project: str, name: str) -> str | None:
        dataset, _, table = name.partition(".")
        ref = TableRef(project=project, dataset=dataset, table=table)
        return self._tables.layout(ref).partition_by if self._tables.requires_filter(ref) else None
