package dev.memberproxy.delivery;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;

import dev.memberproxy.core.MemberId;
import dev.memberproxy.organizations.SecretToken;
import dev.memberproxy.sentry.Answer;
import dev.memberproxy.sentry.Failure;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConditionTests {

	private static final Failure.CredentialsRefused FORBIDDEN = new Failure.CredentialsRefused(403, "forbidden");

	private static final SecretToken OLD = SecretToken.of("old");

	private static final SecretToken NEW = SecretToken.of("new");

	private final AtomicReference<SecretToken> present = new AtomicReference<>(OLD);

	private final Condition condition = new Condition(Clock.systemUTC(), this.present::get);

	@Test
	void deniedWhenTokenWasReplacedForgetsWhatTheOtherMightNotDo() {
		observe(OLD);
		assertThat(this.condition.denied()).containsExactly(FORBIDDEN);
		this.present.set(NEW);
		assertThat(this.condition.denied()).isEmpty();
	}

	@Test
	void deniedWhenAnswerToAnotherTokenComesLateIsNotHeldAgainstThePresentOne() {
		this.present.set(NEW);
		observe(OLD);
		assertThat(this.condition.denied()).isEmpty();
		observe(NEW);
		assertThat(this.condition.denied()).containsExactly(FORBIDDEN);
	}

	private void observe(SecretToken sent) {
		this.condition.observe(Call.read(new MemberId("242")), sent, new Answer.Failed<>(FORBIDDEN));
	}

}
