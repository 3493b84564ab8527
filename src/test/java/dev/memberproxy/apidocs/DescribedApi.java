package dev.memberproxy.apidocs;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.MediaType;

/** Holds answers of the service against the checked-in description of the API. */
final class DescribedApi {

	private static final JsonMapper mapper = JsonMapper.builder().build();

	private final JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(VersionFlag.V202012);

	private final JsonNode description;

	DescribedApi() throws Exception {
		this.description = mapper.valueToTree(new Yaml().load(Files.readString(Path.of("docs", "openapi.yaml"))));
		close(this.description);
	}

	/**
	 * Clients have to tolerate fields and values that are not described yet; the service
	 * does not send any.
	 */
	private static void close(JsonNode node) {
		if (node instanceof ObjectNode object) {
			if (object.has("x-extensible-enum")) {
				object.set("enum", object.path("x-extensible-enum"));
			}
			if (object.path("type").stringValue("").equals("object") && object.has("properties")) {
				object.put("additionalProperties", false);
			}
		}
		node.forEach(DescribedApi::close);
	}

	/**
	 * Compares an answer with what is said about it.
	 * @param method the method of the request
	 * @param path the path of the request, without the query
	 * @param answer the answer
	 * @return how they differ
	 */
	List<String> differences(String method, String path, HttpResponse<String> answer) {
		JsonNode call = call(method, path);
		JsonNode response = resolve(call.path("responses").path(String.valueOf(answer.statusCode())));
		if (response.isMissingNode()) {
			return List.of("There is no status " + answer.statusCode());
		}
		List<String> differences = new ArrayList<>(headers(response.path("headers"), answer));
		if (!answer.body().isEmpty() || response.has("content")) {
			String mediaType = answer.headers()
				.firstValue("Content-Type")
				.map(MediaType::parseMediaType)
				.map(Object::toString)
				.orElse("none");
			JsonNode content = response.path("content").path(mediaType);
			if (content.isMissingNode()) {
				differences.add("There is no media type " + mediaType);
			}
			else {
				differences.addAll(body(content, answer.body()));
			}
		}
		return differences;
	}

	private JsonNode call(String method, String path) {
		return this.description.path("paths")
			.propertyStream()
			.filter((entry) -> path.matches(Pattern.compile("\\{\\w+}").matcher(entry.getKey()).replaceAll("[^/]+")))
			.map((entry) -> entry.getValue().path(method.toLowerCase(Locale.ROOT)))
			.filter(JsonNode::isObject)
			.findFirst()
			.orElseThrow(() -> new AssertionError("There is no call " + method + " " + path));
	}

	/** Of all headers that the description knows, those that the answer has. */
	private List<String> headers(JsonNode headers, HttpResponse<String> answer) {
		List<String> differences = new ArrayList<>();
		Stream
			.concat(Stream.of("Members-Outcome"),
					this.description.path("components").path("headers").propertyNames().stream())
			.filter((name) -> answer.headers().firstValue(name).isPresent() && !headers.has(name))
			.forEach((name) -> differences.add("There is no header " + name));
		headers.forEachEntry((name, reference) -> {
			JsonNode header = resolve(reference);
			String value = answer.headers().firstValue(name).orElse(null);
			if (value == null) {
				if (header.path("required").booleanValue(false)) {
					differences.add("The header " + name + " is missing");
				}
				return;
			}
			boolean isNumber = header.path("schema").path("type").stringValue("").equals("integer");
			validate(header.path("schema"), isNumber ? value : mapper.writeValueAsString(value))
				.forEach((difference) -> differences.add(name + ": " + difference));
		});
		return differences;
	}

	private List<String> body(JsonNode content, String body) {
		JsonNode lines = content.path("schema").path("contentSchema");
		if (!lines.isMissingNode()) {
			return body.lines().flatMap((line) -> validate(lines, line).stream()).toList();
		}
		List<String> differences = new ArrayList<>(validate(content.path("schema"), body));
		String problem = mapper.readTree(body).path("type").stringValue("").replace("/problems/", "");
		if (!problem.isEmpty()
				&& content.path("examples").propertyNames().stream().noneMatch((name) -> name.startsWith(problem))) {
			differences.add("There is no problem " + problem);
		}
		return differences;
	}

	private List<String> validate(JsonNode schema, String json) {
		ObjectNode root = mapper.createObjectNode();
		root.set("components", this.description.path("components"));
		root.putArray("allOf").add(schema);
		return this.schemas.getSchema(root.toString())
			.validate(json, InputFormat.JSON)
			.stream()
			.map(Object::toString)
			.toList();
	}

	private JsonNode resolve(JsonNode node) {
		String reference = node.path("$ref").stringValue("");
		return reference.isEmpty() ? node : this.description.at(reference.substring(1));
	}

}
