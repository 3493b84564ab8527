#!/usr/bin/env bash
# Succeeds if the service in this container says that it is ready. The image has no HTTP client; bash can do as much.
exec 3<>/dev/tcp/127.0.0.1/8081 || exit 1
printf 'GET /actuator/health/readiness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 2 _ status _ <&3 && [[ $status == 200 ]] || exit 1
