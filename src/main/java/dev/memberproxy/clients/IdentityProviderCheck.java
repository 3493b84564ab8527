package dev.memberproxy.clients;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/**
 * Fetches the keys of the identity provider when the service has started, and every
 * minute from then on: callers need not wait for them, withdrawn ones are not used for
 * long, and health is true.
 */
final class IdentityProviderCheck implements AutoCloseable {

	private static final Duration INTERVAL = Duration.ofMinutes(1);

	private static final Logger logger = LoggerFactory.getLogger(IdentityProviderCheck.class);

	private final IdentityProvider identityProvider;

	private volatile @Nullable Thread thread;

	IdentityProviderCheck(IdentityProvider identityProvider) {
		this.identityProvider = identityProvider;
	}

	@EventListener(ApplicationReadyEvent.class)
	void begin() {
		this.thread = Thread.ofVirtual().name("identity-provider-check").start(this::run);
	}

	private void run() {
		try {
			while (true) {
				refresh();
				Thread.sleep(INTERVAL);
			}
		}
		catch (InterruptedException ex) {
			// The service stops.
			Thread.currentThread().interrupt();
		}
	}

	private void refresh() {
		try {
			this.identityProvider.refresh();
		}
		catch (RuntimeException ex) {
			// The next time may go better.
			logger.error("The keys of the identity provider could not be refreshed", ex);
		}
	}

	@Override
	public void close() {
		Thread current = this.thread;
		if (current != null) {
			current.interrupt();
		}
	}

}
