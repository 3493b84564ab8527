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
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.memberproxy.idempotency.IdempotencyStore.Claim;
import dev.memberproxy.problem.RenderedResponse;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;

class InProcessStoreTests {

	private static final Duration TTL = Duration.ofHours(24);

	private static final int MAX_ENTRIES = 20;

	private static final int CLAIMANTS = 16;

	private static final IdempotencyKey KEY = new IdempotencyKey("client", "key");

	private static final IdempotencyKey OTHER_KEY = new IdempotencyKey("client", "other-key");

	private static final Fingerprint FINGERPRINT = Fingerprint.of("one");

	private static final Fingerprint OTHER_FINGERPRINT = Fingerprint.of("other");

	private static final RenderedResponse ANSWER = RenderedResponse.of(HttpStatus.CREATED, new byte[] { 1 })
		.with("Location", "/members/1");

	private final AtomicLong nanos = new AtomicLong(-1);

	private final InProcessStore store = new InProcessStore(TTL, MAX_ENTRIES, this.nanos::get);

	@Test
	void claimWhenKeyIsFreeIsGranted() {
		assertThat(claim()).isEqualTo(new Claim.Granted());
	}

	@Test
	void claimWhenOtherKeysAreRunningIsGranted() {
		this.store.claim(OTHER_KEY, FINGERPRINT);
		assertThat(claim()).isEqualTo(new Claim.Granted());
	}

	@Test
	void claimWhenSameRequestIsRunningIsRunning() {
		bringAbout(State.RUNNING);
		assertThat(claim()).isEqualTo(new Claim.Running());
		assertThat(claim()).isEqualTo(new Claim.Running());
	}

	@Test
	void claimWhenSameRequestHasEndedGivesItsAnswer() {
		bringAbout(State.ENDED);
		assertThat(claim()).isEqualTo(new Claim.Ended(ANSWER));
		assertThat(claim()).isEqualTo(new Claim.Ended(ANSWER));
	}

	@Test
	void claimWhenOutcomeIsUnknownIsResumedOnce() {
		bringAbout(State.OPEN);
		assertThat(claim()).isEqualTo(new Claim.Resumed());
		assertThat(claim()).isEqualTo(new Claim.Running());
	}

	@Test
	void claimWhenResumedRequestHasEndedGivesItsAnswer() {
		bringAbout(State.OPEN);
		claim();
		this.store.keep(KEY, FINGERPRINT, ANSWER);
		assertThat(claim()).isEqualTo(new Claim.Ended(ANSWER));
	}

	@Test
	void claimWhenOutcomeOfResumedRequestIsUnknownIsResumedAgain() {
		bringAbout(State.OPEN);
		claim();
		this.store.leaveOpen(KEY, FINGERPRINT);
		assertThat(claim()).isEqualTo(new Claim.Resumed());
	}

	@ParameterizedTest
	@EnumSource
	void claimWhenAnotherRequestHasKeyIsTakenAndChangesNothing(State state) {
		bringAbout(state);
		assertThat(this.store.claim(KEY, OTHER_FINGERPRINT)).isEqualTo(new Claim.Taken());
		assertThat(this.store.claim(KEY, OTHER_FINGERPRINT)).isEqualTo(new Claim.Taken());
		assertThat(claim()).isEqualTo(claimIn(state));
	}

	@Test
	void claimWhenKeyIsReleasedIsGrantedAgain() {
		bringAbout(State.RUNNING);
		this.store.release(KEY);
		assertThat(claim()).isEqualTo(new Claim.Granted());
		assertThat(claim()).isEqualTo(new Claim.Running());
	}

	@Test
	void claimWhenKeyIsReleasedIsGrantedToAnotherRequest() {
		bringAbout(State.RUNNING);
		this.store.release(KEY);
		assertThat(this.store.claim(KEY, OTHER_FINGERPRINT)).isEqualTo(new Claim.Granted());
		assertThat(claim()).isEqualTo(new Claim.Taken());
	}

	@Test
	void releaseWhenOtherKeysAreRunningLeavesThemAlone() {
		bringAbout(State.RUNNING);
		this.store.claim(OTHER_KEY, FINGERPRINT);
		this.store.release(OTHER_KEY);
		assertThat(claim()).isEqualTo(new Claim.Running());
	}

	@RepeatedTest(20)
	void claimWhenFreeKeyIsClaimedAtTheSameTimeIsGrantedOnce() throws Exception {
		List<Claim> claims = claimAtTheSameTime((_) -> FINGERPRINT);
		assertThat(claims).hasSize(CLAIMANTS).containsOnlyOnce(new Claim.Granted());
		assertThat(claims).containsOnly(new Claim.Granted(), new Claim.Running());
	}

	@RepeatedTest(20)
	void claimWhenFreeKeyIsClaimedForDifferentRequestsIsGrantedToOne() throws Exception {
		List<Claim> claims = claimAtTheSameTime((number) -> Fingerprint.of(String.valueOf(number)));
		assertThat(claims).hasSize(CLAIMANTS).containsOnlyOnce(new Claim.Granted());
		assertThat(claims).containsOnly(new Claim.Granted(), new Claim.Taken());
	}

	@RepeatedTest(20)
	void claimWhenOpenKeyIsClaimedAtTheSameTimeIsResumedOnce() throws Exception {
		bringAbout(State.OPEN);
		List<Claim> claims = claimAtTheSameTime((_) -> FINGERPRINT);
		assertThat(claims).hasSize(CLAIMANTS).containsOnlyOnce(new Claim.Resumed());
		assertThat(claims).containsOnly(new Claim.Resumed(), new Claim.Running());
	}

	@ParameterizedTest
	@EnumSource(names = { "OPEN", "ENDED" })
	void claimWhenTimeToLiveIsNotOverRemembersKey(State state) {
		bringAbout(state);
		pass(TTL.minusNanos(1));
		assertThat(this.store.claim(KEY, OTHER_FINGERPRINT)).isEqualTo(new Claim.Taken());
		assertThat(claim()).isEqualTo(claimIn(state));
	}

	@ParameterizedTest
	@EnumSource(names = { "OPEN", "ENDED" })
	void claimWhenTimeToLiveIsOverIsGranted(State state) {
		bringAbout(state);
		pass(TTL);
		assertThat(claim()).isEqualTo(new Claim.Granted());
		assertThat(claim()).isEqualTo(new Claim.Running());
	}

	@ParameterizedTest
	@EnumSource(names = { "OPEN", "ENDED" })
	void claimWhenTimeToLiveIsOverIsGrantedToAnotherRequest(State state) {
		bringAbout(state);
		pass(TTL);
		assertThat(this.store.claim(KEY, OTHER_FINGERPRINT)).isEqualTo(new Claim.Granted());
	}

	@Test
	void claimWhenAnswerIsAskedForDoesNotProlongItsTimeToLive() {
		bringAbout(State.ENDED);
		pass(TTL.dividedBy(2));
		assertThat(claim()).isEqualTo(new Claim.Ended(ANSWER));
		pass(TTL.dividedBy(2));
		assertThat(claim()).isEqualTo(new Claim.Granted());
	}

	@Test
	void claimWhenRequestRanLongCountsTimeToLiveFromItsEnd() {
		bringAbout(State.RUNNING);
		pass(TTL.multipliedBy(3));
		this.store.keep(KEY, FINGERPRINT, ANSWER);
		pass(TTL.minusNanos(1));
		assertThat(claim()).isEqualTo(new Claim.Ended(ANSWER));
		pass(Duration.ofNanos(1));
		assertThat(claim()).isEqualTo(new Claim.Granted());
	}

	@Test
	void claimWhenRequestRunsForYearsIsRunning() {
		bringAbout(State.RUNNING);
		pass(Duration.ofDays(20_000));
		assertThat(claim()).isEqualTo(new Claim.Running());
	}

	@Test
	void claimWhenResumedRequestRunsForYearsIsRunning() {
		bringAbout(State.OPEN);
		pass(TTL.minusNanos(1));
		claim();
		pass(Duration.ofDays(20_000));
		assertThat(claim()).isEqualTo(new Claim.Running());
	}

	@Test
	void keepWhenThereIsRoomRemembersAll() {
		List<IdempotencyKey> keys = keys("ended", MAX_ENTRIES);
		keys.forEach(this::end);
		assertThat(remembered(keys)).isEqualTo(MAX_ENTRIES);
	}

	@Test
	void keepWhenThereIsNoMoreRoomForgetsTheOldest() {
		List<IdempotencyKey> keys = keys("ended", 1000);
		keys.forEach(this::end);
		assertThat(remembered(keys)).isEqualTo(MAX_ENTRIES);
		assertThat(remembered(keys.subList(1000 - MAX_ENTRIES, 1000))).isEqualTo(MAX_ENTRIES);
	}

	@Test
	void keepWhenAnotherClientUsesManyKeysForgetsNone() {
		end(KEY);
		for (int i = 0; i < 10 * MAX_ENTRIES; i++) {
			end(new IdempotencyKey("greedy", "key-" + i));
		}
		assertThat(claim()).isEqualTo(new Claim.Ended(ANSWER));
	}

	@Test
	void leaveOpenWhenThereIsNoMoreRoomForgetsTheOldest() {
		List<IdempotencyKey> ended = keys("ended", MAX_ENTRIES);
		ended.forEach(this::end);
		List<IdempotencyKey> open = keys("open", MAX_ENTRIES / 2);
		open.forEach((key) -> {
			this.store.claim(key, FINGERPRINT);
			this.store.leaveOpen(key, FINGERPRINT);
		});
		assertThat(remembered(ended)).isEqualTo(MAX_ENTRIES / 2);
		assertThat(claims(open)).containsOnly(new Claim.Resumed());
	}

	@Test
	void keepWhenOldKeyWasResumedCountsItAsNew() {
		List<IdempotencyKey> keys = keys("ended", MAX_ENTRIES);
		this.store.claim(KEY, FINGERPRINT);
		this.store.leaveOpen(KEY, FINGERPRINT);
		keys.subList(1, MAX_ENTRIES).forEach(this::end);
		assertThat(claim()).isEqualTo(new Claim.Resumed());
		this.store.keep(KEY, FINGERPRINT, ANSWER);
		end(keys.getFirst());
		assertThat(claim()).isEqualTo(new Claim.Ended(ANSWER));
	}

	@Test
	void keepWhenThereIsNoMoreRoomRemembersAllThatAreRunning() {
		List<IdempotencyKey> running = keys("running", 10 * MAX_ENTRIES);
		assertThat(claims(running)).containsOnly(new Claim.Granted());
		List<IdempotencyKey> ended = keys("ended", 5000);
		ended.forEach(this::end);
		assertThat(remembered(ended)).isLessThanOrEqualTo(MAX_ENTRIES);
		assertThat(claims(running)).hasSize(10 * MAX_ENTRIES).containsOnly(new Claim.Running());
	}

	@Test
	void keepWhenThereIsNoMoreRoomRemembersResumedThatIsRunning() {
		bringAbout(State.OPEN);
		assertThat(claim()).isEqualTo(new Claim.Resumed());
		List<IdempotencyKey> ended = keys("ended", 5000);
		ended.forEach(this::end);
		assertThat(remembered(ended)).isLessThanOrEqualTo(MAX_ENTRIES);
		assertThat(claim()).isEqualTo(new Claim.Running());
	}

	private void bringAbout(State state) {
		assertThat(claim()).isEqualTo(new Claim.Granted());
		switch (state) {
			case RUNNING -> {
			}
			case OPEN -> this.store.leaveOpen(KEY, FINGERPRINT);
			case ENDED -> this.store.keep(KEY, FINGERPRINT, ANSWER);
		}
	}

	/** What the same request is told in a state. */
	private static Claim claimIn(State state) {
		return switch (state) {
			case RUNNING -> new Claim.Running();
			case OPEN -> new Claim.Resumed();
			case ENDED -> new Claim.Ended(ANSWER);
		};
	}

	private Claim claim() {
		return this.store.claim(KEY, FINGERPRINT);
	}

	private List<Claim> claims(List<IdempotencyKey> keys) {
		return keys.stream().map((key) -> this.store.claim(key, FINGERPRINT)).toList();
	}

	private void end(IdempotencyKey key) {
		this.store.claim(key, FINGERPRINT);
		this.store.keep(key, FINGERPRINT, ANSWER);
	}

	private List<Claim> claimAtTheSameTime(IntFunction<Fingerprint> fingerprint) throws Exception {
		CyclicBarrier start = new CyclicBarrier(CLAIMANTS);
		Stream<Callable<Claim>> claimants = IntStream.range(0, CLAIMANTS).mapToObj((number) -> () -> {
			start.await(10, TimeUnit.SECONDS);
			return this.store.claim(KEY, fingerprint.apply(number));
		});
		List<Claim> claims = new ArrayList<>();
		try (ExecutorService executor = Executors.newFixedThreadPool(CLAIMANTS)) {
			for (Future<Claim> claim : executor.invokeAll(claimants.toList())) {
				claims.add(claim.get());
			}
		}
		return claims;
	}

	/** How many keys are not free. Leaves them as they are. */
	private long remembered(List<IdempotencyKey> keys) {
		return keys.stream().filter((key) -> {
			Fingerprint unused = Fingerprint.of("unused");
			if (this.store.claim(key, unused) instanceof Claim.Granted) {
				this.store.release(key);
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

		RUNNING, OPEN, ENDED

	}

}
