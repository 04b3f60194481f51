"""DuckDB over Parquet: the same expressions over exported facts, without a server."""

from pathlib import Path
from typing import Any

import duckdb

from motcua.measure.metrics.counting import sql_of
from motcua.measure.metrics.tables import SPANS, TABLES


class Duck:
    """An engine over a folder of facts (see `facts.export_facts`).

    Raises:
        FileNotFoundError: the folder holds no facts.
    """

    def __init__(self, folder: Path) -> None:
        spans = folder / SPANS.name
        if not spans.is_dir():
            raise FileNotFoundError(f"{folder} holds no facts: run motcua facts export first")
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'")
        names = ", ".join(f"{name}::UUID AS {name}" if kind == "uuid" else name for name, kind in SPANS.columns.items())
        files = f"read_parquet('{_quoted(spans)}/*/*/*.parquet', hive_partitioning = false)"
        self.connection.execute(f"CREATE VIEW {SPANS.name} AS SELECT {names} FROM {files}")
        for table in TABLES[1:]:
            path = _quoted(folder / f"{table.name}.parquet")
            self.connection.execute(f"CREATE VIEW {table.name} AS SELECT * FROM read_parquet('{path}')")

    def rows(self, expression: Any) -> list[dict[str, Any]]:
        """Return the rows of an expression, computed by DuckDB alone."""
        answer = self.connection.execute(sql_of(expression, "duckdb"))
        names = [described[0] for described in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
