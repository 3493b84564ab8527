package dev.memberproxy.idempotency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.memberproxy.idempotency.IdempotencyStore.Claim;
import dev.memberproxy.problem.RenderedResponse;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;

class InMemoryIdempotencyStoreTests {

	private static final Duration DEADLINE = Duration.ofSeconds(20);

	private static final Claim IN_USE = new Claim.InProgress(Duration.ofSeconds(1));

	private static final Claim REUSED = new Claim.Reused();

	private static final Duration TTL = Duration.ofHours(24);

	private static final int MAX_ENTRIES = 20;

	private static final int CLAIMANTS = 16;

	private static final IdempotencyKey KEY = new IdempotencyKey("client", "key");

	private static final Fingerprint FINGERPRINT = Fingerprint.of("one");

	private static final Fingerprint OTHER_FINGERPRINT = Fingerprint.of("other");

	private static final RenderedResponse RESPONSE = RenderedResponse.of(HttpStatus.CREATED, new byte[] { 1 })
		.with("Location", "/members/1");

	static final List<BiConsumer<IdempotencyStore, String>> ENDS = List.of(
			(store, owner) -> store.keep(KEY, owner, RenderedResponse.of(HttpStatus.OK)),
			(store, owner) -> store.leaveOpen(KEY, owner), (store, owner) -> store.release(KEY, owner));

	private final AtomicLong nanos = new AtomicLong(-1);

	private final IdempotencyStore store = new InMemoryIdempotencyStore(TTL, MAX_ENTRIES, this.nanos::get);

	@Test
	void claimWhenKeyIsFreeIsGranted() {
		assertThat(granted(KEY).resumed()).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void claimWhenSameRequestHasKeyDependsOnItsState(State state) {
		reach(state);
		assertState(state);
	}

	@ParameterizedTest
	@EnumSource
	void claimWhenAnotherRequestHasKeyIsRejected(State state) {
		reach(state);
		assertThat(this.store.claim(KEY, OTHER_FINGERPRINT, DEADLINE).join()).isEqualTo(REUSED);
		assertState(state);
	}

	@Test
	void claimWhenResumedRequestHasCompletedIsCompleted() {
		reach(State.OPEN);
		this.store.keep(KEY, granted(KEY).owner(), RESPONSE);
		assertState(State.COMPLETED);
	}

	@Test
	void claimWhenOutcomeOfResumedRequestIsUnknownIsResumed() {
		reach(State.OPEN);
		this.store.leaveOpen(KEY, granted(KEY).owner());
		assertState(State.OPEN);
	}

	@Test
	void claimWhenKeyIsReleasedIsGrantedToAnotherRequest() {
		this.store.release(KEY, granted(KEY).owner());
		assertThat(this.store.claim(KEY, OTHER_FINGERPRINT, DEADLINE).join()).isInstanceOf(Claim.Granted.class);
		assertThat(claim()).isEqualTo(REUSED);
	}

	/** A request whose claim has ended must not touch that of a later one. */
	@ParameterizedTest
	@FieldSource("ENDS")
	void endWhenOwnerTokenIsOldChangesNothing(BiConsumer<IdempotencyStore, String> end) {
		String old = granted(KEY).owner();
		this.store.leaveOpen(KEY, old);
		end.accept(this.store, old);
		Claim.Granted resumed = granted(KEY);
		assertThat(resumed.resumed()).isTrue();
		end.accept(this.store, old);
		assertThat(claim()).isEqualTo(IN_USE);
		this.store.keep(KEY, resumed.owner(), RESPONSE);
		end.accept(this.store, old);
		end.accept(this.store, resumed.owner());
		assertState(State.COMPLETED);
	}

	@RepeatedTest(20)
	void claimWhenConcurrentIsGrantedOnce() throws Exception {
		List<Claim> claims = claimConcurrently((_) -> FINGERPRINT);
		assertThat(claims).filteredOn(Claim.Granted.class::isInstance).hasSize(1);
		assertThat(claims).filteredOn(IN_USE::equals).hasSize(CLAIMANTS - 1);
	}

	@RepeatedTest(20)
	void claimWhenConcurrentForOtherRequestsIsGrantedOnce() throws Exception {
		List<Claim> claims = claimConcurrently((number) -> Fingerprint.of(String.valueOf(number)));
		assertThat(claims).filteredOn(Claim.Granted.class::isInstance).hasSize(1);
		assertThat(claims).filteredOn(REUSED::equals).hasSize(CLAIMANTS - 1);
	}

	@RepeatedTest(20)
	void claimWhenConcurrentForOpenKeyIsResumedOnce() throws Exception {
		reach(State.OPEN);
		List<Claim> claims = claimConcurrently((_) -> FINGERPRINT);
		assertThat(claims).filteredOn((claim) -> claim instanceof Claim.Granted(String _, boolean resumed) && resumed)
			.hasSize(1);
		assertThat(claims).filteredOn(IN_USE::equals).hasSize(CLAIMANTS - 1);
	}

	@ParameterizedTest
	@EnumSource(names = { "OPEN", "COMPLETED" })
	void claimBeforeTimeToLiveHasPassedFindsKey(State state) {
		reach(state);
		pass(TTL.minusNanos(1));
		assertThat(this.store.claim(KEY, OTHER_FINGERPRINT, DEADLINE).join()).isEqualTo(REUSED);
		assertState(state);
	}

	@ParameterizedTest
	@EnumSource(names = { "OPEN", "COMPLETED" })
	void claimAfterTimeToLiveIsGrantedToAnotherRequest(State state) {
		reach(state);
		pass(TTL);
		assertThat(this.store.claim(KEY, OTHER_FINGERPRINT, DEADLINE).join()).isInstanceOf(Claim.Granted.class);
	}

	@Test
	void claimWhenCompletedDoesNotExtendTimeToLive() {
		String owner = granted(KEY).owner();
		this.store.keep(KEY, owner, RESPONSE);
		pass(TTL.dividedBy(2));
		assertState(State.COMPLETED);
		this.store.keep(KEY, owner, RESPONSE);
		pass(TTL.dividedBy(2));
		assertThat(granted(KEY).resumed()).isFalse();
	}

	@Test
	void claimCountsTimeToLiveFromTheEndOfTheRequest() {
		String owner = granted(KEY).owner();
		pass(TTL.multipliedBy(3));
		this.store.keep(KEY, owner, RESPONSE);
		pass(TTL.minusNanos(1));
		assertState(State.COMPLETED);
		pass(Duration.ofNanos(1));
		assertThat(granted(KEY).resumed()).isFalse();
	}

	@ParameterizedTest
	@EnumSource(names = { "IN_PROGRESS", "OPEN" })
	void claimWhenRequestRunsForYearsIsRejected(State state) {
		reach(state);
		claim();
		pass(Duration.ofDays(20_000));
		assertThat(claim()).isEqualTo(IN_USE);
	}

	@Test
	void keepWhenLimitIsReachedEvictsOldest() {
		List<IdempotencyKey> keys = keys("ended", 1000);
		keys.forEach(this::complete);
		assertThat(stored(keys)).isEqualTo(MAX_ENTRIES);
		assertThat(stored(keys.subList(1000 - MAX_ENTRIES, 1000))).isEqualTo(MAX_ENTRIES);
	}

	@Test
	void keepWhenAnotherClientUsesManyKeysEvictsNone() {
		complete(KEY);
		for (int i = 0; i < 10 * MAX_ENTRIES; i++) {
			complete(new IdempotencyKey("greedy", "key-" + i));
		}
		assertState(State.COMPLETED);
	}

	@Test
	void leaveOpenWhenLimitIsReachedEvictsOldest() {
		List<IdempotencyKey> completed = keys("ended", MAX_ENTRIES);
		completed.forEach(this::complete);
		List<IdempotencyKey> open = keys("open", MAX_ENTRIES / 2);
		open.forEach((key) -> this.store.leaveOpen(key, granted(key).owner()));
		assertThat(stored(completed)).isEqualTo(MAX_ENTRIES / 2);
		assertThat(open).allMatch((key) -> granted(key).resumed());
	}

	@Test
	void keepWhenOldKeyWasResumedCountsAsNew() {
		List<IdempotencyKey> keys = keys("ended", MAX_ENTRIES);
		reach(State.OPEN);
		keys.subList(1, MAX_ENTRIES).forEach(this::complete);
		this.store.keep(KEY, granted(KEY).owner(), RESPONSE);
		complete(keys.getFirst());
		assertState(State.COMPLETED);
	}

	@Test
	void keepWhenLimitIsReachedEvictsNoneInProgress() {
		List<IdempotencyKey> running = keys("running", 10 * MAX_ENTRIES);
		running.forEach(this::granted);
		reach(State.OPEN);
		granted(KEY);
		List<IdempotencyKey> completed = keys("ended", 5000);
		completed.forEach(this::complete);
		assertThat(stored(completed)).isLessThanOrEqualTo(MAX_ENTRIES);
		assertThat(stored(running)).isEqualTo(10 * MAX_ENTRIES);
		assertThat(claim()).isEqualTo(IN_USE);
	}

	private void reach(State state) {
		String owner = granted(KEY).owner();
		switch (state) {
			case IN_PROGRESS -> {
			}
			case OPEN -> this.store.leaveOpen(KEY, owner);
			case COMPLETED -> this.store.keep(KEY, owner, RESPONSE);
		}
	}

	/** Claims the key twice: an open one is resumed once. */
	private void assertState(State state) {
		Claim first = claim();
		switch (state) {
			case IN_PROGRESS -> assertThat(first).isEqualTo(IN_USE);
			case OPEN -> assertThat(((Claim.Granted) first).resumed()).isTrue();
			case COMPLETED -> assertThat(first).isEqualTo(new Claim.Completed(RESPONSE));
		}
		assertThat(claim()).isEqualTo((state == State.COMPLETED) ? first : IN_USE);
	}

	private Claim claim() {
		return this.store.claim(KEY, FINGERPRINT, DEADLINE).join();
	}

	private Claim.Granted granted(IdempotencyKey key) {
		return (Claim.Granted) this.store.claim(key, FINGERPRINT, DEADLINE).join();
	}

	private void complete(IdempotencyKey key) {
		this.store.keep(key, granted(key).owner(), RESPONSE);
	}

	private List<Claim> claimConcurrently(IntFunction<Fingerprint> fingerprint) throws Exception {
		CyclicBarrier start = new CyclicBarrier(CLAIMANTS);
		Stream<Callable<Claim>> claimants = IntStream.range(0, CLAIMANTS).mapToObj((number) -> () -> {
			start.await(10, TimeUnit.SECONDS);
			return this.store.claim(KEY, fingerprint.apply(number), DEADLINE).join();
		});
		List<Claim> claims = new ArrayList<>();
		try (ExecutorService executor = Executors.newFixedThreadPool(CLAIMANTS)) {
			for (Future<Claim> claim : executor.invokeAll(claimants.toList())) {
				claims.add(claim.get());
			}
		}
		return claims;
	}

	/** The number of keys that are not free. Leaves them as they are. */
	private long stored(List<IdempotencyKey> keys) {
		return keys.stream().filter((key) -> {
			if (this.store.claim(key, Fingerprint.of("unused"), DEADLINE).join() instanceof Claim.Granted free) {
				this.store.release(key, free.owner());
				return false;
			}
			return true;
		}).count();
	}

	private void pass(Duration duration) {
		this.nanos.addAndGet(duration.toNanos());
	}

	private static List<IdempotencyKey> keys(String prefix, int count) {
		return IntStream.range(0, count)
			.mapToObj((number) -> new IdempotencyKey("client", prefix + "-" + number))
			.toList();
	}

	/** The states of a key that is not free. */
	enum State {

		IN_PROGRESS, OPEN, COMPLETED

	}

}
