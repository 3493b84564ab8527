package dev.memberproxy.sentry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds out what the body of an answer is. Tries JSON first, because Sentry sends it as
 * {@code text/html} too. Never fails.
 */
final class ContentReader {

	private static final int MAX_DEPTH = 64;

	private final JsonMapper mapper = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
			.build())
		.build();

	Content read(ResponseBody body, @Nullable String contentType) {
		byte[] bytes = body.bytes();
		byte first = firstVisible(bytes);
		JsonNode root = body.whole() ? parse(bytes) : null;
		if (root != null) {
			return new Content.Json(root, this::innerDocuments);
		}
		if (first == '<' || (first != '{' && first != '[' && first != 0 && isHtml(contentType))) {
			return new Content.Html();
		}
		if (!body.whole() || first == '{' || first == '[') {
			return new Content.Unreadable();
		}
		return (first == 0) ? new Content.Empty() : new Content.Text();
	}

	/** Serializer errors come as a JSON document in the {@code detail} text. */
	private List<JsonNode> innerDocuments(JsonNode root) {
		List<String> texts = new ArrayList<>();
		Content.collectTexts(root, texts);
		List<JsonNode> documents = new ArrayList<>();
		for (String text : texts) {
			JsonNode document = text.startsWith("{") ? parse(text.getBytes(StandardCharsets.UTF_8)) : null;
			if (document != null) {
				documents.add(document);
			}
		}
		return documents;
	}

	private @Nullable JsonNode parse(byte[] bytes) {
		try {
			JsonNode root = this.mapper.readTree(bytes);
			return root.isMissingNode() ? null : root;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	private static boolean isHtml(@Nullable String contentType) {
		return contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith("text/html");
	}

	private static byte firstVisible(byte[] body) {
		for (byte b : body) {
			if (b < 0 || b > ' ') {
				return b;
			}
		}
		return 0;
	}

}
