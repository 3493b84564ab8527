package dev.memberproxy.idempotency;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.memberproxy.core.InvalidConfigurationException;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IdempotencyProperties.class)
class IdempotencyConfiguration {

	private static final Duration LONGEST = Duration.ofDays(30);

	private static final int MOST = 1_000_000;

	@Bean
	Idempotency idempotency(IdempotencyProperties properties, MeterRegistry meterRegistry) {
		if (!properties.ttl().isPositive() || properties.ttl().compareTo(LONGEST) > 0) {
			throw new InvalidConfigurationException("members.idempotency.ttl", "is not a usable time",
					"Set it to more than zero and at most 30 days, such as 24h or 7d.");
		}
		if (properties.maxEntries() < 1 || properties.maxEntries() > MOST) {
			throw new InvalidConfigurationException("members.idempotency.max-entries", "is not a usable number",
					"Set it to a whole number from 1 to " + MOST + ".");
		}
		return new Idempotency(
				new InMemoryIdempotencyStore(properties.ttl(), properties.maxEntries(), Ticker.systemTicker()),
				meterRegistry);
	}

}
