package dev.memberproxy.members;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

import org.springframework.http.MediaType;

/** Writes the response to a batch. */
sealed interface BatchResults {

	/**
	 * The response in a media type.
	 * @param mediaType JSON, or one of the types for a JSON object on each line
	 * @param out where the response goes
	 * @return what writes it
	 */
	static BatchResults of(MediaType mediaType, OutputStream out) {
		return mediaType.equals(MediaType.APPLICATION_JSON) ? new Document(out, new TreeMap<>()) : new Lines(out);
	}

	/**
	 * Records the result of an item.
	 * @param line the result
	 * @throws IOException if the caller is gone
	 */
	void add(BatchLine line) throws IOException;

	/**
	 * Completes the response.
	 * @param summary how the batch went
	 * @throws IOException if the caller is gone
	 */
	void end(BatchSummary summary) throws IOException;

	/**
	 * Each result on a line of its own as soon as it is there, and the summary last.
	 *
	 * @param out where the lines go
	 */
	record Lines(OutputStream out) implements BatchResults {

		@Override
		public void add(BatchLine line) throws IOException {
			write(line.json());
		}

		@Override
		public void end(BatchSummary summary) throws IOException {
			write("{\"summary\":" + summary.json() + "}");
		}

		private void write(String line) throws IOException {
			this.out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
			this.out.flush();
		}

	}

	/**
	 * One JSON object at the end, with the results in the order of the items. A batch has
	 * a bounded number of items, and so has what is kept until then.
	 *
	 * @param out where the object goes
	 * @param byIndex the results so far
	 */
	record Document(OutputStream out, Map<Integer, String> byIndex) implements BatchResults {

		@Override
		public void add(BatchLine line) {
			this.byIndex.put(line.index(), line.json());
		}

		@Override
		public void end(BatchSummary summary) throws IOException {
			String document = "{\"results\":[" + String.join(",", this.byIndex.values()) + "],\"summary\":"
					+ summary.json() + "}";
			this.out.write(document.getBytes(StandardCharsets.UTF_8));
			this.out.flush();
		}

	}

}
