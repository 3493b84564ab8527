package dev.memberproxy.channel;

import java.util.LongSummaryStatistics;
import java.util.Random;
import java.util.stream.LongStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class BackoffTests {

	private final Backoff backoff = new ChannelConfiguration().channelTimings().backoff();

	@ParameterizedTest
	@CsvSource({ "1, 100", "2, 200", "3, 400", "5, 1600", "6, 2000", "12, 2000", "65, 2000", "2147483647, 2000" })
	void afterUsesTheWholeRangeUpToADoublingBound(int failures, long bound) {
		Backoff seeded = new Backoff(this.backoff.first(), this.backoff.max(), new Random(42));
		LongSummaryStatistics waits = LongStream.range(0, 50_000)
			.map((_) -> seeded.after(failures).toMillis())
			.summaryStatistics();
		assertThat(waits.getMin()).isZero();
		assertThat(waits.getMax()).isEqualTo(bound);
		assertThat(waits.getAverage()).isBetween(0.49 * bound, 0.51 * bound);
	}

}
