package dev.memberproxy.members;

import java.nio.charset.StandardCharsets;

import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.problem.Problem;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

import org.springframework.http.HttpHeaders;

/**
 * What became of one item of a batch.
 *
 * @param index the number of the item, from 0
 * @param answer the answer that the same would have had as a request of its own
 * @param problem the problem it ended with, if it did
 */
record BatchLine(int index, RenderedResponse answer, @Nullable Problem problem) {

	private static final JsonMapper mapper = JsonMapper.builder().build();

	/**
	 * The line as it is sent.
	 * @return a JSON object
	 */
	String json() {
		ObjectNode line = mapper.createObjectNode();
		line.put("index", this.index);
		line.put("status", this.answer.status().value());
		String outcome = this.answer.headers().get(Answers.OUTCOME);
		if (outcome != null) {
			line.put("membersOutcome", outcome);
		}
		String retryAfter = this.answer.headers().get(HttpHeaders.RETRY_AFTER);
		if (retryAfter != null) {
			line.put("retryAfter", Integer.valueOf(retryAfter));
		}
		byte[] body = this.answer.body();
		if (body.length > 0) {
			line.putRawValue((this.problem != null) ? "problem" : "member",
					new RawValue(new String(body, StandardCharsets.UTF_8)));
		}
		return mapper.writeValueAsString(line);
	}

}
