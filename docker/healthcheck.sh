#!/usr/bin/env bash
# Succeeds if the service in this container is ready. Uses bash, because the image has no HTTP client.
exec 3<>/dev/tcp/127.0.0.1/8081 || exit 1
printf 'GET /actuator/health/readiness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 2 _ status _ <&3 && [[ $status == 200 ]] || exit 1
