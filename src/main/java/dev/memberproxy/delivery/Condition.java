package dev.memberproxy.delivery;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import dev.memberproxy.sentry.Answer;
import dev.memberproxy.sentry.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What the calls to an organization's Sentry show of the way there. Whether a member is
 * taken or a role is unknown is no matter of it: who says so, works.
 */
final class Condition {

	private final InstantSource clock;

	private volatile @Nullable Observation last;

	/**
	 * What the token may not do, by method: other calls that succeed do not disprove it.
	 */
	private final Map<String, Failure.CredentialsRefused> denied = new ConcurrentHashMap<>();

	/**
	 * @param clock the clock
	 */
	Condition(InstantSource clock) {
		this.clock = clock;
	}

	void observe(Call<?> call, Answer<?> answer) {
		String method = call.method().name();
		if (answer instanceof Answer.Failed<?>(Failure.CredentialsRefused refused) && !refused.isForToken()) {
			this.denied.put(method, refused);
			return;
		}
		Failure failure = (answer instanceof Answer.Failed<?>(Failure told)) ? told : null;
		if (failure == null || isAboutMember(failure)) {
			this.denied.remove(method);
			failure = null;
		}
		this.last = new Observation(this.clock.instant(), failure);
	}

	private static boolean isAboutMember(Failure failure) {
		return switch (failure) {
			case Failure.CredentialsRefused _, Failure.WrongEndpoint _ -> false;
			case Failure.Refusal _ -> true;
			case Failure.NotProcessed _, Failure.Ambiguous _ -> false;
		};
	}

	/**
	 * What the last call showed.
	 * @return the observation, or empty if there was no call yet
	 */
	Optional<Observation> last() {
		return Optional.ofNullable(this.last);
	}

	/**
	 * What the token may not do.
	 * @return the refusals by method
	 */
	Map<String, Failure.CredentialsRefused> denied() {
		return new TreeMap<>(this.denied);
	}

	/**
	 * What one call showed.
	 *
	 * @param at when
	 * @param failure what keeps calls from working, or null if they work
	 */
	record Observation(Instant at, @Nullable Failure failure) {
	}

}
