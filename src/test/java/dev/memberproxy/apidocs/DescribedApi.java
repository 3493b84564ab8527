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

/** Compares responses of the service with the OpenAPI description in the repository. */
final class DescribedApi {

	private static final JsonMapper mapper = JsonMapper.shared();

	private final JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(VersionFlag.V202012);

	private final JsonNode description;

	DescribedApi() throws Exception {
		this.description = mapper.valueToTree(new Yaml().load(Files.readString(Path.of("docs", "openapi.yaml"))));
		close(this.description);
	}

	/** Clients must tolerate unknown fields and values, but the service sends none. */
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

	/** Takes the path without the query. Returns a text for each difference. */
	List<String> differences(String method, String path, HttpResponse<String> response) {
		JsonNode operation = operation(method, path);
		JsonNode described = resolve(operation.path("responses").path(String.valueOf(response.statusCode())));
		if (described.isMissingNode()) {
			return List.of("There is no status " + response.statusCode());
		}
		List<String> differences = new ArrayList<>(headers(described.path("headers"), response));
		if (!response.body().isEmpty() || described.has("content")) {
			String mediaType = response.headers()
				.firstValue("Content-Type")
				.map(MediaType::parseMediaType)
				.map(Object::toString)
				.orElse("none");
			JsonNode content = described.path("content").path(mediaType);
			if (content.isMissingNode()) {
				differences.add("There is no media type " + mediaType);
			}
			else {
				differences.addAll(body(content, response.body()));
			}
		}
		return differences;
	}

	private JsonNode operation(String method, String path) {
		return this.description.path("paths")
			.propertyStream()
			.filter((entry) -> path.matches(Pattern.compile("\\{\\w+}").matcher(entry.getKey()).replaceAll("[^/]+")))
			.map((entry) -> entry.getValue().path(method.toLowerCase(Locale.ROOT)))
			.filter(JsonNode::isObject)
			.findFirst()
			.orElseThrow(() -> new AssertionError("There is no operation " + method + " " + path));
	}

	/** Only headers that the description names may be in the response. */
	private List<String> headers(JsonNode headers, HttpResponse<String> response) {
		List<String> differences = new ArrayList<>();
		Stream
			.concat(Stream.of("Members-Outcome"),
					this.description.path("components").path("headers").propertyNames().stream())
			.filter((name) -> response.headers().firstValue(name).isPresent() && !headers.has(name))
			.forEach((name) -> differences.add("There is no header " + name));
		headers.forEachEntry((name, reference) -> {
			JsonNode header = resolve(reference);
			String value = response.headers().firstValue(name).orElse(null);
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
