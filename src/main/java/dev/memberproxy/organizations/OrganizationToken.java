package dev.memberproxy.organizations;

import dev.memberproxy.core.InvalidConfigurationException;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token of one organization, which may be replaced while the service runs if it comes
 * from a file. A file that cannot be used never takes the present token away: that one
 * still works, or else Sentry will say so.
 */
public final class OrganizationToken {

	private static final Logger logger = LoggerFactory.getLogger(OrganizationToken.class);

	private final @Nullable TokenFile file;

	private final InstantSource clock;

	/** One after the other, lest an old content overtake a new one. */
	private final ReentrantLock reading = new ReentrantLock();

	private final AtomicLong failures = new AtomicLong();

	private volatile Held held;

	private volatile @Nullable String fault;

	private OrganizationToken(@Nullable TokenFile file, SecretToken token, InstantSource clock) {
		this.file = file;
		this.clock = clock;
		this.held = new Held(token, clock.instant());
	}

	/**
	 * A token that stays as it is.
	 * @param token the token
	 * @return the organization's token
	 */
	public static OrganizationToken of(SecretToken token) {
		return of(token, InstantSource.system());
	}

	static OrganizationToken of(SecretToken token, InstantSource clock) {
		return new OrganizationToken(null, token, clock);
	}

	/**
	 * The token that a file holds, now and later.
	 * @param file the file
	 * @param clock the clock
	 * @return the organization's token
	 * @throws InvalidConfigurationException if the file holds none now
	 */
	static OrganizationToken from(TokenFile file, InstantSource clock) {
		SecretToken token = file.read();
		return new OrganizationToken(file.isLasting() ? file : null, token, clock);
	}

	/**
	 * The token to use for the next request.
	 * @return the token
	 */
	public SecretToken current() {
		return this.held.token;
	}

	/**
	 * Looks for a better token than one that was refused, if need be in the file. That
	 * somebody else found it first, while the refusal was on its way, counts as well.
	 * @param refused the token that was refused
	 * @return whether another one is to be used now
	 */
	public boolean replaces(SecretToken refused) {
		reload();
		return current() != refused;
	}

	/**
	 * Sentry let this token pass. Says nothing about another one that is used by now.
	 * @param token the token that was sent
	 */
	public void accepted(SecretToken token) {
		Held held = this.held;
		if (held.token == token) {
			held.accepted = this.clock.instant();
		}
	}

	/** Reads the file again, if there is one. Keeps the token if that fails. */
	void reload() {
		if (this.file == null) {
			return;
		}
		this.reading.lock();
		try {
			take(this.file, this.file.read());
		}
		catch (InvalidConfigurationException ex) {
			keep(ex);
		}
		finally {
			this.reading.unlock();
		}
	}

	/** Whether it comes from a file that can be read again. */
	boolean isReloadable() {
		return this.file != null;
	}

	/**
	 * What kept the file from being used when it was last read.
	 * @return a sentence that shows neither the content nor the path, or empty
	 */
	Optional<String> findFault() {
		return Optional.ofNullable(this.fault);
	}

	/** How often the file could not be used. */
	long failures() {
		return this.failures.get();
	}

	/** How long the token has been used. */
	Duration age() {
		return Duration.between(this.held.taken, this.clock.instant());
	}

	/** How long ago Sentry last let the token pass; empty if it never did. */
	Optional<Duration> sinceAccepted() {
		return Optional.ofNullable(this.held.accepted)
			.map((accepted) -> Duration.between(accepted, this.clock.instant()));
	}

	private void take(TokenFile file, SecretToken token) {
		if (!token.hasSameText(current())) {
			this.held = new Held(token, this.clock.instant());
			logger.info("{} names a file with a new token, which is used from now on.", file.property());
		}
		else if (this.fault != null) {
			logger.info("{} names a file with the present token again.", file.property());
		}
		this.fault = null;
	}

	private void keep(InvalidConfigurationException failure) {
		String fault = String.valueOf(failure.getMessage());
		this.failures.incrementAndGet();
		// The file is read over and over, and one entry is enough to act on.
		if (!fault.equals(this.fault)) {
			logger.warn("{} {} Until then the token that was read before stays in use.", fault, failure.getRemedy());
		}
		this.fault = fault;
	}

	/** What goes with one token and ends with it. */
	private static final class Held {

		private final SecretToken token;

		private final Instant taken;

		private volatile @Nullable Instant accepted;

		private Held(SecretToken token, Instant taken) {
			this.token = token;
			this.taken = taken;
		}

	}

}
