package dev.memberproxy.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.memberproxy.core.SharedStateException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Runs scripts over the one connection of this replica, in the order in which they are
 * asked for. No script waits for another one: scripts that are on their way at the same
 * time share a round trip.
 */
final class RedisScripts {

	private final LettuceConnectionFactory connections;

	private final MeterProvider<Timer> commands;

	RedisScripts(LettuceConnectionFactory connections, MeterRegistry meterRegistry) {
		this.connections = connections;
		this.commands = Timer.builder("members.state.commands")
			.description("Scripts in Redis, from the call to the answer")
			.withRegistry(meterRegistry);
	}

	/**
	 * Calls back when the connection breaks, even if no script is on its way. In a
	 * cluster, whose client also has short-lived connections, only scripts notice it.
	 * @param listener what is to be done
	 */
	void onDisconnect(Runnable listener) {
		if (this.connections.isClusterAware()) {
			return;
		}
		Objects.requireNonNull(this.connections.getNativeClient()).addListener(new RedisConnectionStateListener() {
			@Override
			public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
				// Not one to a sentinel.
				if (connection instanceof StatefulRedisConnection) {
					listener.run();
				}
			}
		});
	}

	/**
	 * Runs a script.
	 * @param script the script
	 * @param keys the keys that it uses
	 * @param arguments its further arguments
	 * @return the answer; completes with a {@link SharedStateException} if there is none
	 * within {@code spring.data.redis.timeout}, or if Redis rejects the script
	 */
	CompletableFuture<Reply> run(Script script, List<String> keys, Object... arguments) {
		long start = System.nanoTime();
		byte[][] names = keys.stream().map(RedisScripts::bytes).toArray(byte[][]::new);
		byte[][] values = Arrays.stream(arguments).map(String::valueOf).map(RedisScripts::bytes).toArray(byte[][]::new);
		return evaluate(script, names, values).handle((reply, failure) -> {
			this.commands.withTags("script", script.id(), "result", (failure == null) ? "ok" : "failed")
				.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
			if (failure != null) {
				throw new SharedStateException("The script " + script.id() + " failed",
						NestedExceptionUtils.getMostSpecificCause(failure));
			}
			return new Reply(reply);
		});
	}

	private CompletableFuture<List<Object>> evaluate(Script script, byte[][] names, byte[][] values) {
		RedisClusterAsyncCommands<byte[], byte[]> redis;
		try (LettuceConnection borrowed = (LettuceConnection) this.connections.getConnection()) {
			redis = borrowed.getNativeConnection();
		}
		catch (DataAccessException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		CompletableFuture<List<Object>> reply = redis
			.<List<Object>>evalsha(script.sha1(), ScriptOutputType.MULTI, names, values)
			.toCompletableFuture();
		// Redis forgets scripts when it is started again.
		return reply.exceptionallyCompose(
				(failure) -> (NestedExceptionUtils.getMostSpecificCause(failure) instanceof RedisNoScriptException)
						? redis.<List<Object>>eval(bytes(script.text()), ScriptOutputType.MULTI, names, values)
							.toCompletableFuture()
						: CompletableFuture.failedFuture(failure));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * The answer of a script.
	 *
	 * @param elements numbers, and texts as bytes
	 */
	record Reply(List<Object> elements) {

		int size() {
			return this.elements.size();
		}

		String text(int index) {
			return new String((byte[]) this.elements.get(index), StandardCharsets.UTF_8);
		}

		long number(int index) {
			return (this.elements.get(index) instanceof Long number) ? number : Long.parseLong(text(index));
		}

		Duration millis(int index) {
			return Duration.ofMillis(number(index));
		}

	}

}
