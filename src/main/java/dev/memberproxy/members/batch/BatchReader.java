package dev.memberproxy.members.batch;

import java.util.ArrayList;
import java.util.List;

import dev.memberproxy.core.ByteLimit;
import dev.memberproxy.members.StrictJson;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Validator;

import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.stereotype.Component;

/** Reads the body of a batch: a JSON array, or one JSON object on each line. */
@Component
final class BatchReader {

	private static final ByteLimit LIMIT = new ByteLimit(1024 * 1024);

	private final int maxItems;

	private final BatchItemReader itemReader;

	private final StrictJson json = new StrictJson();

	BatchReader(BatchProperties properties, Validator validator) {
		this.maxItems = properties.maxItems();
		this.itemReader = new BatchItemReader(validator);
	}

	/**
	 * Reads a batch.
	 * @param request the request
	 * @return the items, including invalid ones
	 * @throws ProblemException if the body as a whole is invalid or too large
	 */
	List<BatchItem> read(HttpServletRequest request) {
		String text = this.json.readText(new ServletServerHttpRequest(request), LIMIT);
		List<BatchItem> items = new ArrayList<>();
		if (BatchMediaTypes.isLines(request.getContentType())) {
			text.lines()
				.filter((line) -> !line.isBlank())
				.forEach((line) -> items
					.add(BatchItem.of(items.size(), () -> this.itemReader.read(this.json.parse(line)))));
		}
		else {
			this.json.parseArray(text)
				.forEach((item) -> items.add(BatchItem.of(items.size(), () -> this.itemReader.read(item))));
		}
		if (items.size() > this.maxItems) {
			throw new ProblemException(
					Problem.of(ProblemType.CONTENT_TOO_LARGE, "The batch has more than " + this.maxItems + " items."));
		}
		return items;
	}

}
