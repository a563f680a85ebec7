"""Somebody else's site on another origin, with as strict a content policy as there is."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>Shop</h1><button id="buy">Buy</button><div id="feedback"></div><div class="long"></div>
<script src="{sdk}/sdk/v1.js" data-write-key="{key}"{uid} async></script></body></html>"""


class ForeignSite:
    """Serves one page that loads the SDK; its policy allows nothing but that one origin."""

    def __init__(self, sdk, key, *, language="en", uid=""):
        named = f' data-uid="{uid}"' if uid else ""
        page = PAGE.format(language=language, sdk=sdk, key=key, uid=named).encode()
        # No unsafe-inline, no eval, no markup strings.
        policy = f"default-src 'none'; script-src {sdk}; connect-src {sdk}; frame-src {sdk}; require-trusted-types-for 'script'"

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # Another name for this machine: another site to the browser, not only another port.
        self.base = f"http://localhost:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()
