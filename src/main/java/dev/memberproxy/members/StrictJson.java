package dev.memberproxy.members;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.memberproxy.core.ByteLimit;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;

/**
 * Reads bodies strictly: of limited size, in UTF-8, without duplicate keys, and with
 * numbers as they are. Binding to records directly would turn {@code 5} into {@code "5"}
 * and {@code 1.10} into {@code 1.1}, and report only the first field of a wrong type.
 */
public final class StrictJson {

	private static final int MAX_DEPTH = 32;

	private static final String WELL_FORMED = "must be one JSON document without duplicate keys, at most " + MAX_DEPTH
			+ " levels deep";

	private static final String BYTE_ORDER_MARK = "\uFEFF";

	private final JsonMapper mapper = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
				DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
		.build();

	/**
	 * Reads the text of a body.
	 * @throws ProblemException if it is larger, compressed, or not in UTF-8
	 */
	public String readText(HttpInputMessage message, ByteLimit limit) {
		if (message.getHeaders().containsHeader(HttpHeaders.CONTENT_ENCODING)) {
			// RFC 9110 section 15.5.16
			HttpHeaders accepted = new HttpHeaders();
			accepted.set(HttpHeaders.ACCEPT_ENCODING, "identity");
			throw new ProblemException(
					Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The body must not be compressed.")
						.withHeaders(accepted));
		}
		try {
			byte[] bytes = limit.read(message.getBody());
			if (limit.isExceededBy(bytes)) {
				throw new ProblemException(Problem.of(ProblemType.CONTENT_TOO_LARGE,
						"The body is larger than " + limit.bytes() + " bytes."));
			}
			return decode(bytes);
		}
		catch (IOException ex) {
			throw invalidBody(InputCode.MALFORMED, "must arrive whole");
		}
	}

	private static String decode(byte[] bytes) {
		try {
			String text = StandardCharsets.UTF_8.newDecoder()
				.onMalformedInput(CodingErrorAction.REPORT)
				.onUnmappableCharacter(CodingErrorAction.REPORT)
				.decode(ByteBuffer.wrap(bytes))
				.toString();
			// Senders must not add one, receivers may ignore it (RFC 8259 section 8.1).
			return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
		}
		catch (CharacterCodingException ex) {
			throw invalidBody(InputCode.MALFORMED, "must be in UTF-8");
		}
	}

	/**
	 * Reads a JSON object.
	 * @throws ProblemException if the document is none
	 */
	public JsonNode parseObject(String json) {
		JsonNode root = parse(json);
		if (!root.isObject()) {
			throw invalidBody(InputCode.WRONG_TYPE, "must be a JSON object");
		}
		return root;
	}

	/**
	 * Reads the elements of a JSON array.
	 * @throws ProblemException if the document is none
	 */
	public List<JsonNode> parseArray(String json) {
		JsonNode root = parse(json);
		if (!root.isArray()) {
			throw invalidBody(InputCode.WRONG_TYPE,
					"must be a JSON array, or one object per line with the media type application/x-ndjson");
		}
		return List.copyOf(root.values());
	}

	/**
	 * Reads one JSON document.
	 * @throws ProblemException if it is not well-formed
	 */
	public JsonNode parse(String json) {
		try {
			JsonNode root = this.mapper.readTree(json);
			if (root.isMissingNode()) {
				throw invalidBody(InputCode.MALFORMED, "must not be blank");
			}
			// JSON can escape half of a surrogate pair, but UTF-8 cannot encode it.
			if (json.contains("\\u") && !StandardCharsets.UTF_8.newEncoder().canEncode(texts(root))) {
				throw invalidBody(InputCode.MALFORMED, "must not contain half of a surrogate pair");
			}
			return root;
		}
		catch (JacksonException ex) {
			throw invalidBody(InputCode.MALFORMED, WELL_FORMED + place(ex.getLocation()));
		}
		catch (NumberFormatException ex) {
			// Jackson does not wrap the exception for an exponent that is too large.
			throw invalidBody(InputCode.MALFORMED, WELL_FORMED);
		}
	}

	private static String place(@Nullable TokenStreamLocation location) {
		return (location != null && location.getLineNr() > 0)
				? " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")" : "";
	}

	/** All names and texts of a document, unescaped. */
	private static String texts(JsonNode node) {
		StringBuilder texts = new StringBuilder(node.stringValue(""));
		node.forEachEntry((name, child) -> texts.append(name).append(texts(child)).append('\n'));
		if (node.isArray()) {
			node.forEach((child) -> texts.append(texts(child)).append('\n'));
		}
		return texts.toString();
	}

	private static ProblemException invalidBody(InputCode code, String detail) {
		return new ProblemException(Problem.of(ProblemType.INVALID_REQUEST, "The body cannot be used.")
			.withErrors(List.of(InputError.inBody("", code, detail))));
	}

}
