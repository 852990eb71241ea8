# client {"engine": "Python's urllib", "resolver": "glibc", "image": "python:3.13-slim", "command": ["python3", "-u"], "memory": 64}
"""Arguments: name of the client, "new" or "kept-alive", requests to each Service by index of the pod, port, Services, each
by its name or as name=host:port.

From the environment: JOB_COMPLETION_INDEX, the pod's index; RATE, requests to start a second at most, 0 for each as soon
as the one before has ended; COUNTERS, names of the kernel's counters to read; CA_FILE, where it is given, the
certificate of the one authority to trust, calls by HTTPS. Prints the log protocol of split/protocol/line.ts. urllib opens a
connection for each request, and a TLS session with it; for a kept one, this uses the http.client that urllib itself is
built on.
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
    """Knows when its name was resolved, when it stood, when its TLS handshake was done, and where."""

    tls = None
    opened = 0
    resolved = connected = 0.0
    secured = None
    address = None

    def connect(self):
        # A kept connection that broke is none any more.
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
    """The body, as far as anybody wants to read it. Before Python 3.13, a limited read does not say that it was cut."""
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
    # A socket's own limit begins anew with every byte.
    signal.setitimer(signal.ITIMER_REAL, TIMEOUT_SECONDS)
    try:
        status, body = call()
    except Exception as error:  # whatever it is, it is this request's result
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        text = f"{type(cause).__name__}: {cause}"[:160]
        # A server's own words may be in it.
        return None, "".join(each if each.isprintable() else "?" for each in text)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if status != 200:
        return None, f"HTTP {status}"
    answer = body.decode("latin-1").strip()
    return (answer, None) if HOST_NAME.fullmatch(answer) else (None, f"not a pod's name: {len(answer)} characters")


def read_counters(wanted):
    """Of the kernel's counters of TCP, in the pod's network namespace; one that the kernel does not have is left out."""
    found = {}
    for path in ("/proc/net/snmp", "/proc/net/netstat"):
        try:
            with open(path) as file:
                lines = [line.split() for line in file]
        except OSError:
            continue
        # Each group is a line of names, and a line of values after it.
        for names, values in zip(lines, lines[1:]):
            if names[0] in ("Tcp:", "TcpExt:") and names[0] == values[0]:
                found.update((name, int(value)) for name, value in zip(names[1:], values[1:]) if name in wanted)
    return found


def libc():
    """The C library that this process has loaded, whose getaddrinfo resolves its names; None where it is linked in."""
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
