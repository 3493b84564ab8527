package dev.memberproxy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import dev.memberproxy.redis.RedisScripts.Reply;
import dev.memberproxy.replicas.RedisServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Each script alone, in a real Redis. */
class ScriptTests {

	private static final String KEY = Keys.name("key", "test");

	private static final List<String> ENDING = List.of(KEY, Keys.name("keys", "client"));

	private static final List<String> WINDOW = List.of(Keys.name("sent", "test"), Keys.name("slots", "test"),
			Keys.name("pause", "test"), Keys.name("queues", "test"));

	private static final int LIMIT = 5;

	private static RedisServer server;

	private static LettuceConnectionFactory connections;

	private static RedisScripts scripts;

	@BeforeAll
	static void start() {
		server = RedisServer.start();
		connections = new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", server.port()));
		connections.afterPropertiesSet();
		connections.start();
		scripts = new RedisScripts(connections, new SimpleMeterRegistry());
	}

	@AfterAll
	static void stop() {
		connections.destroy();
		server.close();
	}

	@BeforeEach
	void empty() {
		server.command("FLUSHALL");
	}

	@Test
	void claimIsGrantedOnceAndAgainWhenItsLeaseIsOver() {
		assertThat(claim("a", "fingerprint", 10_000)).containsExactly("new");
		assertThat(claim("b", "other", 10_000)).containsExactly("reused");
		List<String> held = claim("b", "fingerprint", 10_000);
		assertThat(held).hasSize(3).startsWith("running").endsWith("a");
		assertThat(Long.parseLong(held.get(1))).isBetween(5_000L, 10_000L);
		server.command("HSET", KEY, "lease", "1");
		assertThat(claim("c", "fingerprint", 10_000)).as("its replica is gone").containsExactly("open");
	}

	@Test
	void claimWhenTheClockWasSetBackIsGranted() {
		claim("a", "fingerprint", 10_000);
		long ahead = System.currentTimeMillis() + 3_600_000;
		server.command("HSET", KEY, "lease", String.valueOf(ahead));
		assertThat(claim("b", "fingerprint", 10_000)).containsExactly("open");
	}

	@Test
	void finishStoresForTheOwnerOnly() {
		claim("a", "fingerprint", 10_000);
		assertThat(finish("b", "done", "stolen")).isEmpty();
		assertThat(claim("c", "fingerprint", 10_000)).startsWith("running");
		assertThat(finish("a", "done", "stored")).isEmpty();
		assertThat(claim("c", "fingerprint", 10_000)).containsExactly("done", "stored");
		assertThat(finish("a", "open", "")).isEmpty();
		assertThat(claim("c", "fingerprint", 10_000)).as("it has ended").containsExactly("done", "stored");
		assertThat(Long.parseLong(server.command("PTTL", KEY))).isBetween(50_000L, 60_000L);
	}

	@Test
	void finishAsOpenResumesAndReleaseFrees() {
		claim("a", "fingerprint", 10_000);
		finish("a", "open", "");
		assertThat(claim("b", "fingerprint", 10_000)).containsExactly("open");
		run(Script.RELEASE, List.of(KEY), "a");
		assertThat(claim("c", "fingerprint", 10_000)).as("another owner's").startsWith("running");
		run(Script.RELEASE, List.of(KEY), "b");
		assertThat(claim("c", "other", 10_000)).containsExactly("new");
	}

	@Test
	void finishNamesTheOldestKeyThatIsOneTooMany() {
		List<String> removed = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			List<String> keys = List.of(Keys.name("key", String.valueOf(i)), ENDING.get(1));
			run(Script.CLAIM, keys.subList(0, 1), "fingerprint", "a", 10_000, 60_000);
			removed.addAll(texts(run(Script.FINISH, keys, "a", "done", 60_000, "stored", i, 3)));
		}
		assertThat(removed).containsExactly("0", "1");
		for (String name : removed) {
			run(Script.EVICT, List.of(Keys.name("key", name)));
		}
		assertThat(server.command("KEYS", Keys.name("key", "*")).lines()).hasSize(3);
		claim("a", "fingerprint", 10_000);
		run(Script.EVICT, List.of(KEY));
		assertThat(claim("b", "fingerprint", 10_000)).as("a running one is kept").startsWith("running");
	}

	@Test
	void lockIsHeldByOneOwnerUntilItIsGivenBackOrOver() {
		assertThat(lock("a", 10_000)).isTrue();
		assertThat(lock("a", 10_000)).as("again").isTrue();
		assertThat(lock("b", 10_000)).isFalse();
		run(Script.UNLOCK, List.of(KEY), "b");
		assertThat(lock("b", 10_000)).isFalse();
		run(Script.UNLOCK, List.of(KEY), "a");
		assertThat(lock("b", 30)).isTrue();
		Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> lock("c", 10_000));
		server.command("PEXPIRE", KEY, "3600000");
		assertThat(lock("d", 10_000)).as("the clock was set back").isTrue();
	}

	@Test
	void askWhenRedisIsEmptyWaitsForAWindowFirst() {
		List<Long> answer = ask("1", LIMIT, 100, 0);
		assertThat(answer.get(0)).isZero();
		assertThat(answer.get(1)).isCloseTo(1_000L, within(100L));
		open();
		assertThat(ask("1", LIMIT, 100, 0).get(0)).isOne();
	}

	@Test
	void askGrantsTheLimitAndCountsUnsentRequestsFromTheirLatestMoment() {
		open();
		for (int i = 0; i < LIMIT; i++) {
			assertThat(ask("slot" + i, LIMIT, 100, 0).get(0)).isOne();
		}
		assertThat(ask("more", LIMIT, 100, 0).subList(0, 2)).as("one may be sent any moment").containsExactly(0L, 20L);
		IntStream.range(0, LIMIT).forEach((i) -> run(Script.SENT, WINDOW.subList(0, 1), "slot" + i));
		List<Long> answer = ask("more", LIMIT, 100, 0);
		assertThat(answer.get(0)).isZero();
		assertThat(answer.get(1)).isBetween(500L, 1_000L);
		run(Script.END, WINDOW.subList(0, 2), "slot0", 1);
		assertThat(ask("more", LIMIT, 100, 0).get(0)).as("it was sent, and counts").isZero();
		run(Script.END, WINDOW.subList(0, 2), "slot1", 0);
		assertThat(ask("more", LIMIT, 100, 0).get(0)).as("it was not sent").isOne();
	}

	@Test
	void askNeverGrantsMoreThanMayBeConcurrent() {
		open();
		assertThat(ask("1", 0, 2, 0)).startsWith(1L, 0L).element(3).isEqualTo(1L);
		assertThat(ask("2", 0, 2, 0).get(0)).isOne();
		assertThat(ask("2", 0, 2, 0).get(0)).as("the same again").isOne();
		assertThat(ask("3", 0, 2, 0)).startsWith(0L, 20L).element(3).isEqualTo(2L);
		run(Script.END, WINDOW.subList(0, 2), "1", 1);
		assertThat(ask("3", 0, 2, 0).get(0)).isOne();
		server.command("ZADD", WINDOW.get(1), "1", "2");
		assertThat(ask("4", 0, 2, 0).get(0)).as("the lease of one is over").isOne();
		server.command("ZADD", WINDOW.get(1), String.valueOf(System.currentTimeMillis() + 3_600_000), "3");
		assertThat(ask("5", 0, 2, 0).get(0)).as("the clock was set back").isOne();
	}

	@Test
	void askReturnsTheQueuesOfTheOthers() {
		open();
		askAs("one", 3);
		askAs("two", 4);
		assertThat(askAs("three", 5).get(2)).isEqualTo(7);
		server.command("HSET", WINDOW.get(3), "two", "4 1");
		assertThat(askAs("three", 5).get(2)).as("has not asked for long").isEqualTo(3);
		assertThat(server.command("HEXISTS", WINDOW.get(3), "two")).isEqualTo("0");
	}

	@Test
	void pauseLastsUntilTheLatestEnd() {
		open();
		run(Script.PAUSE, WINDOW.subList(2, 3), 5_000);
		run(Script.PAUSE, WINDOW.subList(2, 3), 1_000);
		assertThat(ask("1", LIMIT, 100, 0).get(1)).isBetween(4_000L, 5_000L);
	}

	@Test
	void quotaCountsUpToItsLimitInAnyMinute() {
		List<String> key = List.of(KEY);
		for (long i = 1; i <= 3; i++) {
			assertThat(numbers(run(Script.QUOTA, key, 3, "id" + i))).startsWith(1L, i);
		}
		List<Long> refused = numbers(run(Script.QUOTA, key, 3, "id4"));
		assertThat(refused).startsWith(0L, 3L);
		assertThat(refused.get(2)).isBetween(50_000L, 60_000L);
		server.command("ZADD", KEY, String.valueOf(System.currentTimeMillis() - 60_000), "id1");
		assertThat(numbers(run(Script.QUOTA, key, 3, "id5"))).startsWith(1L, 3L);
		server.command("ZADD", KEY, String.valueOf(System.currentTimeMillis() + 3_600_000), "id5");
		assertThat(numbers(run(Script.QUOTA, key, 3, "id6"))).as("the clock was set back").startsWith(1L, 3L);
	}

	@Test
	void replicaListsThoseThatWereHeardOf() {
		assertThat(replicas("a")).containsExactly("a");
		assertThat(replicas("b")).containsExactlyInAnyOrder("a", "b");
		server.command("ZADD", Keys.REPLICAS, "1", "a");
		assertThat(replicas("b")).containsExactly("b");
		replicas("a");
		run(Script.LEAVE, List.of(Keys.REPLICAS), "b");
		assertThat(replicas("a")).containsExactly("a");
	}

	@Test
	void runAfterRedisForgotTheScriptsLoadsThemAgain() {
		lock("a", 10_000);
		server.command("SCRIPT", "FLUSH");
		assertThat(lock("b", 10_000)).isFalse();
	}

	/** All keys of a script must be on one node of a cluster. */
	@Test
	void namesHaveOneHashTag() {
		claim("a", "fingerprint", 10_000);
		finish("a", "done", "stored");
		open();
		askAs("one", 1);
		replicas("a");
		assertThat(server.command("KEYS", "*").lines()).hasSizeGreaterThan(4)
			.allMatch((name) -> name.startsWith("{members:1}:"));
	}

	private static List<String> claim(String owner, String fingerprint, long lease) {
		return texts(run(Script.CLAIM, List.of(KEY), fingerprint, owner, lease, 60_000));
	}

	private static List<String> finish(String owner, String state, String response) {
		return texts(run(Script.FINISH, ENDING, owner, state, 60_000, response, "test", 100));
	}

	private static boolean lock(String owner, long lease) {
		return run(Script.LOCK, List.of(KEY), owner, lease).number(0) == 1;
	}

	private static List<Long> ask(String id, int limit, int concurrent, int waiting) {
		return numbers(run(Script.ASK, WINDOW, id, limit, concurrent, 1_000, 1_000, 30_000, "replica", waiting));
	}

	private static List<Long> askAs(String replica, int waiting) {
		return numbers(run(Script.ASK, WINDOW, replica, 0, 100, 1_000, 1_000, 30_000, replica, waiting));
	}

	/** As after the first window. */
	private static void open() {
		server.command("SET", WINDOW.get(2), "0");
	}

	private static Set<String> replicas(String id) {
		return Set.copyOf(texts(run(Script.REPLICA, List.of(Keys.REPLICAS), id, 5_000)).stream().skip(1).toList());
	}

	private static Reply run(Script script, List<String> keys, Object... arguments) {
		return scripts.run(script, keys, arguments).join();
	}

	private static List<Long> numbers(Reply reply) {
		return IntStream.range(0, reply.size()).mapToObj(reply::number).toList();
	}

	private static List<String> texts(Reply reply) {
		return IntStream.range(0, reply.size())
			.mapToObj((i) -> (reply.elements().get(i) instanceof Long number) ? number.toString() : reply.text(i))
			.toList();
	}

}
