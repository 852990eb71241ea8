# client {"engine": "Python's urllib", "resolver": "glibc", "image": "python:3.13-slim", "command": ["python3", "-u"], "memory": 64}
"""Sends requests one after the other and prints the log protocol of split/protocol/line.ts.

urllib opens a connection, and a TLS session, for each request. For a kept connection this uses http.client, on which
urllib is built.

Arguments: name of the client; "new" or "kept-alive"; number of requests to each Service, by index of the pod; port;
Services, each as name or as name=host:port.

Environment:
    JOB_COMPLETION_INDEX  index of the pod
    RATE                  the most requests to start in a second, 0 to start each when the one before has ended
    COUNTERS              names of the kernel's counters to read
    CA_FILE               certificate of the only authority to trust, for HTTPS; not set without TLS
"""

import http.client
import json
import os
import re
import secrets
import signal
import socket
import ssl
import sys
import time
import urllib.error
import urllib.request

TIMEOUT_SECONDS = 10
LONGEST_ANSWER = 4096
HOST_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")


class Connection(http.client.HTTPConnection):
    """Records its address, and when its name was resolved, it was established and its TLS handshake was done."""

    tls = None
    opened = 0
    resolved = connected = 0.0
    secured = None
    address = None

    def connect(self):
        # The address of a kept connection that broke is not valid any more.
        Connection.address = None
        resolve = socket.getaddrinfo

        def timed(*args, **kwargs):
            addresses = resolve(*args, **kwargs)
            Connection.resolved = time.monotonic()
            return addresses

        socket.getaddrinfo = timed
        try:
            super().connect()
        finally:
            socket.getaddrinfo = resolve
        Connection.connected = time.monotonic()
        Connection.address = self.sock.getpeername()[0]
        Connection.opened += 1
        if Connection.tls is not None:
            self.sock = Connection.tls.wrap_socket(self.sock, server_hostname=self.host)
            Connection.secured = time.monotonic()


class Handler(urllib.request.HTTPHandler):
    def http_open(self, request):
        return self.do_open(Connection, request)

    https_open = http_open
    https_request = urllib.request.HTTPHandler.http_request


def read(response):
    """The beginning of the body. Before Python 3.13, a limited read does not report that the body was cut."""
    body = response.read(LONGEST_ANSWER)
    if response.length and len(body) < LONGEST_ANSWER:
        raise http.client.IncompleteRead(body, response.length)
    return body


def caller(service, port, connection):
    """A function that sends one request and returns the HTTP status and the body."""
    if connection == "kept-alive":
        kept = Connection(service, port, timeout=TIMEOUT_SECONDS)

        def call():
            try:
                kept.request("GET", "/")
                response = kept.getresponse()
                body = read(response)
                if not response.isclosed():
                    kept.close()
                return response.status, body
            except Exception:
                kept.close()
                raise

        return call
    opener = urllib.request.OpenerDirector()
    opener.add_handler(Handler())
    scheme = "http" if Connection.tls is None else "https"

    def call_anew():
        with opener.open(f"{scheme}://{service}:{port}/", timeout=TIMEOUT_SECONDS) as response:
            return response.status, read(response)

    return call_anew


def time_out(*_):
    raise TimeoutError("timed out")


def outcome(call):
    """The pod that answered, or what went wrong."""
    # The timeout of a socket starts again with every byte.
    signal.setitimer(signal.ITIMER_REAL, TIMEOUT_SECONDS)
    try:
        status, body = call()
    except Exception as error:  # every error is an outcome
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        text = f"{type(cause).__name__}: {cause}"[:160]
        # It may contain text of the server.
        return None, "".join(each if each.isprintable() else "?" for each in text)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if status != 200:
        return None, f"HTTP {status}"
    answer = body.decode("latin-1").strip()
    return (answer, None) if HOST_NAME.fullmatch(answer) else (None, f"not a pod's name: {len(answer)} characters")


def read_counters(wanted):
    """The kernel's TCP counters in the pod's network namespace. A counter that the kernel does not have is left out."""
    found = {}
    for path in ("/proc/net/snmp", "/proc/net/netstat"):
        try:
            with open(path) as file:
                lines = [line.split() for line in file]
        except OSError:
            continue
        # Each group is a line of names and then a line of values.
        for names, values in zip(lines, lines[1:]):
            if names[0] in ("Tcp:", "TcpExt:") and names[0] == values[0]:
                found.update((name, int(value)) for name, value in zip(names[1:], values[1:]) if name in wanted)
    return found


def libc():
    """The C library that this process has loaded, whose getaddrinfo resolves its names; None in a static binary."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        loaded = maps.read()
    if re.search(r"/(ld-musl-|libc\.musl-)", loaded):
        return "musl"
    return "glibc" if re.search(r"/libc(\.so\.6|-2\.\d+\.so)$", loaded, re.MULTILINE) else None


def main():
    client, connection, requests, port, *services = sys.argv[1:]
    signal.signal(signal.SIGALRM, time_out)
    shard = int(os.environ.get("JOB_COMPLETION_INDEX", "0"))
    requests, port, run, sequence = int(requests.split(",")[shard]), int(port), secrets.token_hex(4), 0
    rate = int(os.environ.get("RATE", "0"))
    wanted, counters = os.environ.get("COUNTERS", "").split(), []
    if "CA_FILE" in os.environ:
        Connection.tls = ssl.create_default_context(cafile=os.environ["CA_FILE"])

    def write(kind, data):
        nonlocal sequence
        print("ts4", run, sequence, kind, json.dumps(data, separators=(",", ":")))
        sequence += 1

    names = [service.partition("=")[0] for service in services]
    version = f"Python {sys.version.split()[0]}"
    resolver = libc()
    write(
        "header",
        {"client": client, "clientVersion": version, "resolver": resolver, "services": names, "requests": requests},
    )
    for position, service in enumerate(services):
        host, _, own_port = service.partition("=")[2].partition(":")
        call = caller(host or service, int(own_port or port), connection)
        Connection.opened = 0
        before = read_counters(wanted)
        following = time.monotonic()
        for index in range(requests):
            if rate > 0:
                time.sleep(max(0, following - time.monotonic()))
                following = time.monotonic() + 1 / rate
            start = Connection.resolved = Connection.connected = time.monotonic()
            Connection.secured = None
            if connection == "new":
                Connection.address = None
            pod, error = outcome(call)
            total = time.monotonic() - start
            number = None if Connection.address is None else Connection.opened - 1
            ends = [Connection.resolved, Connection.connected, Connection.secured, start + total]
            times = [None if each is None else round(each - start, 6) for each in ends]
            record = [position, index, number, Connection.address, pod, *times]
            write("request", record if error is None else [*record, error])
        counters.append([position, before, read_counters(wanted)])
    for each in counters:
        write("counters", each)
    write("end", {"count": len(services) * requests})


main()
