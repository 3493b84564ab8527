package dev.memberproxy.sentry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the body of a response turned out to be, whatever its content type says. */
sealed interface Content {

	/**
	 * The kind of body, for the log.
	 * @return a noun phrase
	 */
	default String description() {
		return switch (this) {
			case Json _ -> "JSON that Sentry does not send for such a request";
			case Html _ -> "a web page";
			case Text _ -> "plain text";
			case Empty _ -> "an empty body";
			case Unreadable _ -> "a body that is cut off, malformed or too large";
		};
	}

	/**
	 * Well-formed JSON of any kind.
	 *
	 * @param root the document
	 * @param innerDocuments finds the documents that stand inside of its texts
	 */
	record Json(JsonNode root, Function<JsonNode, List<JsonNode>> innerDocuments) implements Content {

		/**
		 * Every text in the document, which is where Sentry hides what it means: in
		 * {@code detail}, in a field map, or in a document inside of a text.
		 */
		List<String> texts() {
			List<String> texts = new ArrayList<>();
			collectTexts(this.root, texts);
			this.innerDocuments.apply(this.root).forEach((document) -> collectTexts(document, texts));
			return texts;
		}

		@Nullable String text(String property) {
			return this.root.path(property).stringValue(null);
		}

	}

	/** A web page: not Sentry's API, but something on the way or beside it. */
	record Html() implements Content {
	}

	/** Some other text. */
	record Text() implements Content {
	}

	/** Nothing at all. */
	record Empty() implements Content {
	}

	/** Cut off, or too large to be read. */
	record Unreadable() implements Content {
	}

	/** Adds all texts of a document to a list. */
	static void collectTexts(JsonNode node, List<String> texts) {
		if (node.isString()) {
			texts.add(node.stringValue());
		}
		node.forEach((child) -> collectTexts(child, texts));
	}

}
