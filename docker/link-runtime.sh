#!/usr/bin/env bash
# Links a Java runtime with only the modules that the service uses.
#
#   link-runtime.sh LAYERS_DIRECTORY RUNTIME_DIRECTORY
set -euo pipefail
layers=$1
runtime=$2
# jdeps finds modules that classes refer to, but not those found by name or used from outside.
unseen=(
  # Callers may name any charset in a Content-Type. Without these, EUC-JP or IBM037 gives the same error as an unknown one.
  jdk.charsets
  # For operators: jcmd, the only way to a thread dump with virtual threads, and to a flight recording.
  jdk.jcmd
  # For Java agents, which are not on the class path. Some read their own jar as a file system, and instrument nothing
  # without it.
  java.instrument
  jdk.zipfs
  # Remote JMX, 0.8 MB. It listens only if com.sun.management.jmxremote.port is set.
  jdk.management.agent
)
seen=$(jdeps --ignore-missing-deps --multi-release 25 --print-module-deps \
  "$layers"/application/*.jar "$layers"/dependencies/lib/*.jar | tail -n 1)
[[ $seen =~ ^java\.base(,[a-z.]+)+$ ]] || { printf 'Runtime: jdeps found no modules: %s\n' "$seen" >&2; exit 1; }
modules=$(IFS=, && printf '%s' "$seen,${unseen[*]}")
# Not compressed, because registries compress better. Line numbers stay, for stack traces.
jlink --add-modules "$modules" --no-header-files --no-man-pages --output "$runtime"
# Makes builds reproducible. No file is younger than the commit, so exporters that clamp times change none; otherwise the JVM
# would reject its AOT cache.
find "$runtime" -exec touch --no-dereference --reference="$(echo "$layers"/application/*.jar)" {} +
printf 'Runtime: %s\n' "$("$runtime/bin/java" --list-modules | tr '\n' ' ')"
