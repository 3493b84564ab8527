package dev.memberproxy.idempotency;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IdempotencyProperties.class)
class IdempotencyConfiguration {

	@Bean
	Idempotency idempotency(IdempotencyProperties properties, ObjectProvider<IdempotencyStore> shared,
			MeterRegistry meterRegistry) {
		return new Idempotency(shared.getIfAvailable(
				() -> new InMemoryIdempotencyStore(properties.ttl(), properties.maxEntries(), Ticker.systemTicker())),
				meterRegistry);
	}

}
