"""Clients that never stop: they send events and answers, and remember what was acknowledged."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


class Load:
    """Several clients in threads. An event counts as acknowledged only when its 200 was read whole."""

    def __init__(self, server, keys, *, event_clients=4, answer_clients=2, events_a_batch=25):
        self.server, self.keys, self.size = server, keys, events_a_batch
        self.acknowledged, self.answered, self.refused = set(), set(), 0
        self.lock, self.stopping = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.send_events, daemon=True) for _ in range(event_clients)]
        self.threads += [
            threading.Thread(target=self.send_answers, daemon=True) for _ in range(answer_clients)
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_problem):
        self.stopping.set()
        for thread in self.threads:
            thread.join(timeout=60)

    def send_events(self):
        while not self.stopping.is_set():
            ids = [str(uuid.uuid4()) for _ in range(self.size)]
            batch = [
                {"type": "track", "event": "Loaded", "userId": f"u{int(i[:2], 16)}", "messageId": i}
                for i in ids
            ]
            # An unacknowledged batch is sent again with the same ids, as every SDK does.
            while not self.stopping.is_set():
                if self.try_once(batch):
                    with self.lock:
                        self.acknowledged.update(ids)
                    break
                time.sleep(0.1)

    def try_once(self, batch):
        try:
            with self.server.post(
                "/v1/batch", {"batch": batch}, key=self.keys["write_key"], timeout=20
            ) as answer:
                return json.load(answer)["accepted"] == len(batch)
        except (OSError, urllib.error.URLError, http.client.HTTPException, ValueError):
            with self.lock:
                self.refused += 1
            return False

    def send_answers(self):
        opener = urllib.request.build_opener(NoRedirect)
        address = f"{self.server.base}/s/{self.keys['survey']}/"
        while not self.stopping.is_set():
            try:
                opener.open(address, urllib.parse.urlencode({"page": 0, "score": 9}).encode(), timeout=20)
            except urllib.error.HTTPError as answer:
                if answer.code == 303:
                    with self.lock:
                        self.answered.add(answer.headers["Location"].split("/")[2])
            except (OSError, urllib.error.URLError, http.client.HTTPException):
                time.sleep(0.1)
