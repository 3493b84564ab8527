package dev.memberproxy.channel;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

import dev.memberproxy.core.MemberId;
import dev.memberproxy.organizations.SecretToken;
import dev.memberproxy.sentry.Failure.Refusal;
import dev.memberproxy.sentry.Failure.RefusalReason;
import dev.memberproxy.sentry.SentryRequest;
import dev.memberproxy.sentry.SentryResult;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class UpstreamStatusTests {

	private static final Refusal FORBIDDEN = new Refusal(RefusalReason.TOKEN_NOT_PERMITTED, 403, "forbidden");

	private final SecretToken old = SecretToken.of("old");

	private final AtomicReference<SecretToken> current = new AtomicReference<>(this.old);

	private final UpstreamStatus status = new UpstreamStatus(InstantSource.system(), this.current::get);

	@Test
	void deniedWhenTokenIsReplacedIsEmpty() {
		observe(this.old);
		assertThat(this.status.denied()).containsExactly(FORBIDDEN);
		this.current.set(SecretToken.of("new"));
		assertThat(this.status.denied()).isEmpty();
	}

	@Test
	void deniedWhenRefusalOfOldTokenArrivesLateIsEmpty() {
		SecretToken replacement = SecretToken.of("new");
		this.current.set(replacement);
		observe(this.old);
		assertThat(this.status.denied()).isEmpty();
		observe(replacement);
		assertThat(this.status.denied()).containsExactly(FORBIDDEN);
	}

	private void observe(SecretToken sent) {
		this.status.observe(SentryRequest.read(new MemberId("242")), sent, new SentryResult.Failed<>(FORBIDDEN));
	}

}
