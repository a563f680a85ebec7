"""The endpoint's process: one chDB directory, one HTTP port, one thread per connection."""

from __future__ import annotations

import argparse
import gzip
import json
import re
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import chdb
import lz4.frame

if sys.version_info >= (3, 14):
    from compression.zstd import decompress as unzstd
else:
    from backports.zstd import decompress as unzstd

# Of the transport, not of ClickHouse: never passed on as settings.
TRANSPORT = {
    "query", "database", "query_id", "session_id", "session_timeout", "session_check", "user", "password", "role",
    "quota_key", "buffer_size", "wait_end_of_query", "send_progress_in_http_headers", "compress", "decompress",
    "http_headers_progress_interval_ms", "enable_http_compression", "client_protocol_version", "default_format",
}  # fmt: skip
# One newline ends the statement: the rows may begin with bytes that look like white space.
INSERT = re.compile(rb"\s*(INSERT\s+INTO\s+.*?)\s+FORMAT\s+(\w+) *\n", re.IGNORECASE | re.DOTALL)
ANSWERS = re.compile(r"\s*(SELECT|WITH|SHOW|DESC|DESCRIBE|EXISTS|EXPLAIN)\b", re.IGNORECASE)
FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
UNPACK = {"lz4": lz4.frame.decompress, "zstd": unzstd, "gzip": gzip.decompress}
NOT_FOUND = {60, 81}


class Endpoint(BaseHTTPRequestHandler):
    """One HTTP connection; a fresh chDB connection for each request, so that its settings end with it."""

    protocol_version = "HTTP/1.1"
    path_to_data = ""

    def do_GET(self):
        if urlsplit(self.path).path == "/ping":
            self.reply(200, b"Ok.\n", {})
        else:
            self.answer()

    def do_POST(self):
        self.answer()

    def answer(self):
        body = self.read_body()
        given = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        try:
            content, headers = self.run(given, body)
        except RuntimeError as error:
            found = re.search(r"Code: (\d+)", str(error))
            code = int(found[1]) if found else 1002
            text = str(error)[found.start() :] if found else str(error)
            self.reply(
                404 if code in NOT_FOUND else 500, text.encode(), {"X-ClickHouse-Exception-Code": str(code)}
            )
            return
        self.reply(200, content, headers)

    def run(self, given, body):
        parameters = {
            name.removeprefix("param_"): text for name, text in given.items() if name.startswith("param_")
        }
        settings = {n: v for n, v in given.items() if n not in TRANSPORT and not n.startswith("param_")}
        statement = b"\n".join(part for part in (given.get("query", "").encode(), body) if part)
        connection = chdb.connect(self.path_to_data)
        try:
            # As a server does it: all settings of the URL hold together, so readonly must not lock out the rest.
            for name in sorted(settings, key="readonly".__eq__):
                quoted = settings[name].replace("\\", "\\\\").replace("'", "\\'")
                connection.query(f"SET {name} = '{quoted}'")
            if found := INSERT.match(statement):
                return self.insert(connection, found, statement[found.end() :])
            return self.select(connection, statement.decode(), parameters)
        finally:
            connection.close()

    def insert(self, connection, found, rows):
        with connection.send_insert(found[1].decode(), found[2].decode()) as inserter:
            if rows:
                inserter.append(rows)
            written = inserter.finish().rows_written
        return b"", {"X-ClickHouse-Summary": json.dumps({"written_rows": str(written)})}

    def select(self, connection, statement, parameters):
        result = connection.query(statement, "TabSeparated", params=parameters)
        summary = {"read_rows": str(result.rows_read()), "read_bytes": str(result.bytes_read())}
        headers = {"X-ClickHouse-Summary": json.dumps(summary)}
        if ANSWERS.match(re.sub(r"^\s*--[^\n]*\n", "", statement)):
            found = FORMAT.search(statement)
            headers["X-ClickHouse-Format"] = found[1] if found else "TabSeparated"
        return result.bytes() or b"", headers

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b"".join(self.chunks())
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        encoding = self.headers.get("Content-Encoding")
        return UNPACK[encoding](body) if encoding and body else body

    def chunks(self):
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def reply(self, status, content, headers):
        self.send_response(status)
        for name, text in {
            "Content-Length": str(len(content)),
            "X-ClickHouse-Timezone": "UTC",
            **headers,
        }.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Keep quiet: tests read what this process prints."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.clickhouse_endpoint")
    parser.add_argument("--path", required=True, help="folder of the data, made if missing")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    options = parser.parse_args()
    Endpoint.path_to_data = options.path
    # Held for the life of the process: the engine ends with its last connection.
    engine = chdb.connect(options.path)
    server = Server(("127.0.0.1", options.port), Endpoint)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    finally:
        engine.close()


if __name__ == "__main__":
    main()
