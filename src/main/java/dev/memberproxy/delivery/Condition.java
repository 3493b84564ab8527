package dev.memberproxy.delivery;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.memberproxy.organizations.SecretToken;
import dev.memberproxy.sentry.Answer;
import dev.memberproxy.sentry.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What the calls to an organization's Sentry show of the way there. Whether a member is
 * taken or a role is unknown is no matter of it: who says so, works.
 */
final class Condition {

	private final InstantSource clock;

	private final Supplier<SecretToken> token;

	private volatile @Nullable Observation last;

	/**
	 * What the token may not do, by method: other calls that succeed do not disprove it.
	 */
	private final Map<String, Denial> denied = new ConcurrentHashMap<>();

	/**
	 * @param clock the clock
	 * @param token tells the present token
	 */
	Condition(InstantSource clock, Supplier<SecretToken> token) {
		this.clock = clock;
		this.token = token;
	}

	/**
	 * Records what a call shows: nothing, if this service gave it too little time.
	 * @param call the call
	 * @param sent the token it was sent with
	 * @param answer what came of it
	 */
	void observe(Call<?> call, SecretToken sent, Answer<?> answer) {
		if (answer.isCutShort()) {
			return;
		}
		String method = call.method().name();
		if (answer instanceof Answer.Failed<?>(Failure.CredentialsRefused refused) && !refused.isForToken()) {
			this.denied.put(method, new Denial(refused, sent));
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
	 * What the present token may not do. What was refused to another one means nothing
	 * any more.
	 * @return the refusals, in the order of the methods' names
	 */
	List<Failure.CredentialsRefused> denied() {
		SecretToken present = this.token.get();
		return new TreeMap<>(this.denied).values()
			.stream()
			.filter((denial) -> denial.token() == present)
			.map(Denial::refused)
			.toList();
	}

	/**
	 * What one call showed.
	 *
	 * @param at when
	 * @param failure what keeps calls from working, or null if they work
	 */
	record Observation(Instant at, @Nullable Failure failure) {
	}

	/**
	 * That a token may not do something.
	 *
	 * @param refused how it was refused
	 * @param token the token
	 */
	private record Denial(Failure.CredentialsRefused refused, SecretToken token) {
	}

}
