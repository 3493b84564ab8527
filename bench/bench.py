#!/usr/bin/env python3
"""Measures the service and simpler proxies: one upstream, one run, rounds in turn.

    bench/prepare                    once, and after each change of the service
    bench/bench.py load              requests under load: CPU per request, latency and memory, compared with the peers
    bench/bench.py start             from the start of the process to the first 201
    bench/bench.py waiting           1,000 callers that wait for an upstream of 2 s: threads, live heap, errors

bench/README.md explains the figures. Needs Linux, a JDK 25 in JAVA_HOME, and the packages that bench/prepare installs.
"""
import argparse
import hashlib
import http.client
import json
import os
import re
import shlex
import signal
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("BENCH_BUILD") or HERE / ".build").resolve()
JAVA_HOME = Path(os.environ.get("JAVA_HOME", "/"))
JAVA = str(JAVA_HOME / "bin" / "java")
IMAGE = BUILD / "image"

UPSTREAM_PORT = 19000
UPSTREAM = f"http://127.0.0.1:{UPSTREAM_PORT}"
USERS = "/api/0/organizations/acme/scim/v2/Users"
TOKEN = "bench-token-0123456789"
KEY = "smp_bench-key-0123456789abcdef0123456789abcdef"

TICKS = os.sysconf("SC_CLK_TCK")

# As in the image; MaxRAM replaces a container of 512 MB.
SERVICE = (f"env MALLOC_ARENA_MAX=1 {JAVA} @{IMAGE}/jvm.options -XX:MaxRAM=512m "
           f"-XX:AOTCache={IMAGE}/sentry-member-proxy.aot -jar {IMAGE}/sentry-member-proxy.jar")

# Keys, policy, quota, rate limit, audit log and metrics are on, with limits above what two cores, shared with the load, can
# send.
SERVICE_ENVIRONMENT = {
    "SENTRY_BASE_URL": UPSTREAM,
    "SENTRY_TOKEN": TOKEN,
    "SENTRY_ORGANIZATION_SLUG": "acme",
    "SENTRY_PACING_REQUESTSPERSECOND": "30000",
    "SENTRY_PACING_MAXCONCURRENT": "1000",
    "SENTRY_PREFLIGHTINTERVAL": "0",
    "MEMBERS_CLIENTS_ONBOARDING_KEYSHA256": hashlib.sha256(KEY.encode()).hexdigest(),
    "MEMBERS_CLIENTS_ONBOARDING_ROLES": "member,manager",
    "MEMBERS_CLIENTS_ONBOARDING_EMAILDOMAINS": "example.com,*.example.org",
    "MEMBERS_CLIENTS_ONBOARDING_REQUESTSPERMINUTE": "1000000",
}


class Proxy:
    """A measured process."""

    def __init__(self, name, command, port, key=None, environment=None):
        self.name, self.command, self.port, self.key = name, shlex.split(command), port, key
        self.environment = {"PORT": str(port), "UPSTREAM": UPSTREAM, "TOKEN": TOKEN, **(environment or {})}
        self.log = subprocess.DEVNULL
        self.process = None
        self.started_in = None
        self.loads, self.singles, self.memory = [], [], 0

    def start(self):
        begun = time.monotonic()
        self.process = subprocess.Popen(self.command, env={**os.environ, **self.environment}, stdout=self.log,
                                        stderr=subprocess.STDOUT)
        if self.log == subprocess.PIPE:
            threading.Thread(target=self.read_log, daemon=True).start()
        while not self.responds_201():
            if self.process.poll() is not None or time.monotonic() - begun > 60:
                sys.exit(f"{self.name} does not respond with 201: {shlex.join(self.command)}")
            time.sleep(0.005)
        self.started_in = time.monotonic() - begun

    def read_log(self):
        while os.read(self.process.stdout.fileno(), 65536):
            pass

    def responds_201(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("POST", "/members", '{"userName":"first@example.com","sentryOrgRole":"member"}',
                               headers(self.key))
            return connection.getresponse().status == 201
        except OSError:
            return False

    def stop(self):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def cpu_seconds(self):
        return sum(ticks(pid) for pid in family(self.process.pid)) / TICKS

    def resident_megabytes(self):
        return sum(int(status(pid, "VmRSS")) for pid in family(self.process.pid)) / 1024


def headers(key):
    return {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}


def family(pid):
    """A process and its descendants."""
    members = [pid]
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            children = Path(f"/proc/{pid}/task/{thread}/children").read_text()
        except FileNotFoundError:
            continue  # The thread has ended.
        for child in children.split():
            members += family(int(child))
    return members


def ticks(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def status(pid, field):
    return re.search(rf"^{field}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M).group(1)


def wrk(port, path, key, connections, seconds):
    output = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s",
                             str(HERE / "members.lua"), f"http://127.0.0.1:{port}{path}"],
                            env={**os.environ, "KEY": key or ""}, capture_output=True, text=True, check=True).stdout
    return json.loads(output.rsplit("RESULT", 1)[1])


def upstream(delay_millis):
    process = subprocess.Popen([BUILD / "upstream"], env={**os.environ, "PORT": str(UPSTREAM_PORT), "TOKEN": TOKEN,
                                                          "DELAY_MS": str(delay_millis)})
    time.sleep(0.5)
    return process


def peers():
    nginx = (HERE / "peers/nginx/nginx.conf.template").read_text()
    for placeholder, value in (("@UPSTREAM_PORT@", str(UPSTREAM_PORT)), ("@PORT@", "19001"), ("@TOKEN@", TOKEN),
                               ("@BUILD@", str(BUILD))):
        nginx = nginx.replace(placeholder, value)
    (BUILD / "nginx.conf").write_text(nginx)
    return [
        Proxy("nginx", f"nginx -c {BUILD}/nginx.conf", 19001),
        Proxy("go-reverseproxy", f"{BUILD}/go-reverseproxy", 19002),
        Proxy("node-fetch", f"node {HERE}/peers/node-fetch/server.mjs", 19003),
        Proxy("spring-cloud-gateway", f"{JAVA} -Xmx256m -jar {BUILD}/spring-cloud-gateway.jar", 19004),
    ]


def service(name="service", command=SERVICE, port=19005):
    return Proxy(name, f"{command} --management.server.port={port + 100}", port, KEY, SERVICE_ENVIRONMENT)


def load(arguments):
    proxies = peers() if arguments.only is None else [p for p in peers() if p.name in arguments.only.split(",")]
    candidates = [candidate.split("=", 1) for candidate in arguments.candidate] or [("service", SERVICE)]
    proxies += [service(name, command, 19005 + i) for i, (name, command) in enumerate(candidates)]
    direct = Proxy("(the upstream itself)", "true", UPSTREAM_PORT, TOKEN)
    source = upstream(0)
    try:
        for proxy in proxies:
            proxy.log = subprocess.PIPE if arguments.log_to_pipe else subprocess.DEVNULL
            proxy.start()
            wrk(proxy.port, "/members", proxy.key, 64, 2 if proxy.name == "nginx" else arguments.warm_up)
        for _ in range(arguments.rounds):
            for proxy in proxies:
                before = proxy.cpu_seconds()
                result = wrk(proxy.port, "/members", proxy.key, 64, arguments.seconds)
                result["cpu"] = (proxy.cpu_seconds() - before) * 1e6 / result["requests"]
                proxy.loads.append(result)
                proxy.memory = max(proxy.memory, proxy.resident_megabytes())
                proxy.singles.append(wrk(proxy.port, "/members", proxy.key, 1, 2))
            direct.loads.append({**wrk(UPSTREAM_PORT, USERS, TOKEN, 64, arguments.seconds), "cpu": 0})
            direct.singles.append(wrk(UPSTREAM_PORT, USERS, TOKEN, 1, 2))
    finally:
        for proxy in proxies:
            proxy.stop()
        source.terminate()
    print_loads(proxies, direct)


def print_loads(proxies, direct):
    def median(results, figure):
        return statistics.median(result[figure] for result in results)

    without = median(direct.singles, "p50")
    own = proxies[-1] if len(proxies) > 1 else None
    rows = []
    for proxy in [*proxies, direct]:
        rows.append({"requests/s": median(proxy.loads, "requests") / median(proxy.loads, "seconds"),
                     "CPU us": median(proxy.loads, "cpu"), "p50 added us": median(proxy.singles, "p50") - without,
                     "p99 us": median(proxy.singles, "p99"), "p99 ms @64": median(proxy.loads, "p99") / 1000,
                     "RSS MB": proxy.memory, "errors": sum(result["errors"] for result in proxy.loads)})
    print(f"{'':24}" + "".join(f"{figure:>14}" for figure in rows[0]))
    for proxy, row in zip([*proxies, direct], rows):
        print(f"{proxy.name:24}" + "".join(f"{value:14.0f}" for value in row.values()))
    if own:
        print(f"\nThe last row, divided by\n{'':24}{'CPU':>14}{'p50 added':>14}{'RSS':>14}{'requests/s':>14}")
        for proxy, row in zip(proxies[:-1], rows):
            ratios = [rows[len(proxies) - 1][figure] / row[figure] if row[figure] > 0 else float("nan")
                      for figure in ("CPU us", "p50 added us", "RSS MB", "requests/s")]
            print(f"{proxy.name:24}" + "".join(f"{ratio:14.2f}" for ratio in ratios))


def start(arguments):
    plain = f"{JAVA} -jar {BUILD}/sentry-member-proxy.jar"
    times = {"java -jar": [], "image": []}
    source = upstream(0)
    try:
        for _ in range(arguments.rounds):
            for name, command in (("java -jar", plain), ("image", SERVICE)):
                proxy = service(name, command)
                try:
                    proxy.start()
                finally:
                    proxy.stop()
                times[name].append(proxy.started_in)
    finally:
        source.terminate()
    for name, seconds in times.items():
        print(f"{name:12} median {statistics.median(seconds):5.2f} s of {' '.join(f'{s:.2f}' for s in sorted(seconds))}")
    print(f"image / java -jar: {statistics.median(times['image']) / statistics.median(times['java -jar']):.2f}")


def waiting(arguments):
    source = upstream(2000)
    proxy = service()
    proxy.environment |= {"SENTRY_PACING_REQUESTSPERSECOND": "0", "SENTRY_PACING_MAXCONCURRENT": "0"}
    statuses, lock = {}, threading.Lock()
    stop_at = 0.0

    def caller(number):
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)
        sent = 0
        while time.monotonic() < stop_at:
            sent += 1
            body = json.dumps({"userName": f"user{number}.{sent}@example.com", "sentryOrgRole": "member"})
            try:
                connection.request("POST", "/members", body, headers(KEY))
                response = connection.getresponse()
                response.read()
                outcome = response.status
            except (OSError, http.client.HTTPException) as error:
                outcome = type(error).__name__
                connection.close()
            with lock:
                statuses[outcome] = statuses.get(outcome, 0) + 1

    try:
        proxy.start()
        stop_at = time.monotonic() + arguments.seconds
        threading.stack_size(256 * 1024)
        callers = [threading.Thread(target=caller, args=(number,)) for number in range(1000)]
        for thread in callers:
            thread.start()
        threads, heaps = 0, []
        while time.monotonic() < stop_at - 3:
            time.sleep(2)
            threads = max(threads, len(os.listdir(f"/proc/{proxy.process.pid}/task")))
            # Counts reachable objects, after a full collection.
            histogram = subprocess.run([str(JAVA_HOME / "bin/jcmd"), str(proxy.process.pid), "GC.class_histogram"],
                                       capture_output=True, text=True, check=True).stdout
            heaps.append(int(re.search(r"^Total\s+\d+\s+(\d+)", histogram, re.M).group(1)) / 1e6)
        for thread in callers:
            thread.join()
        memory = proxy.resident_megabytes()
    finally:
        proxy.stop()
        source.terminate()
    print(f"responses: {statuses}\nplatform threads, at most: {threads}\n"
          f"live heap, MB: median {statistics.median(heaps):.0f}, at most {max(heaps):.0f}\nRSS, MB: {memory:.0f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("load")
    command.add_argument("--only", metavar="PEER,…", help="measure only these peers; an empty value for none")
    command.add_argument("--candidate", action="append", default=[], metavar="NAME=COMMAND",
                         help="another command that starts the service, instead of the image's; may be repeated")
    command.add_argument("--warm-up", type=int, default=50, metavar="SECONDS")
    command.add_argument("--seconds", type=int, default=5, help="duration of one round")
    command.add_argument("--rounds", type=int, default=5)
    command.add_argument("--log-to-pipe", action="store_true",
                         help="read the logs in a process on the same machine instead of discarding them")
    command.set_defaults(run=load)
    command = commands.add_parser("start")
    command.add_argument("--rounds", type=int, default=7)
    command.set_defaults(run=start)
    command = commands.add_parser("waiting")
    command.add_argument("--seconds", type=int, default=30)
    command.set_defaults(run=waiting)
    arguments = parser.parse_args()
    # Stops the child processes too; they would distort the next run.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    arguments.run(arguments)


if __name__ == "__main__":
    main()
