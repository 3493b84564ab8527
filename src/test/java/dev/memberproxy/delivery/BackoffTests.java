package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class BackoffTests {

	@ParameterizedTest
	@CsvSource({ "1, 100", "2, 200", "3, 400", "4, 800", "5, 1600", "6, 2000", "7, 2000", "11, 2000", "12, 2000",
			"64, 2000", "65, 2000", "1000, 2000", "2147483647, 2000" })
	void afterWhenJitterIsHighestWaitsForTheBound(int failures, long millis) {
		assertThat(new Backoff(new Extreme(true)).after(failures)).isEqualTo(Duration.ofMillis(millis));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 6, 1000, Integer.MAX_VALUE })
	void afterWhenJitterIsLowestWaitsForNothing(int failures) {
		assertThat(new Backoff(new Extreme(false)).after(failures)).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "1, 100", "3, 400", "6, 2000", "100, 2000" })
	void afterWhenAskedOftenUsesTheWholeRangeEvenly(int failures, long bound) {
		Backoff backoff = new Backoff(new Random(42));
		LongSummaryStatistics waits = LongStream.range(0, 100_000)
			.map((_) -> backoff.after(failures).toMillis())
			.summaryStatistics();
		assertThat(waits.getMin()).isZero();
		assertThat(waits.getMax()).isEqualTo(bound);
		assertThat(waits.getAverage()).isBetween(0.49 * bound, 0.51 * bound);
	}

	@Test
	void afterWhenTwoHaveFailedTogetherDiffers() {
		assertThat(new Backoff(new Random(1)).after(6)).isNotEqualTo(new Backoff(new Random(2)).after(6));
	}

	/**
	 * A source that always gives the same end of the range.
	 *
	 * @param highest which end
	 */
	private record Extreme(boolean highest) implements RandomGenerator {

		@Override
		public long nextLong() {
			throw new UnsupportedOperationException("A number without a bound was asked for");
		}

		@Override
		public long nextLong(long bound) {
			return this.highest ? bound - 1 : 0;
		}

	}

}
