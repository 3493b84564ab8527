package dev.memberproxy.organizations;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.SecretFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token of one organization. A token from a file can change while the service runs;
 * if the file becomes unusable, the previous token stays in use.
 */
public final class OrganizationToken {

	private static final Logger logger = LoggerFactory.getLogger(OrganizationToken.class);

	private final @Nullable SecretFile file;

	private final InstantSource clock;

	/** Serializes reads, so that old content never replaces new content. */
	private final ReentrantLock reading = new ReentrantLock();

	private final AtomicLong failures = new AtomicLong();

	private volatile Held held;

	private volatile @Nullable String fault;

	private OrganizationToken(@Nullable SecretFile file, SecretToken token, InstantSource clock) {
		this.file = file;
		this.clock = clock;
		this.held = new Held(token, clock.instant());
	}

	/** A token that never changes. */
	public static OrganizationToken of(SecretToken token) {
		return of(token, InstantSource.system());
	}

	static OrganizationToken of(SecretToken token, InstantSource clock) {
		return new OrganizationToken(null, token, clock);
	}

	/**
	 * The current token of a file.
	 * @throws InvalidConfigurationException if the file does not contain one now
	 */
	static OrganizationToken from(SecretFile file, InstantSource clock) {
		SecretToken token = SecretToken.read(file);
		return new OrganizationToken(file.isRereadable() ? file : null, token, clock);
	}

	/** The token for the next request. */
	public SecretToken current() {
		return this.held.token;
	}

	/**
	 * Looks for another token after one was rejected, and reads the file if there is one.
	 * @return whether the current token is not the rejected one
	 */
	public boolean replaces(SecretToken rejected) {
		reload();
		return current() != rejected;
	}

	/** Records that Sentry accepted a token, unless it has been replaced since. */
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
			use(this.file, SecretToken.read(this.file));
		}
		catch (InvalidConfigurationException ex) {
			keep(ex);
		}
		finally {
			this.reading.unlock();
		}
	}

	/**
	 * The reason why the last read of the file failed: a sentence that contains neither
	 * the content nor the path.
	 */
	Optional<String> findFault() {
		return Optional.ofNullable(this.fault);
	}

	/** The number of failed reads. */
	long failures() {
		return this.failures.get();
	}

	/** The time since the token was read. */
	Duration age() {
		return Duration.between(this.held.since, this.clock.instant());
	}

	/** The time since Sentry last accepted the token; empty if it never did. */
	Optional<Duration> sinceAccepted() {
		return Optional.ofNullable(this.held.accepted)
			.map((accepted) -> Duration.between(accepted, this.clock.instant()));
	}

	private void use(SecretFile file, SecretToken token) {
		if (!token.hasSameText(current())) {
			this.held = new Held(token, this.clock.instant());
			logger.info("{} names a file with a new token, which is used from now on.", file.property());
		}
		else if (this.fault != null) {
			logger.info("{} names a file with the current token again.", file.property());
		}
		this.fault = null;
	}

	private void keep(InvalidConfigurationException failure) {
		String fault = String.valueOf(failure.getMessage());
		this.failures.incrementAndGet();
		// The file is read every few seconds; the same fault is logged once.
		if (!fault.equals(this.fault)) {
			logger.warn("{} {} The previous token stays in use until then.", fault, failure.getRemedy());
		}
		this.fault = fault;
	}

	/** A token with what is known about it. */
	private static final class Held {

		private final SecretToken token;

		private final Instant since;

		private volatile @Nullable Instant accepted;

		private Held(SecretToken token, Instant since) {
			this.token = token;
			this.since = since;
		}

	}

}
