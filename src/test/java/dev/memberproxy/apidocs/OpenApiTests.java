package dev.memberproxy.apidocs;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.memberproxy.ApiClient;
import dev.memberproxy.problem.ProblemType;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.parameters.RequestBody;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springdoc.core.customizers.OperationCustomizer;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.web.bind.annotation.RequestMapping;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code docs/openapi.yaml} is what {@link ApiDescription} generates from the code. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "springdoc.api-docs.enabled=true",
				"springdoc.paths-to-match=/members/**,/organizations/**" })
@ActiveProfiles("demo")
@TestInstance(Lifecycle.PER_CLASS)
class OpenApiTests {

	private static final Pattern VERSION = Pattern
		.compile("<artifactId>sentry-member-proxy</artifactId>\\s*<version>([^<]+)</version>");

	private static final JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	@LocalServerPort
	int port;

	private ObjectNode description;

	@BeforeAll
	void describe() throws IOException {
		Matcher version = VERSION.matcher(Files.readString(Path.of("pom.xml")));
		assertThat(version.find()).isTrue();
		JsonNode found = ApiClient.json(ApiClient.send(ApiClient.request(this.port, "/v3/api-docs").build()));
		this.description = ApiDescription.complete(found, version.group(1));
	}

	@Test
	void descriptionMatchesTheCode() throws IOException {
		String json = mapper.writeValueAsString(this.description);
		String yaml = yaml(json);
		Files.writeString(Path.of("target", "openapi.json"), json);
		Files.writeString(Path.of("target", "openapi.yaml"), yaml);
		assertThat(Path.of("docs", "openapi.yaml"))
			.as("If the description is right: cp target/openapi.yaml docs/openapi.yaml")
			.hasContent(yaml);
	}

	@Test
	void everyProblemIsAResponseOfAnOperation() {
		List<String> responses = this.description.path("components")
			.path("responses")
			.valueStream()
			.flatMap((response) -> response.findValuesAsString("$ref").stream())
			.toList();
		assertThat(responses).contains(Arrays.stream(ProblemType.values())
			.map((type) -> "#/components/examples/" + type.slug())
			.toArray(String[]::new));
	}

	@Test
	void everyComponentIsUsed() {
		String text = this.description.toString();
		this.description.path("components")
			.forEachEntry((kind, components) -> components.propertyNames()
				.stream()
				.filter((_) -> !kind.equals("securitySchemes"))
				.forEach((name) -> assertThat(text).contains("\"#/components/" + kind + "/" + name + "\"")));
	}

	/** Generated methods have their parameters in this order. */
	@Test
	void parametersAreInTheOrderPathQueryHeader() {
		List<String> order = List.of("path", "query", "header");
		assertThat(operations()).allSatisfy((operation) -> assertThat(operation.path("parameters")
			.valueStream()
			.map((parameter) -> this.description.at(parameter.path("$ref").stringValue().substring(1)))
			.map((parameter) -> order.indexOf(parameter.path("in").stringValue()))
			.toList()).isSorted().doesNotContain(-1));
	}

	/** Reserved words of Java, TypeScript, Python, C#, Go and Kotlin. */
	@Test
	void namesAreUniqueAndNoReservedWords() {
		assertThat(operations().stream().map((operation) -> operation.path("operationId").stringValue()))
			.doesNotHaveDuplicates()
			.allMatch((id) -> id.matches("[a-z]+[A-Z][A-Za-z]+"), "has a verb and a noun");
		assertThat(this.description.path("components")
			.path("parameters")
			.valueStream()
			.map((parameter) -> parameter.path("name").stringValue())).doesNotContain("ref", "type", "in", "out",
					"object", "from", "as", "is", "params", "default", "range", "internal", "package", "var", "val");
	}

	private List<JsonNode> operations() {
		return this.description.path("paths").valueStream().flatMap(JsonNode::valueStream).toList();
	}

	@ParameterizedTest
	@CsvSource({ "Member, members.MemberResponse", "MemberList, members.MemberListResponse",
			"Problem, problem.ProblemResponder$Body", "InputError, problem.InputError" })
	void schemaHasTheFieldsOfTheRecord(String schema, String record) throws ClassNotFoundException {
		assertThat(this.description.path("components").path("schemas").path(schema).path("properties").propertyNames())
			.containsExactlyElementsOf(Arrays.stream(Class.forName("dev.memberproxy." + record).getRecordComponents())
				.map(OpenApiTests::name)
				.toList());
	}

	@Test
	void schemaHasAllWarnings() throws ClassNotFoundException {
		assertThat(this.description.path("components")
			.path("schemas")
			.path("MemberWarning")
			.path("properties")
			.path("code")
			.path("x-extensible-enum")).extracting(JsonNode::stringValue)
			.containsExactlyElementsOf(
					Arrays.stream(Class.forName("dev.memberproxy.members.Warning$Code").getEnumConstants())
						.map((code) -> mapper.valueToTree(code).stringValue())
						.toList());
	}

	private static String name(RecordComponent component) {
		JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
		return (property != null) ? property.value() : component.getName();
	}

	private static String yaml(String json) {
		DumperOptions options = new DumperOptions();
		options.setDefaultFlowStyle(FlowStyle.BLOCK);
		options.setWidth(120);
		options.setIndent(2);
		return new Yaml(new ReadableTexts(options), options).dump(mapper.readValue(json, Object.class));
	}

	/** Writes texts of several lines as literal blocks. */
	private static final class ReadableTexts extends Representer {

		ReadableTexts(DumperOptions options) {
			super(options);
		}

		@Override
		protected Node representScalar(Tag tag, String value, ScalarStyle style) {
			return super.representScalar(tag, value, value.contains("\n") ? ScalarStyle.LITERAL : style);
		}

	}

	@TestConfiguration(proxyBeanMethods = false)
	static class MediaTypes {

		/** springdoc cannot see the body that a method reads and writes itself. */
		@Bean
		OperationCustomizer mediaTypesOfMethodsWithoutBodies() {
			return (operation, handler) -> {
				RequestMapping mapping = AnnotatedElementUtils.getMergedAnnotation(handler.getMethod(),
						RequestMapping.class);
				if (handler.isVoid() && mapping != null) {
					operation.setRequestBody(new RequestBody().content(content(mapping.consumes())));
					operation.getResponses().get("200").setContent(content(mapping.produces()));
				}
				return operation;
			};
		}

		private static Content content(String... mediaTypes) {
			Content content = new Content();
			Arrays.stream(mediaTypes).forEach((mediaType) -> content.addMediaType(mediaType, new MediaType()));
			return content;
		}

	}

}
