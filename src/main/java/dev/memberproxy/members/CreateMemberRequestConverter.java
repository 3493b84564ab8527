package dev.memberproxy.members;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.stereotype.Component;

/**
 * Reads a {@link CreateMemberRequest} strictly: bounded, in UTF-8, one JSON object
 * without duplicate keys. Binding the record directly would turn {@code 5} into
 * {@code "5"}, {@code 1.10} into {@code 1.1}, and report only the first field of a wrong
 * type.
 */
@Component
class CreateMemberRequestConverter implements HttpMessageConverter<CreateMemberRequest> {

	private static final int MAX_BYTES = 64 * 1024;

	private static final int MAX_DEPTH = 32;

	private static final String USER_NAME = "userName";

	private static final String ROLE = "sentryOrgRole";

	private final JsonMapper mapper = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
				DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
		.build();

	@Override
	public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
		return type == CreateMemberRequest.class;
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
		return false;
	}

	@Override
	public List<MediaType> getSupportedMediaTypes() {
		return MemberMediaTypes.ALL;
	}

	@Override
	public CreateMemberRequest read(Class<? extends CreateMemberRequest> type, HttpInputMessage message) {
		if (message.getHeaders().containsHeader(HttpHeaders.CONTENT_ENCODING)) {
			throw new ProblemException(
					Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The body must not be compressed."));
		}
		JsonNode root = parse(decode(readBytes(message)));
		if (!root.isObject()) {
			throw invalidBody(InputCode.WRONG_TYPE, "must be a JSON object");
		}
		return toRequest(root);
	}

	private static byte[] readBytes(HttpInputMessage message) {
		try {
			byte[] bytes = message.getBody().readNBytes(MAX_BYTES + 1);
			if (bytes.length > MAX_BYTES) {
				throw new ProblemException(
						Problem.of(ProblemType.CONTENT_TOO_LARGE, "The body is larger than " + MAX_BYTES + " bytes."));
			}
			return bytes;
		}
		catch (IOException ex) {
			throw invalidBody(InputCode.MALFORMED, "must arrive whole");
		}
	}

	private static String decode(byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder()
				.onMalformedInput(CodingErrorAction.REPORT)
				.onUnmappableCharacter(CodingErrorAction.REPORT)
				.decode(ByteBuffer.wrap(bytes))
				.toString();
		}
		catch (CharacterCodingException ex) {
			throw invalidBody(InputCode.MALFORMED, "must be in UTF-8");
		}
	}

	private JsonNode parse(String json) {
		try {
			JsonNode root = this.mapper.readTree(json);
			if (root.isMissingNode()) {
				throw invalidBody(InputCode.MALFORMED, "must not be blank");
			}
			// A lone surrogate can be escaped in JSON, but not be sent on in UTF-8.
			if (json.contains("\\u") && !StandardCharsets.UTF_8.newEncoder().canEncode(texts(root))) {
				throw invalidBody(InputCode.MALFORMED, "must not contain half of a surrogate pair");
			}
			return root;
		}
		// An exponent beyond what a BigDecimal holds is no Jackson exception.
		catch (JacksonException | NumberFormatException ex) {
			throw invalidBody(InputCode.MALFORMED,
					"must be one JSON document without duplicate keys, at most " + MAX_DEPTH + " levels deep");
		}
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

	private static CreateMemberRequest toRequest(JsonNode root) {
		Map<String, JsonNode> attributes = new LinkedHashMap<>();
		Set<String> mistyped = new HashSet<>();
		root.forEachEntry((name, value) -> {
			if (!name.equals(USER_NAME) && !name.equals(ROLE)) {
				attributes.put(name, value);
			}
			else if (!value.isString() && !value.isNull()) {
				mistyped.add(name);
			}
		});
		return new CreateMemberRequest(root.path(USER_NAME).stringValue(null), root.path(ROLE).stringValue(null),
				attributes, mistyped);
	}

	private static ProblemException invalidBody(InputCode code, String detail) {
		return new ProblemException(Problem.of(ProblemType.INVALID_REQUEST, "The body cannot be used.")
			.withErrors(List.of(InputError.inBody("", code, detail))));
	}

	@Override
	public void write(CreateMemberRequest request, @Nullable MediaType mediaType, HttpOutputMessage message) {
		throw new UnsupportedOperationException("Requests are only read");
	}

}
