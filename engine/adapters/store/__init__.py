"""The store in SQL: tables, mapping, transactions, migrations. The only place that knows SQL and SQLModel."""
