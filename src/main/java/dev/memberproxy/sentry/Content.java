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
import tools.jackson.databind.node.MissingNode;

import org.springframework.http.HttpHeaders;

/**
 * What the body of a response is, whatever its content type says: Sentry sends JSON as
 * {@code text/html} too.
 * <p>
 * See docs/sentry-scim-contract.md, section 5.
 *
 * @param kind the kind of body
 * @param root the JSON document; missing if the body is not JSON
 */
record Content(Kind kind, JsonNode root) {

	private static final int MAX_DEPTH = 64;

	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
			.build())
		.build();

	/** Determines what the body of a response is. Never fails. */
	static Content of(RawResponse response) {
		JsonNode root = response.complete() ? parse(response.body()) : null;
		return (root != null) ? new Content(Kind.JSON, root)
				: new Content(kindOfText(response), MissingNode.getInstance());
	}

	private static Kind kindOfText(RawResponse response) {
		byte first = firstVisible(response.body());
		boolean startsLikeJson = first == '{' || first == '[';
		if (first == '<'
				|| (!startsLikeJson && first != 0 && isHtml(response.headers().getFirst(HttpHeaders.CONTENT_TYPE)))) {
			return Kind.HTML;
		}
		if (!response.complete() || startsLikeJson) {
			return Kind.UNREADABLE;
		}
		return (first == 0) ? Kind.EMPTY : Kind.TEXT;
	}

	boolean isJson() {
		return this.kind == Kind.JSON;
	}

	/** A text property of the document, or null. */
	@Nullable String text(String property) {
		return this.root.path(property).stringValue(null);
	}

	/**
	 * Every text in the document. Sentry reports what it means in {@code detail}, in a
	 * map of fields, or in a document inside of a text.
	 */
	List<String> texts() {
		List<String> texts = new ArrayList<>();
		collectTexts(this.root, texts);
		innerDocuments(this.root).forEach((document) -> collectTexts(document, texts));
		return texts;
	}

	/** The JSON documents inside of the texts of a document. */
	static List<JsonNode> innerDocuments(JsonNode root) {
		List<String> texts = new ArrayList<>();
		collectTexts(root, texts);
		List<JsonNode> documents = new ArrayList<>();
		for (String text : texts) {
			JsonNode document = text.startsWith("{") ? parse(text.getBytes(StandardCharsets.UTF_8)) : null;
			if (document != null) {
				documents.add(document);
			}
		}
		return documents;
	}

	private static void collectTexts(JsonNode node, List<String> texts) {
		if (node.isString()) {
			texts.add(node.stringValue());
		}
		node.forEach((child) -> collectTexts(child, texts));
	}

	private static @Nullable JsonNode parse(byte[] bytes) {
		try {
			JsonNode root = MAPPER.readTree(bytes);
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

	/** The kind of body. */
	enum Kind {

		JSON("JSON that Sentry does not send for such a request"), HTML("a web page"), TEXT("plain text"),
		EMPTY("an empty body"), UNREADABLE("a body that is cut off, malformed or too large");

		private final String description;

		Kind(String description) {
			this.description = description;
		}

		/** The kind in words, for the log. */
		String description() {
			return this.description;
		}

	}

}
