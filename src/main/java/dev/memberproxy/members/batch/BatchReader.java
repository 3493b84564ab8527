package dev.memberproxy.members.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import dev.memberproxy.core.ByteLimit;
import dev.memberproxy.members.StrictJson;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.provisioning.MemberCommand;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.stereotype.Component;

/** Reads the body of a batch: a JSON array, or one JSON object on each line. */
@Component
@EnableConfigurationProperties(BatchReader.BatchProperties.class)
final class BatchReader {

	private static final ByteLimit LIMIT = new ByteLimit(1024 * 1024);

	private final int maxItems;

	private final Validator validator;

	private final StrictJson json = new StrictJson();

	BatchReader(BatchProperties properties, Validator validator) {
		this.maxItems = properties.maxItems();
		this.validator = validator;
	}

	/**
	 * Reads the items of a batch, including invalid ones.
	 * @throws ProblemException if the body as a whole is invalid or too large
	 */
	List<Item> read(HttpServletRequest request) {
		String text = this.json.readText(new ServletServerHttpRequest(request), LIMIT);
		List<Item> items = new ArrayList<>();
		if (BatchMediaTypes.isLines(request.getContentType())) {
			text.lines()
				.filter((line) -> !line.isBlank())
				.forEach((line) -> items.add(item(items.size(), () -> this.json.parse(line))));
		}
		else {
			this.json.parseArray(text).forEach((item) -> items.add(item(items.size(), () -> item)));
		}
		if (items.size() > this.maxItems) {
			throw new ProblemException(
					Problem.of(ProblemType.CONTENT_TOO_LARGE, "The batch has more than " + this.maxItems + " items."));
		}
		return items;
	}

	private Item item(int index, Supplier<JsonNode> document) {
		try {
			MemberCommand.Change command = BatchItemReader.read(document.get(), this.validator);
			return new Item(index, command.ref(), () -> command);
		}
		catch (ProblemException ex) {
			// Becomes the result of the item, as other items are executed nevertheless.
			return new Item(index, index, () -> {
				throw ex;
			});
		}
	}

	/**
	 * One item of a batch, which may be invalid.
	 *
	 * @param index the number of the item, from 0
	 * @param member the member; items for the same member are executed in their order
	 * @param command supplies the command, or throws the problem of an invalid item
	 */
	record Item(int index, Object member, Supplier<MemberCommand.Change> command) {
	}

	/**
	 * The limits of batches.
	 *
	 * @param maxItems the largest number of items, from 1 to 10,000
	 */
	@ConfigurationProperties("members.batch")
	record BatchProperties(@DefaultValue("1000") @Min(value = 1, message = BatchProperties.FAULT) @Max(value = 10_000,
			message = BatchProperties.FAULT) int maxItems) {

		private static final String FAULT = "is not a usable number|Set it to a whole number from 1 to 10000.";

	}

}
