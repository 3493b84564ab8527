package dev.memberproxy.channel;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.memberproxy.organizations.SecretToken;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.SentryRequest;
import dev.memberproxy.sentry.SentryResult;
import org.jspecify.annotations.Nullable;

/**
 * What the requests to an organization's Sentry show of its status. A refusal that is
 * about a member or a role shows that Sentry works.
 */
final class UpstreamStatus {

	private final InstantSource clock;

	private final Supplier<SecretToken> token;

	private volatile @Nullable Observation last;

	/**
	 * What the token does not permit, by method: the success of another method does not
	 * disprove it.
	 */
	private final Map<String, Denial> denied = new ConcurrentHashMap<>();

	/**
	 * @param clock the clock
	 * @param token supplies the current token
	 */
	UpstreamStatus(InstantSource clock, Supplier<SecretToken> token) {
		this.clock = clock;
		this.token = token;
	}

	/**
	 * Records what a request shows: nothing, if this service cut it short.
	 * @param request the request
	 * @param sent the token that was sent
	 * @param result the result
	 */
	void observe(SentryRequest<?> request, SecretToken sent, SentryResult<?> result) {
		if (result.isCutShort()) {
			return;
		}
		String method = request.method().name();
		if (result instanceof SentryResult.Failed<?>(Failure.Refusal refusal)
				&& refusal.reason() == Failure.RefusalReason.TOKEN_NOT_PERMITTED) {
			this.denied.put(method, new Denial(refusal, sent));
			return;
		}
		Failure failure = (result instanceof SentryResult.Failed<?>(Failure failed)) ? failed : null;
		if (result.showsAcceptedToken()) {
			this.denied.remove(method);
			failure = null;
		}
		this.last = new Observation(this.clock.instant(), failure);
	}

	/** What the last request showed; empty if there was none yet. */
	Optional<Observation> last() {
		return Optional.ofNullable(this.last);
	}

	/** The refusals of what the current token does not permit, sorted by method. */
	List<Failure.Refusal> denied() {
		SecretToken current = this.token.get();
		return new TreeMap<>(this.denied).values()
			.stream()
			.filter((denial) -> denial.token() == current)
			.map(Denial::refusal)
			.toList();
	}

	/**
	 * What one request showed.
	 *
	 * @param at when
	 * @param failure why Sentry is not usable, or null if it is
	 */
	record Observation(Instant at, @Nullable Failure failure) {
	}

	private record Denial(Failure.Refusal refusal, SecretToken token) {
	}

}
