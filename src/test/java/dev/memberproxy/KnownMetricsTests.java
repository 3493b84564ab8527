package dev.memberproxy;

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Tests the check of queries itself. */
class KnownMetricsTests {

	private final KnownMetrics metrics = new KnownMetrics("""
			# TYPE members_requests_total counter
			members_requests_total{client="a}b",outcome="created",problem="none"} 1.0
			members_idempotency_total{key="new"} 4.0
			jvm_threads_live_threads 20.0
			""", Map.of("problem", Set.of("none", "busy", "bad-gateway")));

	@ParameterizedTest
	@ValueSource(strings = { "jvm_threads_live_threads",
			"sum by (client, outcome) (rate(members_requests_total{problem!=\"none\"}[$__rate_interval]))",
			"increase(members_requests_total{problem=~\"busy|bad.*\"}[5m]) > 0.5 or up{job=\"any\"} offset 1e3",
			"max(members_requests_total) unless on (job, key) members_idempotency_total{key=\"{or}\"}" })
	void findUnknownWhenAllAreKnownFindsNothing(String query) {
		assertThat(this.metrics.findUnknown(query)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '\'', textBlock = """
			rate(member_requests_total[5m])                                     ; member_requests_total
			up == 0 or members_requests > 0                                     ; members_requests
			rates(members_requests_total[5m])                                   ; rates
			members_requests_total{problem="nope"}                              ; problem=nope
			members_requests_total{client="a",problem!="nope"}                  ; problem=nope
			members_requests_total{problem=~"busy|nope"}                        ; problem=busy|nope
			members_requests_total{reason="busy"}                               ; reason
			sum by (client, key) (members_requests_total)                       ; key
			up unless on (outcome, jobs) members_requests_total                 ; jobs
			""")
	void findUnknownWhenNameOrValueIsMisspelledFindsIt(String query, String unknown) {
		assertThat(this.metrics.findUnknown(query)).containsExactly(unknown);
	}

	@Test
	void findUnknownWhenSeveralAreMisspelledFindsAll() {
		assertThat(this.metrics.findUnknown("sum by (a) (b{c=\"d\"})")).containsExactly("b", "a", "c");
	}

}
