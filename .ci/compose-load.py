#!/usr/bin/env python3
"""A fake Sentry, and callers that add members through the service while something happens to it.

    compose-load.py sentry PORT              serves SCIM, counts, and rejects what exceeds Sentry's limit of 40 in a second
    compose-load.py load URL SENTRY SECONDS  sends 30 requests per second, each with a key of its own, until each has an outcome

A caller repeats a request, with the same key, if the connection breaks or the response says that this is safe. At the end
each person must be a member exactly once, and no second may have had more than 40 requests.
"""
import http.client
import json
import sys
import threading
import time
import urllib.parse
import uuid
from collections import Counter, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LIMIT = 40
RATE = 30
PATIENCE = 90


class Sentry(BaseHTTPRequestHandler):
    """Sentry's SCIM Users endpoint, as far as creating and finding members needs it."""

    protocol_version = "HTTP/1.1"
    lock = threading.Lock()
    members = {}
    arrivals = deque()
    state = Counter()
    tokens = Counter()

    def log_message(self, *_):
        pass

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/stats":
            with self.lock:
                return self.respond(200, {"members": len(self.members), "tokens": self.tokens, **self.state})
        query = urllib.parse.parse_qs(url.query).get("filter", [""])[0]
        name = query.split('"')[1] if '"' in query else None
        with self.lock:
            self.tokens[self.headers.get("Authorization", "")[-8:]] += 1
            found = [self.member(a) for a in self.members if name is None or a == name.lower()]
        self.respond(200, {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": len(found),
                           "startIndex": 1, "itemsPerPage": len(found), "Resources": found})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        now = time.monotonic()
        with self.lock:
            self.state["posts"] += 1
            self.tokens[self.headers.get("Authorization", "")[-8:]] += 1
            while self.arrivals and now - self.arrivals[0] >= 1:
                self.arrivals.popleft()
            self.arrivals.append(now)
            self.state["most_in_a_second"] = max(self.state["most_in_a_second"], len(self.arrivals))
        time.sleep(0.05)
        address = body["userName"].lower()
        with self.lock:
            exists = address in self.members
            self.members.setdefault(address, len(self.members) + 101)
        if exists:
            return self.respond(409, {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                                      "detail": "User already exists in the database."})
        self.respond(201, self.member(address))

    def member(self, address):
        return {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": str(self.members[address]),
                "userName": address, "emails": [{"primary": True, "value": address, "type": "work"}],
                "name": {"familyName": "N/A", "givenName": "N/A"}, "active": True, "meta": {"resourceType": "User"},
                "sentryOrgRole": "member"}

    def respond(self, status, content):
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def once(base, address, key):
    """The status and the problem of one attempt; None if there was no connection, or it broke."""
    connection = http.client.HTTPConnection(base.hostname, base.port, timeout=40)
    try:
        connection.request("POST", "/members", json.dumps({"userName": address}),
                           {"Content-Type": "application/json", "Idempotency-Key": key})
        response = connection.getresponse()
        body = response.read()
        if response.getheader("Content-Type", "").startswith("text/html"):
            return response.status, {"title": "not from the service", "retryable": True}
        return response.status, json.loads(body) if body else {}
    except OSError:
        return None, {"title": "no connection", "retryable": True}
    except http.client.HTTPException:
        return None, {"title": "connection broke", "retryable": True}
    finally:
        connection.close()


def pursue(base, address, results):
    key, end, attempts = str(uuid.uuid4()), time.monotonic() + PATIENCE, Counter()
    while time.monotonic() < end:
        status, content = once(base, address, key)
        if status in (200, 201):
            results.append(("ok", address, attempts))
            return
        attempts[f"{status} {content.get('title')}"] += 1
        if not content.get("retryable"):
            results.append((f"{status} {content}", address, attempts))
            return
        time.sleep(0.5)
    results.append(("no outcome", address, attempts))


def load(url, sentry, seconds):
    base, run, results, threads = urllib.parse.urlsplit(url), uuid.uuid4().hex[:8], [], []
    start = time.monotonic()
    for i in range(int(RATE * seconds)):
        time.sleep(max(0, start + i / RATE - time.monotonic()))
        threads.append(threading.Thread(target=pursue, args=(base, f"p{i}.{run}@example.com", results)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(sentry).netloc)
    connection.request("GET", "/stats")
    stats = json.loads(connection.getresponse().read())
    ends = Counter(end for end, _, _ in results)
    repeated = Counter()
    for _, _, attempts in results:
        repeated.update(attempts)
    print(f"requests {len(results)}, ends {dict(ends)}, repeated after {dict(repeated)}, at Sentry {stats}")
    if ends != {"ok": len(threads)}:
        sys.exit("Not each request ended with the member")
    if stats["most_in_a_second"] > LIMIT:
        sys.exit("More requests in a second than Sentry allows")


if __name__ == "__main__":
    if sys.argv[1] == "sentry":
        Server(("0.0.0.0", int(sys.argv[2])), Sentry).serve_forever()
    else:
        load(sys.argv[2], sys.argv[3], float(sys.argv[4]))
