package dev.memberproxy.members.batch;

import java.nio.charset.StandardCharsets;

import dev.memberproxy.members.MemberResponses;
import dev.memberproxy.problem.RenderedResponse;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

import org.springframework.http.HttpHeaders;

/**
 * The result of one item of a batch.
 *
 * @param index the number of the item, from 0
 * @param response the response that the item would have had as a request of its own
 */
record BatchResult(int index, RenderedResponse response) {

	/** The result as it is sent: a JSON object. */
	String json() {
		ObjectNode json = JsonMapper.shared().createObjectNode();
		json.put("index", this.index);
		json.put("status", this.response.status().value());
		String outcome = this.response.headers().get(MemberResponses.OUTCOME);
		if (outcome != null) {
			json.put("membersOutcome", outcome);
		}
		String retryAfter = this.response.headers().get(HttpHeaders.RETRY_AFTER);
		if (retryAfter != null) {
			json.put("retryAfter", Integer.valueOf(retryAfter));
		}
		byte[] body = this.response.body();
		if (body.length > 0) {
			json.putRawValue((this.response.problem() != null) ? "problem" : "member",
					new RawValue(new String(body, StandardCharsets.UTF_8)));
		}
		return json.toString();
	}

}
