package dev.memberproxy.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import dev.memberproxy.replicas.RedisServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class RedisStateTests {

	private static final Duration TIMEOUT = Duration.ofMillis(250);

	private static final Duration QUIET = Duration.ofMillis(100);

	private static final ConditionFactory SOON = Awaitility.await()
		.atMost(Duration.ofSeconds(20))
		.pollInterval(Duration.ofMillis(10));

	private final MeterRegistry meterRegistry = new SimpleMeterRegistry();

	private RedisServer server;

	private LettuceConnectionFactory connections;

	@BeforeEach
	void startServer() {
		this.server = RedisServer.start();
		this.connections = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("127.0.0.1", this.server.port()),
				LettuceClientConfiguration.builder().commandTimeout(TIMEOUT).build());
		this.connections.afterPropertiesSet();
		this.connections.start();
	}

	@AfterEach
	void stopServer() {
		this.connections.destroy();
		this.server.close();
	}

	@Test
	void startWhenOthersRunKeepsToItsShareAtFirst() {
		RedisState other = started();
		RedisState state = started();
		assertThat(state.divisor()).as("the other may still be alone").isEqualTo(2);
		assertThat(state.isAlone()).isFalse();
		assertThat(state.isAlive(other.replica())).isTrue();
		SOON.until(() -> state.divisor() == 1);
		other.stop();
		SOON.until(() -> !state.isAlive(other.replica()));
		state.stop();
		assertThat(this.server.command("ZCARD", Keys.REPLICAS)).isEqualTo("0");
	}

	@Test
	void runWhenRedisHangsFailsInTimeThenAtOnce(CapturedOutput output) {
		RedisState state = started();
		this.server.pause();
		long start = System.nanoTime();
		assertFails(state);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.multipliedBy(4));
		assertThat(state.isAlone()).isTrue();
		assertThat(state.quiet()).isPositive();
		long before = commands();
		for (int i = 0; i < 100; i++) {
			assertFails(state);
		}
		assertThat(commands()).as("only the heartbeat tries").isLessThan(before + 5);
		assertThat(output.getAll().lines().filter((line) -> line.contains("Redis is not available"))).hasSize(1);
		this.server.resume();
		SOON.until(() -> !state.isAlone());
		assertThat(this.meterRegistry.get("members.state.degraded").gauge().value()).isZero();
		state.stop();
	}

	@Test
	void giveBackWhenRedisHangsIsMadeUpForLater() {
		RedisState state = started();
		List<String> lock = List.of(Keys.name("lock", "test"));
		state.run(Script.LOCK, lock, "owner", 60_000).join();
		this.server.pause();
		assertFails(state);
		var _ = state.giveBack(() -> state.run(Script.UNLOCK, lock, "owner"));
		this.server.resume();
		SOON.until(() -> this.server.command("EXISTS", lock.getFirst()).equals("0"));
		state.stop();
	}

	@Test
	void startWhenRedisIsAwayAssumesThreeReplicas() {
		this.server.kill();
		RedisState state = started();
		assertThat(state.isAlone()).isTrue();
		assertThat(state.divisor()).isEqualTo(3);
		this.server.restart();
		SOON.until(() -> !state.isAlone());
		assertThat(state.divisor()).isEqualTo(1);
		state.stop();
	}

	@Test
	void startAfterStopUsesRedisAgain() {
		RedisState state = started();
		state.stop();
		state.start();
		this.server.kill();
		SOON.until(state::isAlone);
		this.server.restart();
		SOON.until(() -> !state.isAlone());
		state.stop();
	}

	@Test
	void runWhenRedisIsFullFails() {
		RedisState state = started();
		this.server.command("CONFIG", "SET", "maxmemory", "1");
		assertFails(state);
		assertThat(state.isAlone()).isTrue();
		this.server.command("CONFIG", "SET", "maxmemory", "0");
		SOON.until(() -> !state.isAlone());
		state.stop();
	}

	@Test
	void startWhenRedisMayEvictKeysWarns(CapturedOutput output) {
		this.server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
		started().stop();
		assertThat(output).contains("maxmemory-policy allkeys-lru").contains("Set maxmemory-policy to noeviction");
	}

	@Test
	void startWhenRedisEvictsNothingDoesNotWarn(CapturedOutput output) {
		started().stop();
		assertThat(output).contains("1 replicas use it").doesNotContain(" WARN ");
	}

	@Test
	void isClockSteadyDetectsAClockThatWasSet() {
		AtomicLong now = new AtomicLong(Duration.ofHours(1).toNanos());
		RedisState state = state(now::get);
		assertThat(state.isClockSteady(1_000_000, now.get())).isTrue();
		now.addAndGet(Duration.ofSeconds(10).toNanos());
		assertThat(state.isClockSteady(1_010_150, now.get())).as("a little off").isTrue();
		long asked = now.get();
		now.addAndGet(Duration.ofSeconds(5).toNanos());
		assertThat(state.isClockSteady(1_010_200, asked)).as("the answer took long").isTrue();
		now.addAndGet(Duration.ofSeconds(1).toNanos());
		assertThat(state.isClockSteady(1_120_000, now.get())).isFalse();
		assertThat(state.quiet()).isEqualTo(QUIET);
		assertThat(state.isClockSteady(1_120_000, now.get())).as("from then on").isTrue();
		assertThat(state.isClockSteady(1_000_000, now.get())).as("set back").isFalse();
	}

	private RedisState started() {
		RedisState state = state(System::nanoTime);
		state.start();
		return state;
	}

	private RedisState state(LongSupplier nanoClock) {
		return new RedisState(new RedisScripts(this.connections, this.meterRegistry),
				new EvictionCheck(this.connections), QUIET, nanoClock, this.meterRegistry);
	}

	private long commands() {
		return this.meterRegistry.get("members.state.commands")
			.timers()
			.stream()
			.mapToLong((timer) -> timer.count())
			.sum();
	}

	private static void assertFails(RedisState state) {
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> state.run(Script.LOCK, List.of(Keys.name("lock", "other")), "owner", 60_000).join());
	}

}
