package dev.memberproxy.members;

import java.util.ArrayList;
import java.util.List;

import dev.memberproxy.core.ByteLimit;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;

/** Reads the body of a batch: a JSON array, or one JSON object on each line. */
final class BatchReader {

	private static final ByteLimit LIMIT = new ByteLimit(1024 * 1024);

	private final int maxItems;

	private final StrictJson json = new StrictJson();

	/**
	 * @param maxItems how many items a batch may have
	 */
	BatchReader(int maxItems) {
		this.maxItems = maxItems;
	}

	/**
	 * Reads a batch.
	 * @param request the request
	 * @return the items, faulty ones included
	 * @throws ProblemException if the body as a whole cannot be read, or holds too much
	 */
	List<BatchItem> read(HttpServletRequest request) {
		String text = this.json.readText(request, LIMIT);
		List<BatchItem> items = new ArrayList<>();
		if (MemberMediaTypes.isLines(request.getContentType())) {
			text.lines()
				.filter((line) -> !line.isBlank())
				.forEach((line) -> items.add(BatchItem.of(items.size(), () -> this.json.parse(line))));
		}
		else {
			this.json.parseArray(text).forEach((item) -> items.add(BatchItem.of(items.size(), () -> item)));
		}
		if (items.size() > this.maxItems) {
			throw new ProblemException(
					Problem.of(ProblemType.CONTENT_TOO_LARGE, "The batch has more than " + this.maxItems + " items."));
		}
		return items;
	}

}
