#!/usr/bin/env bash
# Makes a Java runtime that has the modules the service uses, and no others.
#
#   link-runtime.sh LAYERS_DIRECTORY RUNTIME_DIRECTORY
set -euo pipefail
layers=$1
runtime=$2
# jdeps sees what classes refer to, not what is found by name or called from outside.
unseen=(
  # Callers may name any charset in a Content-Type. Without these, EUC-JP or IBM037 is answered like a misspelt one.
  jdk.charsets
  # For whoever operates it: jcmd, the only way to a thread dump that shows virtual threads, and to a flight recording.
  jdk.jcmd
  # For Java agents, which are not on the class path. Some read their own jar as a file system, and instrument nothing where that
  # is not possible.
  java.instrument
  jdk.zipfs
  # JMX over the network, 0.8 MB. It listens only where com.sun.management.jmxremote.port is set.
  jdk.management.agent
)
seen=$(jdeps --ignore-missing-deps --multi-release 25 --print-module-deps \
  "$layers"/application/*.jar "$layers"/dependencies/lib/*.jar | tail -n 1)
[[ $seen =~ ^java\.base(,[a-z.]+)+$ ]] || { printf 'Runtime: jdeps found no modules, but said: %s\n' "$seen" >&2; exit 1; }
modules=$(IFS=, && printf '%s' "$seen,${unseen[*]}")
# Not compressed: registries compress anyway, and better. Line numbers stay, for stack traces.
jlink --add-modules "$modules" --no-header-files --no-man-pages --output "$runtime"
# Two builds make the same files. Whoever moves younger times back when exporting an image finds none; the JVM would refuse
# its AOT cache otherwise.
find "$runtime" -exec touch --no-dereference --reference="$(echo "$layers"/application/*.jar)" {} +
printf 'Runtime: %s\n' "$("$runtime/bin/java" --list-modules | tr '\n' ' ')"
