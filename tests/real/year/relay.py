"""A mail server on loopback that takes every message and keeps it: only what RFC 5321 asks for."""

import email
import email.policy
import socketserver
import threading


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self):
        self.say("220 relay.example")
        recipients = []
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"EHLO":
                self.say("250-relay.example\r\n250-SIZE 35882577\r\n250 8BITMIME")
            elif word == b"RCPT":
                recipients.append(line.split(b"<")[1].split(b">")[0].decode())
                self.say("250 2.1.5 ok")
            elif word == b"DATA":
                self.say("354 go on")
                self.server.keep(self.message(), recipients)
                self.say("250 2.0.0 taken")
                recipients = []
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                recipients = [] if word in (b"MAIL", b"RSET") else recipients
                self.say("250 2.0.0 ok")

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def message(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class Relay(socketserver.ThreadingTCPServer):
    """The server; `messages` holds the Message-ID, the recipients and the attachments of each message."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.messages = []
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def keep(self, octets, recipients):
        message = email.message_from_bytes(octets, policy=email.policy.default)
        attached = [(part.get_filename(), part.get_content())
                    for part in message.iter_attachments()]
        with self.lock:
            self.messages.append({"id": message["Message-ID"], "subject": message["Subject"],
                                  "to": recipients, "attached": attached})
