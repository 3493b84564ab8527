package dev.memberproxy.clients;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LocalQuotaTests {

	private static final long MINUTE = Duration.ofMinutes(1).toNanos();

	/** A clock in nanoseconds may overflow from positive to negative. */
	private long now = Long.MAX_VALUE - MINUTE;

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 7, 60 })
	void tryConsumeWhenLimitIsSetAdmitsNoMoreInAnyMinute(int limit) {
		Quota quota = new LocalQuota(limit, () -> this.now);
		Random random = new Random(limit);
		List<Long> admitted = new ArrayList<>();
		for (int i = 0; i < 5_000; i++) {
			// Bursts, pauses of more than a minute, and a steady rate around the limit.
			this.now += random.nextInt(50) == 0 ? random.nextLong(2 * MINUTE) : random.nextLong(MINUTE / limit);
			if (quota.tryConsume().join().isEmpty()) {
				admitted.add(this.now);
			}
		}
		assertThat(admitted).hasSizeGreaterThan(limit);
		for (int i = limit; i < admitted.size(); i++) {
			assertThat(admitted.get(i) - admitted.get(i - limit)).isGreaterThanOrEqualTo(MINUTE);
		}
	}

	@Test
	void tryConsumeWhenUsedUpReturnsTimeUntilNext() {
		Quota quota = new LocalQuota(2, () -> this.now);
		assertThat(quota.tryConsume().join()).isEmpty();
		this.now += Duration.ofSeconds(20).toNanos();
		assertThat(quota.tryConsume().join()).isEmpty();
		this.now += Duration.ofSeconds(10).toNanos();
		assertThat(quota.tryConsume().join()).contains(Duration.ofSeconds(30));
		this.now += Duration.ofSeconds(30).toNanos() - 1;
		assertThat(quota.tryConsume().join()).contains(Duration.ofNanos(1));
		this.now++;
		assertThat(quota.tryConsume().join()).isEmpty();
		assertThat(quota.tryConsume().join()).contains(Duration.ofSeconds(20));
	}

	@Test
	void statusWhenRequestsExpireReturnsWhatIsLeft() {
		Quota quota = new LocalQuota(2, () -> this.now);
		assertThat(quota.status()).isEqualTo(new Quota.Status(2, 2, Optional.empty()));
		quota.tryConsume().join();
		this.now += Duration.ofSeconds(20).toNanos();
		assertThat(quota.status()).isEqualTo(new Quota.Status(2, 1, Optional.of(Duration.ofSeconds(40))));
		quota.tryConsume().join();
		quota.tryConsume().join();
		assertThat(quota.status()).isEqualTo(new Quota.Status(2, 0, Optional.of(Duration.ofSeconds(40))));
		this.now += Duration.ofSeconds(40).toNanos();
		assertThat(quota.status()).isEqualTo(new Quota.Status(2, 1, Optional.of(Duration.ofSeconds(20))));
		this.now += Duration.ofSeconds(20).toNanos();
		assertThat(quota.status()).isEqualTo(new Quota.Status(2, 2, Optional.empty()));
	}

}
