"""A small IMAP server: enough of RFC 3501 for a client that reads, and it can misbehave on request."""

from __future__ import annotations

import base64
import re
import socketserver
import threading

# «نظرها», as RFC 3501 writes it.
FEEDBACK_IN_PERSIAN = '"&BkYGOAYxBkcGJw-"'


class Session(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text if isinstance(text, bytes) else f"{text}\r\n".encode())

    def handle(self):
        server = self.server
        if server.silent:
            server.stopped.wait(5)
            return
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _space, rest = line.decode().strip().partition(" ")
            server.commands.append(rest)
            command = rest.split(" ")[0].upper()
            method = getattr(self, f"do_{command.lower()}", None)
            if method is None:
                self.say(f"{tag} BAD {command}")
            elif method(tag, rest) is False:
                return

    def do_capability(self, tag, _rest):
        self.say("* CAPABILITY IMAP4rev1")
        self.say(f"{tag} OK done")

    def do_login(self, tag, rest):
        user, password = re.findall(r'"([^"]*)"|(\S+)', rest.partition(" ")[2])
        given = [quoted or plain for quoted, plain in (user, password)]
        self.say(f"{tag} OK in" if given == ["support", "s3cret pass"] else f"{tag} NO wrong")

    def do_authenticate(self, tag, _rest):
        self.say("+ ")
        given = base64.b64decode(self.rfile.readline()).decode().split("\0")[1:]
        self.say(f"{tag} OK in" if given == ["support", "رمز پستی"] else f"{tag} NO wrong")

    def do_examine(self, tag, rest):
        if rest.partition(" ")[2] not in {'"INBOX"', FEEDBACK_IN_PERSIAN}:
            self.say(f"{tag} NO none such")
            return
        self.say(f"* {len(self.server.letters)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.server.validity}] valid")
        self.say(f"* OK [UIDNEXT {max(self.server.letters, default=0) + 1}] next")
        self.say(f"{tag} OK [READ-ONLY] open")

    def do_uid(self, tag, rest):
        words = rest.split(" ")
        if words[1].upper() == "SEARCH":
            first = int(re.search(r"(\d+):\*", rest)[1])
            # As the standard has it: "n:*" always holds the last letter, even when n is larger.
            found = [uid for uid in sorted(self.server.letters) if uid >= first] or sorted(
                self.server.letters
            )[-1:]
            self.say("* SEARCH " + " ".join(map(str, found)))
        else:
            uid = int(words[2])
            letter = self.server.letters[uid]
            if "RFC822.SIZE" in rest:
                self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {self.server.sizes.get(uid, len(letter))})")
            else:
                cut = re.search(r"<0\.(\d+)>", rest)
                part = letter[: int(cut[1])] if cut else letter
                self.say(f"* {uid} FETCH (UID {uid} BODY[] {{{len(part)}}}\r\n".encode() + part + b")\r\n")
        self.say(f"{tag} OK done")

    def do_logout(self, tag, _rest):
        self.say("* BYE")
        self.say(f"{tag} OK out")
        return False


class ImapServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.letters, self.sizes, self.commands = {}, {}, []
        self.validity, self.silent = 7, False
        self.stopped = threading.Event()

    @property
    def port(self):
        return self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.stopped.set()
        self.shutdown()
        self.server_close()
