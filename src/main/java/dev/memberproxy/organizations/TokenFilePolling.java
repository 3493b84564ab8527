package dev.memberproxy.organizations;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Reads token files again at an interval. Each is at most 8 KiB. A watched directory
 * would report a change sooner, but not every kind of mount reports changes.
 */
final class TokenFilePolling implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(TokenFilePolling.class);

	private final List<OrganizationToken> tokens;

	private final Duration interval;

	private volatile @Nullable Thread thread;

	/**
	 * @param tokens the tokens; those without a file are left alone
	 * @param interval the time between two reads of a file
	 */
	TokenFilePolling(Collection<OrganizationToken> tokens, Duration interval) {
		this.tokens = tokens.stream().filter(OrganizationToken::isReloadable).toList();
		this.interval = interval;
	}

	@Override
	public void start() {
		if (!this.tokens.isEmpty() && !isRunning()) {
			this.thread = Thread.ofPlatform().daemon().name("token-files").start(this::poll);
		}
	}

	@Override
	public void stop() {
		Thread thread = this.thread;
		this.thread = null;
		if (thread != null) {
			thread.interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		Thread thread = this.thread;
		return thread != null && thread.isAlive();
	}

	private void poll() {
		try {
			while (true) {
				this.tokens.forEach(TokenFilePolling::reload);
				Thread.sleep(this.interval);
			}
		}
		catch (InterruptedException ex) {
			// It was stopped.
			Thread.currentThread().interrupt();
		}
	}

	/** A fault of one file, or of this service, must not end the rotation of tokens. */
	private static void reload(OrganizationToken token) {
		try {
			token.reload();
		}
		catch (RuntimeException ex) {
			logger.error("A token file could not be read again", ex);
		}
	}

}
