package dev.memberproxy.members.batch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

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

	void add(BatchResult result) throws IOException {
		if (this.lines) {
			write(result.json() + "\n");
		}
		else {
			this.results.put(result.index(), result.json());
		}
	}

	void end(BatchSummary summary) throws IOException {
		write(this.lines ? "{\"summary\":" + summary.json() + "}\n"
				: "{\"results\":[" + String.join(",", this.results.values()) + "],\"summary\":" + summary.json() + "}");
	}

	private void write(String json) throws IOException {
		this.out.write(json.getBytes(StandardCharsets.UTF_8));
		this.out.flush();
	}

}
