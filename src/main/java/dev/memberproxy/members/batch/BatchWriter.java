package dev.memberproxy.members.batch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

import dev.memberproxy.members.MemberResponses;
import dev.memberproxy.members.batch.Batch.Result;
import dev.memberproxy.members.batch.Batch.Summary;
import dev.memberproxy.problem.RenderedResponse;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * Writes the response to a batch: each result on a line of its own as soon as it is
 * there, or one JSON document at the end, with the results in the order of the items.
 */
final class BatchWriter {

	private final OutputStream out;

	private final boolean lines;

	/** The results for the document. A batch has a limited number of items. */
	private final Map<Integer, String> results = new TreeMap<>();

	BatchWriter(MediaType mediaType, OutputStream out) {
		this.lines = !mediaType.equals(MediaType.APPLICATION_JSON);
		this.out = out;
	}

	/**
	 * Adds a result.
	 * @return false if the caller disconnected
	 */
	boolean add(Result result) {
		if (this.lines) {
			return write(json(result) + "\n");
		}
		this.results.put(result.index(), json(result));
		return true;
	}

	void end(Summary summary) {
		write(this.lines ? "{\"summary\":" + json(summary) + "}\n"
				: "{\"results\":[" + String.join(",", this.results.values()) + "],\"summary\":" + json(summary) + "}");
	}

	private boolean write(String json) {
		try {
			this.out.write(json.getBytes(StandardCharsets.UTF_8));
			this.out.flush();
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static String json(Result result) {
		RenderedResponse response = result.response();
		ObjectNode json = JsonMapper.shared().createObjectNode();
		json.put("index", result.index());
		json.put("status", response.status().value());
		String outcome = response.headers().get(MemberResponses.OUTCOME);
		if (outcome != null) {
			json.put("membersOutcome", outcome);
		}
		String retryAfter = response.headers().get(HttpHeaders.RETRY_AFTER);
		if (retryAfter != null) {
			json.put("retryAfter", Integer.valueOf(retryAfter));
		}
		byte[] body = response.body();
		if (body.length > 0) {
			json.putRawValue((response.problem() != null) ? "problem" : "member",
					new RawValue(new String(body, StandardCharsets.UTF_8)));
		}
		return json.toString();
	}

	private static String json(Summary summary) {
		ObjectNode json = JsonMapper.shared()
			.createObjectNode()
			.put("total", summary.total())
			.put("succeeded", summary.succeeded())
			.put("failed", summary.failed())
			.put("unknown", summary.unknown());
		if (summary.notStarted() > 0) {
			json.put("notStarted", summary.notStarted());
		}
		return json.toString();
	}

}
