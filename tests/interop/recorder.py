"""A proxy that keeps every request and its answer, as they were on the wire."""

import contextlib
import http.client
import http.server
import threading
import urllib.parse
from dataclasses import dataclass


@dataclass
class Exchange:
    """One request and what came back; names of headers in lower case."""

    method: str
    target: str
    headers: dict
    body: bytes
    status: int = 0
    answer_headers: dict = None
    answer: bytes = b""

    @property
    def path(self):
        return self.target.partition("?")[0]

    @property
    def query(self):
        return urllib.parse.parse_qsl(self.target.partition("?")[2], keep_blank_values=True)


HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "expect"}


def lower(headers):
    return {name.lower(): value for name, value in headers.items()}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True
    upstream = None

    def setup(self):
        super().setup()
        self.connection_up = None

    def finish(self):
        if self.connection_up is not None:
            self.connection_up.close()
        with contextlib.suppress(OSError):
            super().finish()

    def handle(self):
        with contextlib.suppress(OSError):
            super().handle()

    def log_message(self, *_):
        pass

    def chunks(self):
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline() not in (b"\r\n", b""):
            pass

    def body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            return b"".join(self.chunks())
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def forward(self, exchange):
        """Sends it on as it came, Host and all: the signature is over them."""
        up = self.connection_up
        up.putrequest(exchange.method, exchange.target, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP:
                up.putheader(name, value)
        if exchange.body or "Content-Length" in self.headers or exchange.method in ("POST", "PUT"):
            up.putheader("Content-Length", str(len(exchange.body)))
        up.endheaders(exchange.body or None)
        answer = up.getresponse()
        exchange.status, exchange.answer_headers = answer.status, lower(answer.headers)
        exchange.answer = self.server.mend(exchange, answer.read())
        return answer

    def pass_on(self):
        exchange = Exchange(self.command, self.path, lower(self.headers), self.body())
        if self.connection_up is None:
            self.connection_up = http.client.HTTPConnection(self.server.upstream, timeout=60)
        try:
            self.server.before(exchange)
            answer = self.forward(exchange)
        except (OSError, http.client.HTTPException):
            self.close_connection = True  # what happened to us happens to the client
            self.connection_up.close()
            return
        self.server.keep(exchange)
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.headers.items():
            if name.lower() not in HOP:
                self.send_header(name, value)
        if exchange.method == "HEAD" and "content-length" in exchange.answer_headers:
            self.send_header("Content-Length", exchange.answer_headers["content-length"])
        elif answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(exchange.answer)))
        self.end_headers()
        self.wfile.write(exchange.answer)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = pass_on


class Recorder(http.server.ThreadingHTTPServer):
    """Listens on loopback in front of the server at that URL. before(exchange) sees each request before the server, and
    an OSError of it is one of the connection; mend(exchange, answer) gives the answer that the client gets, for what is
    to be otherwise than the server has it."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, upstream, mend=lambda exchange, answer: answer, before=lambda exchange: None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.mend, self.before = mend, before
        self.upstream = urllib.parse.urlsplit(upstream).netloc
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.exchanges, self.lock = [], threading.Lock()
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def handle_error(self, *_):
        """A client that goes in the middle is no news."""

    def keep(self, exchange):
        if not exchange.path.startswith("/_sim/"):
            with self.lock:
                self.exchanges.append(exchange)

    def stop(self):
        self.shutdown()
        self.thread.join()
        self.server_close()
