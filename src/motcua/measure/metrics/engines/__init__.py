"""Where measures run: PostgreSQL (live), DuckDB over Parquet, Spark. Each takes an expression and returns rows."""
