package dev.memberproxy.apidocs;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.memberproxy.core.Role;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.Outcome;
import dev.memberproxy.problem.ProblemType;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Generates the OpenAPI description from what springdoc finds in the controllers (paths,
 * methods, media types), the catalog of problems, and {@code description.yaml}, which has
 * the texts, limits and examples that the code does not contain.
 */
final class ApiDescription {

	/** Headers of each response. */
	private static final List<String> ALWAYS = List.of("X-Request-Id", "RateLimit-Policy", "RateLimit");

	private static final String ALIAS_PREFIX = "/organizations/{alias}";

	/**
	 * Known values of a list that can grow. Generators treat the type as a plain string.
	 */
	private static final String EXTENSIBLE_ENUM = "x-extensible-enum";

	/** Media types of a response that is not negotiated. */
	private static final List<String> MEMBER_TYPES = List.of("application/json", "application/scim+json");

	private static final JsonMapper mapper = JsonMapper.shared();

	private final ProblemExamples problemExamples = new ProblemExamples();

	private final ObjectNode texts;

	private final ObjectNode components;

	private final ObjectNode problemResponses = mapper.createObjectNode();

	private final Set<String> described = new HashSet<>();

	private ApiDescription(ObjectNode texts) {
		this.texts = texts;
		this.components = (ObjectNode) texts.path("components");
	}

	static ObjectNode complete(JsonNode found, String version) throws IOException {
		try (InputStream yaml = ApiDescription.class.getResourceAsStream("description.yaml")) {
			return new ApiDescription(mapper.valueToTree(new Yaml().load(yaml))).describe(found, version);
		}
	}

	private ObjectNode describe(JsonNode found, String version) {
		ObjectNode description = mapper.createObjectNode();
		description.set("openapi", found.path("openapi"));
		description.putObject("info").setAll((ObjectNode) this.texts.path("info")).put("version", version);
		List.of("servers", "security", "tags").forEach((name) -> description.set(name, this.texts.path(name)));
		ObjectNode paths = description.putObject("paths");
		new TreeSet<>(found.path("paths").propertyNames())
			.forEach((path) -> paths.set(path, path(path, found.path("paths").path(path))));
		if (!this.described.containsAll(this.texts.path("operations").propertyNames())) {
			throw new AssertionError("The controllers have only " + this.described);
		}
		fillIn();
		this.components.set("responses", this.problemResponses);
		description.set("components", this.components);
		return description;
	}

	private ObjectNode path(String path, JsonNode found) {
		SequencedMap<String, String> methods = new TreeMap<>();
		found.forEachEntry((method, operation) -> methods
			.put(operation.path("operationId").stringValue().replaceFirst("_\\d+$", ""), method));
		ObjectNode operations = mapper.createObjectNode();
		this.texts.path("operations").forEachEntry((name, text) -> {
			String method = methods.remove(name);
			if (method != null) {
				this.described.add(name);
				operations.set(method, operation(name, path, found.path(method), text));
			}
		});
		if (!methods.isEmpty()) {
			throw new AssertionError("description.yaml has no texts for " + methods);
		}
		return operations;
	}

	private ObjectNode operation(String name, String path, JsonNode found, JsonNode text) {
		boolean hasAlias = path.startsWith(ALIAS_PREFIX);
		ObjectNode operation = mapper.createObjectNode();
		operation.putArray("tags").add(hasAlias ? "organizations" : "members");
		operation.set("summary", text.path("summary"));
		operation.set("description", text.path("description"));
		operation.put("operationId", text.path("operationId").stringValue(name) + (hasAlias ? "InOrganization" : ""));
		ArrayNode parameters = operation.putArray("parameters");
		if (hasAlias) {
			parameters.add(reference("parameters", "alias"));
		}
		text.path("parameters")
			.forEach((parameter) -> parameters.add(reference("parameters", parameter.stringValue())));
		if (text.has("requestBody")) {
			operation.set("requestBody", requestBody(text.path("requestBody"), found.path("requestBody")));
		}
		ObjectNode responses = operation.putObject("responses");
		JsonNode mediaTypes = found.path("responses").path("200").path("content");
		text.path("responses").forEachEntry((status, response) -> responses.set(status, success(response, mediaTypes)));
		problems(text).forEach((status, types) -> responses.set(String.valueOf(status),
				problem(status, types, text.path("replayed"))));
		return operation;
	}

	private ObjectNode requestBody(JsonNode text, JsonNode found) {
		ObjectNode body = mapper.createObjectNode();
		body.set("description", text.path("description"));
		body.set("required", text.path("required"));
		body.set("content", content(text, found.path("content")));
		return body;
	}

	private ObjectNode success(JsonNode text, JsonNode mediaTypes) {
		ObjectNode response = mapper.createObjectNode();
		response.set("description", text.path("description"));
		ObjectNode headers = response.putObject("headers");
		ALWAYS.forEach((name) -> headers.set(name, reference("headers", name)));
		if (text.has("outcomes")) {
			ObjectNode outcome = headers.putObject("Members-Outcome");
			outcome.put("description", "The outcome of the change, as in `MembersOutcome`.").put("required", true);
			outcome.putObject("schema")
				.put("type", "string")
				.put("pattern", "^[a-z-]+$")
				.put("maxLength", 64)
				.set(EXTENSIBLE_ENUM, text.path("outcomes"));
		}
		text.path("headers").forEach((header) -> {
			String name = header.stringValue();
			headers.set(name, reference("headers", name));
		});
		if (text.has("schema") || text.has("content")) {
			response.set("content", content(text, mediaTypes));
		}
		return response;
	}

	/** The media types come from the controllers. Generators use the first one. */
	private static ObjectNode content(JsonNode text, JsonNode found) {
		// Each success accepts problem+json, for clients that accept nothing else.
		List<String> mediaTypes = found.propertyNames()
			.stream()
			.filter((mediaType) -> !mediaType.equals(MediaType.APPLICATION_PROBLEM_JSON_VALUE))
			.flatMap(
					(mediaType) -> mediaType.equals(MediaType.ALL_VALUE) ? MEMBER_TYPES.stream() : Stream.of(mediaType))
			.toList();
		if (text.has("content")) {
			assertThat(mediaTypes).containsExactlyInAnyOrderElementsOf(
					Stream.concat(text.path("content").propertyNames().stream(), texts(text.path("synonyms")).stream())
						.toList());
			return (ObjectNode) text.path("content");
		}
		assertThat(mediaTypes).as(text.toString()).isNotEmpty();
		ObjectNode content = mapper.createObjectNode();
		mediaTypes.forEach((mediaType) -> {
			ObjectNode body = content.putObject(mediaType);
			body.set("schema", reference("schemas", text.path("schema").stringValue()));
			if (text.has("examples")) {
				ObjectNode examples = body.putObject("examples");
				texts(text.path("examples"))
					.forEach((example) -> examples.set(example, reference("examples", example)));
			}
		});
		return content;
	}

	private static List<String> texts(JsonNode array) {
		return array.valueStream().map(JsonNode::stringValue).toList();
	}

	private static SequencedMap<Integer, List<ProblemType>> problems(JsonNode text) {
		SequencedMap<Integer, List<ProblemType>> problems = new TreeMap<>();
		text.path("problems").forEach((slug) -> {
			ProblemType type = Arrays.stream(ProblemType.values())
				.filter((candidate) -> candidate.slug().equals(slug.stringValue()))
				.findFirst()
				.orElseThrow(() -> new AssertionError("There is no problem " + slug));
			problems.computeIfAbsent(type.status().value(), (_) -> new ArrayList<>()).add(type);
			if (type == ProblemType.OUTCOME_UNKNOWN) {
				problems.put(HttpStatus.GATEWAY_TIMEOUT.value(), List.of(type));
			}
		});
		return problems;
	}

	/** Operations with the same problems share one response. */
	private ObjectNode problem(int status, List<ProblemType> types, JsonNode replayed) {
		String name = status + "." + types.stream().map(ProblemType::slug).collect(Collectors.joining("."));
		ObjectNode response = this.problemResponses.putObject(name);
		response.put("description",
				types.stream()
					.map((type) -> "* `%s`: %s".formatted(type.slug(), type.cause()))
					.collect(Collectors.joining("\n")));
		ObjectNode headers = response.putObject("headers");
		SequencedSet<String> names = new LinkedHashSet<>(ALWAYS);
		types.forEach((type) -> this.texts.path("problemHeaders")
			.path(type.slug())
			.forEach((header) -> names.add(header.stringValue())));
		if (replayed.valueStream().anyMatch((value) -> value.intValue() == status)) {
			names.add("Idempotency-Replayed");
		}
		names.forEach((header) -> headers.set(header, reference("headers", header)));
		ObjectNode body = response.putObject("content").putObject("application/problem+json");
		body.set("schema", reference("schemas", "Problem"));
		ObjectNode examples = body.putObject("examples");
		types.forEach((type) -> {
			String example = (status == type.status().value()) ? type.slug() : type.slug() + "-" + status;
			((ObjectNode) this.components.path("examples")).putObject(example)
				.put("summary", type.title())
				.put("description", type.remedy())
				.set("value", this.problemExamples.of(type, HttpStatus.valueOf(status)));
			examples.set(example, reference("examples", example));
		});
		return reference("responses", name);
	}

	/** Adds the lists that the code defines. */
	private void fillIn() {
		ObjectNode schemas = (ObjectNode) this.components.path("schemas");
		enumerate(schemas.path("Role"), "enum", Role.IDS);
		JsonNode problem = schemas.path("Problem").path("properties");
		enumerate(problem.path("type"), EXTENSIBLE_ENUM,
				Arrays.stream(ProblemType.values()).map((type) -> type.uri().toString()).toList());
		JsonNode outcome = problem.path("outcome");
		enumerate(outcome, EXTENSIBLE_ENUM, Arrays.stream(Outcome.values()).map(Outcome::id).toList());
		describe(outcome,
				Arrays.stream(Outcome.values()).map((value) -> "`%s`: %s".formatted(value.id(), value.description())));
		JsonNode code = schemas.path("InputError").path("properties").path("code");
		enumerate(code, EXTENSIBLE_ENUM, Arrays.stream(InputCode.values()).map(InputCode::id).toList());
		describe(code, Arrays.stream(InputCode.values())
			.map((value) -> "`%s`: %s".formatted(value.id(), value.description())));
	}

	private static void enumerate(JsonNode schema, String keyword, List<String> values) {
		((ObjectNode) schema).set(keyword, mapper.valueToTree(values));
	}

	private static void describe(JsonNode schema, Stream<String> values) {
		String text = schema.path("description").stringValue();
		((ObjectNode) schema).put("description",
				text + values.map((value) -> "\n* " + value).collect(Collectors.joining()));
	}

	private static ObjectNode reference(String kind, String name) {
		return mapper.createObjectNode().put("$ref", "#/components/" + kind + "/" + name);
	}

}
