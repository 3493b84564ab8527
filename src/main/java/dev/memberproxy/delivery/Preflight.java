package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.memberproxy.core.AttemptObserver;
import dev.memberproxy.organizations.Organization;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.event.EventListener;

/**
 * Asks each organization's Sentry for one member when the service has started, and every
 * now and then, so that what is wrong is known before a caller meets it.
 */
final class Preflight implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Preflight.class);

	private final Lines lines;

	private final MemberDelivery delivery;

	private final List<Thread> rounds = new CopyOnWriteArrayList<>();

	/**
	 * @param lines the ways to Sentry
	 * @param delivery asks
	 */
	Preflight(Lines lines, MemberDelivery delivery) {
		this.lines = lines;
		this.delivery = delivery;
	}

	@EventListener(ApplicationReadyEvent.class)
	void begin() {
		this.lines.forEach((organization, line) -> {
			if (organization.preflightInterval().isPositive()) {
				this.rounds.add(Thread.ofVirtual().name("preflight").start(new Round(organization, line)));
			}
		});
	}

	@Override
	public void close() {
		this.rounds.forEach(Thread::interrupt);
	}

	/** One look after the other at one organization; says what has changed since. */
	private final class Round implements Runnable {

		private final Organization organization;

		private final Line line;

		/** The codes of what was said last; null if nothing was. */
		private @Nullable List<Trouble.Code> said;

		Round(Organization organization, Line line) {
			this.organization = organization;
			this.line = line;
		}

		@Override
		public void run() {
			try {
				while (true) {
					look();
					rest();
				}
			}
			catch (InterruptedException ex) {
				// The service stops.
				Thread.currentThread().interrupt();
			}
		}

		/**
		 * Until the next look, which comes soon where Sentry is left in peace: it has to
		 * be shown that it is back, and there may be no callers who do.
		 */
		private void rest() throws InterruptedException {
			Duration left = this.organization.preflightInterval();
			do {
				Duration nap = (left.compareTo(OutageBreaker.PEACE) < 0) ? left : OutageBreaker.PEACE;
				Thread.sleep(nap);
				left = left.minus(nap);
			}
			while (left.isPositive() && !this.line.isCircuitOpen());
		}

		private void look() {
			try {
				Preflight.this.delivery.begin(this.organization, AttemptObserver.NONE, true).probe();
				report(this.line.health());
			}
			catch (RuntimeException ex) {
				// The next look may be luckier.
				logger.error("The preflight check of organization {} failed", this.organization.alias(), ex);
			}
		}

		private void report(UpstreamHealth health) {
			List<Trouble.Code> codes = health.issues().stream().map(Trouble::code).toList();
			if (!codes.equals(this.said)) {
				health.issues()
					.forEach((issue) -> logger.warn("Sentry of organization {} cannot be used ({}): {} {}",
							this.organization.alias(), issue.code().id(), issue.cause(), issue.remedy()));
				if (health.status().equals(Status.UP)) {
					logger.info("Sentry of organization {} responds", this.organization.alias());
				}
			}
			// As long as nothing is known, nothing has been reported.
			this.said = health.status().equals(Status.UNKNOWN) ? null : codes;
		}

	}

}
