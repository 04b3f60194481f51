"""Spark over Parquet: the same expressions for facts of many provinces, on one machine or many.

An optional extra (`pip install 'motcua[spark]'`; Java 17). Only SQL is sent and only answers come back: no Python runs
on the workers, and pandas is not asked for. Every worker must see the folder of facts under the same path.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis
from ibis.backends.sql.compilers.pyspark import PySparkCompiler

from motcua.measure.metrics.tables import SPANS, TABLES

LOCAL = "local[*]"
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Facts of a province are some tens of megabytes: two hundred tasks a join would be spent on nothing.
    "spark.sql.shuffle.partitions": "8",
    # A folder stands for a month, not for a column of the facts.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}


class SparkIsMissing(ValueError):
    """PySpark is not installed here."""


class _Options(ibis.config.Config):
    """What Ibis's compiler for Spark asks; Ibis itself sets it only together with pandas."""

    treat_nan_as_null: bool = False


class _Compiler(PySparkCompiler):
    """Ibis counts under a condition as a sum, which is null, not 0, where no row tells; Spark can count."""

    __slots__ = ()

    def visit_CountStar(self, op: Any, *, arg: Any, where: Any) -> Any:  # noqa: N802 (Ibis's own name)
        return super().visit_CountStar(op, arg=arg, where=where) if where is None else self.f.count_if(where)


def spark_sql(expression: Any) -> str:
    """Return the SQL of an expression as Spark takes it."""
    if getattr(ibis.options, "pyspark", None) is None:
        ibis.options.pyspark = _Options()
    compiler = _Compiler()
    return str(compiler.to_sqlglot(expression.unbind()).sql(dialect=compiler.dialect))


class Spark:
    """An engine over a folder of facts (see `facts.export_facts`). Use with `with`, or `stop` it.

    Args:
        folder: the facts; the same path on every worker.
        master: `spark://host:7077`, or `local[*]` for threads of this process.
        settings: further settings of Spark, `spark.executor.memory` and the like.

    Raises:
        FileNotFoundError: the folder holds no facts.
        SparkIsMissing: the extra is not installed.
    """

    def __init__(self, folder: Path, master: str = LOCAL, settings: Mapping[str, str] | None = None) -> None:
        spans = folder / SPANS.name
        if not spans.is_dir():
            raise FileNotFoundError(f"{folder} holds no facts: run motcua facts export first")
        self.session = _session(master, {**SETTINGS, **(settings or {})})
        read = self.session.read.option("pathGlobFilter", "*.parquet")
        read.parquet(str(spans)).select(*SPANS.columns).createOrReplaceTempView(SPANS.name)
        for table in TABLES[1:]:
            read.parquet(str(folder / f"{table.name}.parquet")).createOrReplaceTempView(table.name)

    def rows(self, expression: Any) -> list[dict[str, Any]]:
        """Return the rows of an expression, computed by Spark alone."""
        return [row.asDict() for row in self.session.sql(spark_sql(expression)).collect()]

    def plan(self, expression: Any) -> str:
        """Return how Spark computes an expression."""
        frame = self.session.sql(spark_sql(expression))
        return str(frame._jdf.queryExecution().toString())

    def stop(self) -> None:
        """Give the workers back."""
        self.session.stop()

    def __enter__(self) -> "Spark":
        return self

    def __exit__(self, *_fault: object) -> None:
        self.stop()


def _session(master: str, settings: Mapping[str, str]) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SparkIsMissing("the engine Spark is not installed: pip install 'motcua[spark]' (and Java 17)") from error
    builder = SparkSession.builder.master(master).appName("motcua measures")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
