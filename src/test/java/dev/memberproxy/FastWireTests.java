package dev.memberproxy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.memberproxy.channel.ShortTimings;

import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/** {@link WireTests} with short timeouts and waits. */
@WireTests
@TestPropertySource(properties = { "sentry.read-timeout=500ms", "sentry.deadline=2s" })
@Import(ShortTimings.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface FastWireTests {

}
