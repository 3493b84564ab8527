#!/usr/bin/env bash
# Starts the service with its fake Sentry, calls it, and has the JVM write the AOT cache at exit. Then verifies that the JVM
# uses the cache.
#
#   train-aot-cache.sh CACHE_FILE [DIRECTORY OF THE SERVICE]
set -euo pipefail
cache=$1
app=${2:-/app}
log=$(mktemp)
export SPRING_PROFILES_ACTIVE=demo
# As in production, requests pass a key, a policy and a quota.
key=smp_training-00000000000000000000000000000000
export MEMBERS_ACCESS=clients
export MEMBERS_CLIENTS_TRAINING_KEYSHA256=$(printf %s "$key" | sha256sum | cut -d ' ' -f 1)
export MEMBERS_CLIENTS_TRAINING_ROLES=member
export MEMBERS_CLIENTS_TRAINING_EMAILDOMAINS='example.com,*.example.org'
export MEMBERS_CLIENTS_TRAINING_REQUESTSPERMINUTE=60

fail() {
  printf 'AOT cache: %s\n' "$1" >&2
  exit 1
}

# call EXPECTED_STATUS BODY
call() {
  local status
  exec 3<>/dev/tcp/127.0.0.1/8080
  printf 'POST /members HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' \
    "$key" "${#2}" "$2" >&3
  read -r -t 30 _ status _ <&3 || fail "no response to $2"
  cat <&3 >/dev/null
  exec 3>&-
  [[ $status == "$1" ]] || fail "$2 got status $status instead of $1"
}

# TieredStopAtLevel=2 records which methods the startup needs, but only the C1 compiler's profiles. With full profiles the C2
# compiler would be busy during each startup, with what so short a training has shown.
# Xlog hides a warning for each class that a cache cannot hold, such as proxies: some two hundred lines.
java @"$app"/jvm.options -XX:AOTCacheOutput="$cache" -XX:TieredStopAtLevel=2 -Xlog:aot=error \
  -jar "$app"/sentry-member-proxy.jar &
service=$!
trap 'kill "$service" 2>/dev/null || true' EXIT
for ((waited = 0; ; waited++)); do
  bash "$app"/healthcheck.sh 2>/dev/null && break
  kill -0 "$service" || fail 'the service did not start'
  ((waited < 600)) || fail 'the service is not ready after a minute'
  sleep 0.1
done
# Each kind of response once: two hundred calls made the startup no shorter.
call 201 '{"userName":"ada@example.com","sentryOrgRole":"member"}'
call 400 '{"userName":"nope"}'
call 400 '{"userName":'
call 403 '{"userName":"ada@example.net","sentryOrgRole":"member"}'
call 409 '{"userName":"joined@example.com","sentryOrgRole":"member"}'
call 409 '{"userName":"invited@example.com","sentryOrgRole":"member"}'
kill -TERM "$service"
status=0
wait "$service" || status=$?
trap - EXIT
((status == 0 || status == 143)) || fail "the service ended with status $status"
[[ -s $cache ]] || fail 'the JVM wrote none'

# AOTMode=on: the JVM fails without a usable cache. By default it would start silently, and slower.
java @"$app"/jvm.options -XX:AOTCache="$cache" -XX:AOTMode=on -Xlog:class+load:file="$log" \
  -Dspring.context.exit=onRefresh -jar "$app"/sentry-member-proxy.jar || fail 'the JVM rejects it'
loaded=$(grep -c ' source: ' "$log")
cached=$(grep -c ' source: shared objects file' "$log" || true)
printf 'AOT cache: %d of %d classes come from it\n' "$cached" "$loaded"
grep -q ' dev\.memberproxy\.MemberProxyApplication source: shared objects file' "$log" || fail 'it lacks the service'
((cached * 10 > loaded * 9)) || fail 'it is hardly used'
