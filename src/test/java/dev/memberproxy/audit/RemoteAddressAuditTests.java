package dev.memberproxy.audit;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.memberproxy.RawClient;
import dev.memberproxy.WireTests;
import dev.memberproxy.clients.KeyDigests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Audit lines of rejected requests have the address of the caller. */
class RemoteAddressAuditTests {

	private static final String KEY = "smp_reader-key";

	@RegisterExtension
	final AuditLines lines = new AuditLines();

	@DynamicPropertySource
	static void clients(DynamicPropertyRegistry registry) {
		registry.add("members.access", () -> "clients");
		registry.add("members.clients.reader.key-sha256", () -> KeyDigests.hex(KEY));
		registry.add("members.clients.reader.operations", () -> "read");
	}

	private Map<String, Object> lineOf(int port, String key, String forwarded) throws Exception {
		RawClient.call(port, "DELETE /members/ada@example.com HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + key
				+ "\r\nX-Forwarded-For: " + forwarded + "\r\nConnection: close\r\n\r\n");
		Awaitility.await().until(() -> !this.lines.list().isEmpty());
		assertThat(this.lines.list()).hasSize(1);
		ILoggingEvent line = List.copyOf(this.lines.list()).getFirst();
		assertThat(line.getFormattedMessage()).matches("(?:[a-zA-Z]+=\\S+ ?)+");
		return line.getKeyValuePairs().stream().collect(Collectors.toMap((pair) -> pair.key, (pair) -> pair.value));
	}

	@Nested
	@WireTests
	class Direct {

		@LocalServerPort
		int port;

		@ParameterizedTest
		@CsvSource({ "smp_unknown, unauthenticated", KEY + ", not-permitted" })
		void requestWhenRejectedHasAddressOfConnection(String key, String problem) throws Exception {
			assertThat(lineOf(this.port, key, "203.0.113.7")).containsEntry("audit.problem", problem)
				.containsEntry("audit.remoteAddress", "127.0.0.1");
		}

	}

	@Nested
	@WireTests
	@TestPropertySource(properties = "server.forward-headers-strategy=native")
	class BehindProxyByTomcat {

		@LocalServerPort
		int port;

		@Test
		void requestWhenRejectedHasForwardedAddress() throws Exception {
			assertThat(lineOf(this.port, "smp_unknown", "203.0.113.7")).containsEntry("audit.remoteAddress",
					"203.0.113.7");
		}

		@Test
		void requestWhenForwardedAddressIsInvalidHasNone() throws Exception {
			assertThat(lineOf(this.port, "smp_unknown", "203.0.113.7 client=admin"))
				.doesNotContainKey("audit.remoteAddress");
		}

	}

	@Nested
	@WireTests
	@TestPropertySource(properties = "server.forward-headers-strategy=framework")
	class BehindProxyBySpring {

		@LocalServerPort
		int port;

		@Test
		void requestWhenRejectedHasForwardedAddress() throws Exception {
			assertThat(lineOf(this.port, "smp_unknown", "203.0.113.7")).containsEntry("audit.remoteAddress",
					"203.0.113.7");
		}

	}

}
