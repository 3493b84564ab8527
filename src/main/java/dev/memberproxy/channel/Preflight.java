package dev.memberproxy.channel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.memberproxy.channel.RequestQueue.Priority;
import dev.memberproxy.core.AttemptObserver;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.sentry.SentryRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.event.EventListener;

/**
 * Reads one member of each organization when the service has started, and regularly after
 * that, so that a problem is known before a caller meets it.
 */
final class Preflight implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Preflight.class);

	private final SentryChannels channels;

	private final Duration openDuration;

	private final List<Thread> checks = new CopyOnWriteArrayList<>();

	/**
	 * @param channels the channels to check
	 * @param openDuration how long an open circuit breaker suspends requests
	 */
	Preflight(SentryChannels channels, Duration openDuration) {
		this.channels = channels;
		this.openDuration = openDuration;
	}

	@EventListener(ApplicationReadyEvent.class)
	void begin() {
		this.channels.forEach((organization, channel) -> {
			if (organization.preflightInterval().isPositive()) {
				this.checks.add(Thread.ofVirtual().name("preflight").start(new Check(organization, channel)));
			}
		});
	}

	@Override
	public void close() {
		this.checks.forEach(Thread::interrupt);
	}

	/** Checks one organization regularly, and logs what has changed. */
	private final class Check implements Runnable {

		private final Organization organization;

		private final SentryChannel channel;

		/** The issues that were logged last; null if nothing was. */
		private @Nullable List<HealthIssue.Code> reported;

		Check(Organization organization, SentryChannel channel) {
			this.organization = organization;
			this.channel = channel;
		}

		@Override
		public void run() {
			try {
				while (true) {
					check();
					sleep();
				}
			}
			catch (InterruptedException ex) {
				// The service stops.
				Thread.currentThread().interrupt();
			}
		}

		/**
		 * An open circuit breaker ends the wait early: without any traffic, only this
		 * check finds out that Sentry is back.
		 */
		private void sleep() throws InterruptedException {
			Duration left = this.organization.preflightInterval();
			do {
				Duration step = (left.compareTo(Preflight.this.openDuration) < 0) ? left : Preflight.this.openDuration;
				Thread.sleep(step);
				left = left.minus(step);
			}
			while (left.isPositive() && !this.channel.isCircuitOpen());
		}

		private void check() {
			try {
				Deadline deadline = Deadline.in(this.organization.timeouts().deadline(), System::nanoTime);
				this.channel.send(SentryRequest.list(1, 1), deadline, Priority.NEW, AttemptObserver.NONE);
				report(this.channel.health());
			}
			catch (RuntimeException ex) {
				// The next check may succeed.
				logger.error("The preflight check of organization {} failed", this.organization.alias(), ex);
			}
		}

		private void report(UpstreamHealth health) {
			List<HealthIssue.Code> codes = health.issues().stream().map(HealthIssue::code).toList();
			if (!codes.equals(this.reported)) {
				health.issues()
					.forEach((issue) -> logger.warn("Sentry of organization {} is not usable ({}): {} {}",
							this.organization.alias(), issue.code().id(), issue.cause(), issue.remedy()));
				if (health.status().equals(Status.UP)) {
					logger.info("Sentry of organization {} responds", this.organization.alias());
				}
			}
			// As long as nothing is known, nothing has been reported.
			this.reported = health.status().equals(Status.UNKNOWN) ? null : codes;
		}

	}

}
