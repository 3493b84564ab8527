package dev.memberproxy.sentry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executors;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.hc.client5.http.DnsResolver;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(60)
class BoundedDnsResolverTests {

	private static final String HOST = "us.sentry.io";

	private static final InetAddress[] ADDRESSES = { InetAddress.ofLiteral("192.0.2.1") };

	private static final Duration SHORT = Duration.ofMillis(50);

	private static final ConditionFactory POLL = Awaitility.await()
		.pollDelay(Duration.ZERO)
		.pollInterval(Duration.ofMillis(1));

	private static final Duration LONG = Duration.ofSeconds(30);

	private final CountDownLatch nameServerAnswers = new CountDownLatch(1);

	private final AtomicInteger lookups = new AtomicInteger();

	@AfterEach
	void endLookups() {
		this.nameServerAnswers.countDown();
	}

	@Test
	void resolveWhenNameIsKnownGivesItsAddresses() throws Exception {
		BoundedDnsResolver resolver = new BoundedDnsResolver(new Delegate((host) -> {
			assertThat(host).isEqualTo(HOST);
			return ADDRESSES;
		}));
		assertThat(resolve(resolver, HOST, LONG)).isEqualTo(ADDRESSES);
	}

	@Test
	void resolveWhenNameServerIsSilentFailsInTime() {
		BoundedDnsResolver resolver = new BoundedDnsResolver(new Delegate((_) -> awaitAnswer()));
		UnknownHostException failure = failure(resolver, SHORT);
		assertThat(failure).hasMessageContaining(HOST).hasMessageContaining("in time");
		assertThat(this.nameServerAnswers.getCount()).isOne();
	}

	@Test
	void resolveWhenAttemptIsPastItsLimitFailsAtOnce() {
		BoundedDnsResolver resolver = new BoundedDnsResolver(new Delegate((_) -> awaitAnswer()));
		assertThat(failure(resolver, Duration.ofSeconds(-1))).hasMessageContaining("in time");
	}

	@Test
	void resolveWhenNameServerIsSilentStartsOneLookupForAll() throws Exception {
		BoundedDnsResolver resolver = new BoundedDnsResolver(new Delegate((_) -> awaitAnswer()));
		for (int i = 0; i < 3; i++) {
			assertThat(failure(resolver, SHORT)).hasMessageContaining("in time");
		}
		POLL.untilAtomic(this.lookups, (count) -> assertThat(count).isOne());
		AtomicReference<InetAddress[]> late = new AtomicReference<>();
		Thread patient = startAndAwaitParking(() -> late.set(resolve(resolver, HOST, LONG)));
		this.nameServerAnswers.countDown();
		patient.join();
		assertThat(late.get()).isEqualTo(ADDRESSES);
		assertThat(this.lookups).hasValue(1);
	}

	@Test
	void resolveWhenSeveralAskAtTheSameTimeLooksUpOnce() throws Exception {
		BoundedDnsResolver resolver = new BoundedDnsResolver(new Delegate((_) -> awaitAnswer()));
		Queue<InetAddress[]> results = new ConcurrentLinkedQueue<>();
		List<Thread> callers = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			callers.add(startAndAwaitParking(() -> results.add(resolve(resolver, HOST, LONG))));
		}
		this.nameServerAnswers.countDown();
		for (Thread caller : callers) {
			caller.join();
		}
		assertThat(results).hasSize(20).allMatch((addresses) -> addresses.length == 1);
		assertThat(this.lookups).hasValue(1);
	}

	@Test
	void resolveWhenOneNameIsHeldUpLooksUpAnother() throws Exception {
		BoundedDnsResolver resolver = new BoundedDnsResolver(
				new Delegate((host) -> host.equals(HOST) ? awaitAnswer() : ADDRESSES));
		assertThat(failure(resolver, SHORT)).hasMessageContaining("in time");
		assertThat(resolve(resolver, "de.sentry.io", LONG)).isEqualTo(ADDRESSES);
	}

	@Test
	void resolveWhenLookupFailsTellsTheCause() {
		UnknownHostException cause = new UnknownHostException("no such name");
		BoundedDnsResolver resolver = new BoundedDnsResolver(new Delegate((_) -> {
			throw cause;
		}));
		UnknownHostException failure = failure(resolver, LONG);
		assertThat(failure).hasMessage(HOST).hasCause(cause);
	}

	@Test
	void resolveWhenLookupFailsUnexpectedlyTellsTheCause() {
		IllegalStateException cause = new IllegalStateException("broken");
		BoundedDnsResolver resolver = new BoundedDnsResolver(new Delegate((_) -> {
			throw cause;
		}));
		assertThat(failure(resolver, LONG)).hasCause(cause);
	}

	@Test
	void resolveWhenEarlierLookupFailedLooksUpAnew() throws Exception {
		BoundedDnsResolver resolver = new BoundedDnsResolver(new Delegate((host) -> {
			if (this.lookups.get() == 1) {
				throw new UnknownHostException(host);
			}
			return ADDRESSES;
		}));
		assertThat(failure(resolver, LONG)).hasMessage(HOST);
		assertThat(resolve(resolver, HOST, LONG)).isEqualTo(ADDRESSES);
		assertThat(this.lookups).hasValue(2);
	}

	@Test
	void resolveWhenEarlierLookupSucceededLooksUpAnew() throws Exception {
		BoundedDnsResolver resolver = new BoundedDnsResolver(new Delegate((_) -> ADDRESSES));
		assertThat(resolve(resolver, HOST, LONG)).isEqualTo(ADDRESSES);
		assertThat(resolve(resolver, HOST, LONG)).isEqualTo(ADDRESSES);
		assertThat(this.lookups).hasValue(2);
	}

	@Test
	void resolveWhenInterruptedFailsAndKeepsTheFlag() throws Exception {
		BoundedDnsResolver resolver = new BoundedDnsResolver(new Delegate((_) -> awaitAnswer()));
		AtomicReference<UnknownHostException> failure = new AtomicReference<>();
		AtomicBoolean flag = new AtomicBoolean();
		Thread caller = startAndAwaitParking(() -> {
			failure.set(failure(resolver, LONG));
			flag.set(Thread.currentThread().isInterrupted());
		});
		caller.interrupt();
		caller.join();
		assertThat(failure.get()).hasMessageContaining(HOST);
		assertThat(flag).isTrue();
	}

	@Test
	void resolveWhenCalledLooksUpInADaemonPlatformThread() throws Exception {
		AtomicReference<Thread> thread = new AtomicReference<>();
		BoundedDnsResolver resolver = new BoundedDnsResolver(new Delegate((_) -> {
			thread.set(Thread.currentThread());
			return ADDRESSES;
		}));
		assertThat(resolve(resolver, HOST, LONG)).isEqualTo(ADDRESSES);
		assertThat(thread.get().isVirtual()).isFalse();
		assertThat(thread.get().isDaemon()).isTrue();
	}

	private InetAddress[] awaitAnswer() {
		try {
			this.nameServerAnswers.await();
			return ADDRESSES;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static InetAddress[] resolve(BoundedDnsResolver resolver, String host, Duration limit) throws Exception {
		Attempt attempt = new Attempt(limit, LONG, new Deaf(),
				Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory()));
		return ScopedValue.where(Attempt.CURRENT, attempt).call(() -> resolver.resolve(host));
	}

	private static UnknownHostException failure(BoundedDnsResolver resolver, Duration limit) {
		return catchThrowableOfType(UnknownHostException.class, () -> resolve(resolver, HOST, limit));
	}

	private static Thread startAndAwaitParking(Task task) {
		Thread thread = Thread.ofVirtual().start(() -> {
			try {
				task.run();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
		POLL.until(() -> thread.getState() == Thread.State.TIMED_WAITING);
		return thread;
	}

	@FunctionalInterface
	private interface Task {

		void run() throws Exception;

	}

	@FunctionalInterface
	private interface Addresses {

		InetAddress[] of(String host) throws UnknownHostException;

	}

	/** Counts the look-ups. */
	private final class Delegate implements DnsResolver {

		private final Addresses addresses;

		private Delegate(Addresses addresses) {
			this.addresses = addresses;
		}

		@Override
		public InetAddress[] resolve(String host) throws UnknownHostException {
			BoundedDnsResolverTests.this.lookups.incrementAndGet();
			return this.addresses.of(host);
		}

		@Override
		public String resolveCanonicalHostname(String host) {
			return host;
		}

	}

	private static final class Deaf implements AttemptListener {

		@Override
		public boolean sending() {
			return true;
		}

		@Override
		public void received(int status, RateLimits limits) {
			// Nothing to learn
		}

	}

}
