package dev.memberproxy.sentry;

/** Sentry took a member's seat away, and has nothing else to tell about it. */
public record Removed() {
}
