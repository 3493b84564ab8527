package dev.memberproxy.members;

import dev.memberproxy.problem.Outcome;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a batch went.
 *
 * @param total how many items it has
 * @param succeeded how many ended well
 * @param failed how many certainly changed nothing
 * @param unknown how many of which that is not known
 */
record BatchSummary(int total, int succeeded, int failed, int unknown) {

	private static final JsonMapper mapper = JsonMapper.builder().build();

	static BatchSummary ofNothing(int total) {
		return new BatchSummary(total, 0, 0, 0);
	}

	BatchSummary plus(BatchLine line) {
		if (line.problem() == null) {
			return new BatchSummary(this.total, this.succeeded + 1, this.failed, this.unknown);
		}
		return (line.problem().outcome() == Outcome.UNKNOWN)
				? new BatchSummary(this.total, this.succeeded, this.failed, this.unknown + 1)
				: new BatchSummary(this.total, this.succeeded, this.failed + 1, this.unknown);
	}

	/** How many were not begun, because the service stopped or nobody wanted to know. */
	int notBegun() {
		return this.total - this.succeeded - this.failed - this.unknown;
	}

	/**
	 * The counts as they are sent.
	 * @return a JSON object
	 */
	String json() {
		ObjectNode summary = mapper.createObjectNode()
			.put("total", this.total)
			.put("succeeded", this.succeeded)
			.put("failed", this.failed)
			.put("unknown", this.unknown);
		if (notBegun() > 0) {
			summary.put("notBegun", notBegun());
		}
		return mapper.writeValueAsString(summary);
	}

}
