package dev.memberproxy.redis;

import java.time.Duration;
import java.util.List;
import java.util.Random;

import dev.memberproxy.channel.SharedWindow;
import dev.memberproxy.channel.SharedWindows;
import dev.memberproxy.clients.Quotas;
import dev.memberproxy.idempotency.IdempotencyProperties;
import dev.memberproxy.provisioning.LocalMemberLocks;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.resource.Delay;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisHealthContributorAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Replaces what replicas share by state in Redis. The connection is Spring Boot's,
 * configured by {@code spring.data.redis}.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "members.state", havingValue = "redis")
@Import({ DataRedisAutoConfiguration.class, DataRedisHealthContributorAutoConfiguration.class })
class RedisConfiguration {

	/** Sentry counts a request for at most this time, even if it is not answered. */
	private static final Duration SLOT_LEASE = Duration.ofSeconds(30);

	private static final Duration MAX_RECONNECT_DELAY = Duration.ofMillis(500);

	/**
	 * Nothing is sent again after a reconnect: by then another request may own what a
	 * script asked for, and no caller waits for its answer.
	 */
	@Bean
	LettuceClientOptionsBuilderCustomizer redisClientOptions(DataRedisProperties properties) {
		SocketOptions.Builder socket = SocketOptions.builder()
			// A connection to a server that vanished would otherwise live for minutes.
			.keepAlive(KeepAliveOptions.builder()
				.enable()
				.idle(Duration.ofSeconds(5))
				.interval(Duration.ofSeconds(2))
				.count(3)
				.build());
		if (properties.getConnectTimeout() != null) {
			socket.connectTimeout(properties.getConnectTimeout());
		}
		return (builder) -> builder.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
			.replayFilter((_) -> true)
			.socketOptions(socket.build());
	}

	@Bean
	ClientResourcesBuilderCustomizer redisReconnect() {
		return (builder) -> builder.reconnectDelay(Delay.constant(MAX_RECONNECT_DELAY));
	}

	@Bean
	RedisState redisState(LettuceConnectionFactory connections, MeterRegistry meterRegistry) {
		return new RedisState(new RedisScripts(connections, meterRegistry), new EvictionCheck(connections),
				SharedWindow.WINDOW, System::nanoTime, meterRegistry);
	}

	@Bean
	RedisIdempotencyStore redisIdempotencyStore(RedisState state, IdempotencyProperties properties) {
		return new RedisIdempotencyStore(state, properties);
	}

	@Bean
	RedisMemberLocks redisMemberLocks(RedisState state) {
		return new RedisMemberLocks(state, new LocalMemberLocks(), System::nanoTime, new Random());
	}

	@Bean
	SharedWindows redisSharedWindows(RedisState state) {
		return (organization, method) -> {
			Duration attempt = organization.timeouts().deadline().plus(RedisState.LEASE_MARGIN);
			return new RedisSharedWindow(state, organization.alias() + ":" + method.name(),
					(attempt.compareTo(SLOT_LEASE) > 0) ? attempt : SLOT_LEASE, System::nanoTime);
		};
	}

	@Bean
	Quotas redisQuotas(RedisState state) {
		return (client, limit) -> new RedisQuota(state, client, limit, System::nanoTime);
	}

}
