package dev.memberproxy.idempotency;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IdempotencyProperties.class)
class IdempotencyConfiguration {

	@Bean
	Idempotency idempotency(IdempotencyProperties properties, MeterRegistry meterRegistry) {
		return new Idempotency(
				new InMemoryIdempotencyStore(properties.ttl(), properties.maxEntries(), Ticker.systemTicker()),
				meterRegistry);
	}

}
