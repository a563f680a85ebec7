"""A stand-in for a ClickHouse server, for tests of the split mode: chDB behind ClickHouse's HTTP protocol.

A real engine answers; only the transport is ours, and only as much of it as `clickhouse-connect` uses: queries
with bound parameters and settings in the URL, inserts in any format, lz4/zstd/gzip bodies, errors with their
code. No users, no sessions, no external data.

    python -m tests.clickhouse_endpoint --path DIR --port N      prints "ready http://127.0.0.1:N"
"""
