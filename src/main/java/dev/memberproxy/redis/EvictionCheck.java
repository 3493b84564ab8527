package dev.memberproxy.redis;

import java.util.Properties;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Warns if Redis may remove state to free memory. A full Redis with {@code noeviction}
 * rejects scripts instead, which the service notices.
 *
 * @param connections the connections to Redis
 */
record EvictionCheck(RedisConnectionFactory connections) implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(EvictionCheck.class);

	@Override
	public void run() {
		try (RedisConnection connection = this.connections.getConnection()) {
			Properties memory = connection.serverCommands().info("memory");
			if (memory == null) {
				return;
			}
			// In a cluster the names begin with the node.
			memory.stringPropertyNames()
				.stream()
				.filter((name) -> name.endsWith("maxmemory_policy") && !memory.getProperty(name).equals("noeviction"))
				.findFirst()
				.ifPresent((name) -> logger.warn(
						"Redis removes keys when its memory is full (maxmemory-policy {}), so that idempotency keys and"
								+ " limits may be lost. Set maxmemory-policy to noeviction.",
						memory.getProperty(name)));
		}
		catch (DataAccessException ex) {
			logger.info("The eviction policy of Redis cannot be checked: {}", ex.getMessage());
		}
	}

}
