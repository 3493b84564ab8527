package dev.memberproxy.members.batch;

import dev.memberproxy.problem.Outcome;
import dev.memberproxy.problem.Problem;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The counts of a batch. Items without a result were not started, because the service
 * stopped or the caller disconnected.
 *
 * @param total the number of items
 * @param succeeded the items that succeeded
 * @param failed the items that certainly changed nothing
 * @param unknown the items of unknown outcome
 */
record BatchSummary(int total, int succeeded, int failed, int unknown) {

	BatchSummary plus(BatchResult result) {
		Problem problem = result.response().problem();
		return new BatchSummary(this.total, this.succeeded + ((problem == null) ? 1 : 0),
				this.failed + ((problem != null && !isUnknown(problem)) ? 1 : 0),
				this.unknown + (isUnknown(problem) ? 1 : 0));
	}

	private static boolean isUnknown(@Nullable Problem problem) {
		return problem != null && problem.outcome() == Outcome.UNKNOWN;
	}

	int notStarted() {
		return this.total - this.succeeded - this.failed - this.unknown;
	}

	/** The counts as they are sent: a JSON object. */
	String json() {
		ObjectNode summary = JsonMapper.shared()
			.createObjectNode()
			.put("total", this.total)
			.put("succeeded", this.succeeded)
			.put("failed", this.failed)
			.put("unknown", this.unknown);
		if (notStarted() > 0) {
			summary.put("notStarted", notStarted());
		}
		return summary.toString();
	}

}
