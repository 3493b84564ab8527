package dev.memberproxy.idempotency;

import java.time.Duration;
import java.util.Map;

import dev.memberproxy.core.InvalidConfigurationException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class IdempotencyPropertiesTests {

	private static final String PREFIX = "members.idempotency";

	private final IdempotencyConfiguration configuration = new IdempotencyConfiguration();

	@Test
	void bindWhenNothingIsSetUsesDefaults() {
		assertThat(bind(Map.of())).isEqualTo(new IdempotencyProperties(Duration.ofHours(24), 10_000));
	}

	@Test
	void bindWhenVariablesAreEmptyUsesDefaults() {
		assertThat(bindEnvironment(Map.of("MEMBERS_IDEMPOTENCY_TTL", "", "MEMBERS_IDEMPOTENCY_MAX_ENTRIES", "")))
			.isEqualTo(bind(Map.of()));
	}

	@ParameterizedTest
	@CsvSource({ "24h, 10000", "1ns, 1", "30d, 1000000" })
	void idempotencyWhenPropertiesAreInRangeIsCreated(String ttl, String maxEntries) {
		IdempotencyProperties properties = bind(
				Map.of("members.idempotency.ttl", ttl, "members.idempotency.max-entries", maxEntries));
		assertThat(this.configuration.idempotency(properties, new SimpleMeterRegistry())).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0s", "-1ms", "-24h", "31d", "2592001s" })
	void idempotencyWhenTtlIsOutOfRangeFails(String ttl) {
		IdempotencyProperties properties = bind(Map.of("members.idempotency.ttl", ttl));
		assertThatExceptionOfType(InvalidConfigurationException.class)
			.isThrownBy(() -> this.configuration.idempotency(properties, new SimpleMeterRegistry()))
			.withMessage("members.idempotency.ttl is not a usable time.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "1000001", "2147483647", "-2147483648" })
	void idempotencyWhenMaxEntriesIsOutOfRangeFails(String maxEntries) {
		IdempotencyProperties properties = bind(Map.of("members.idempotency.max-entries", maxEntries));
		assertThatExceptionOfType(InvalidConfigurationException.class)
			.isThrownBy(() -> this.configuration.idempotency(properties, new SimpleMeterRegistry()))
			.withMessage("members.idempotency.max-entries is not a usable number.");
	}

	private static IdempotencyProperties bind(Map<String, String> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate(PREFIX,
				IdempotencyProperties.class);
	}

	private static IdempotencyProperties bindEnvironment(Map<String, Object> variables) {
		return new Binder(ConfigurationPropertySources.from(new SystemEnvironmentPropertySource(
				StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables)))
			.bindOrCreate(PREFIX, IdempotencyProperties.class);
	}

}
