package dev.memberproxy.apidocs;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.memberproxy.ApiClient;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

@WireTests
class ApiDocsTests {

	@LocalServerPort
	int port;

	@ParameterizedTest
	@CsvSource({ "/docs, text/html", "/docs/docs.js, text/javascript", "/docs/swagger-ui.css, text/css",
			"/docs/swagger-ui-bundle.js, text/javascript", "/openapi.json, application/json",
			"/openapi.yaml, application/yaml" })
	void fileIsServedWithItsMediaType(String path, String mediaType) {
		HttpResponse<String> response = get(path);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).contains(mediaType);
		assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
		assertThat(response.headers().firstValue("Cache-Control")).contains("no-cache");
		assertThat(response.headers().firstValue("Last-Modified")).isEmpty();
		String etag = response.headers().firstValue("ETag").orElseThrow();
		assertThat(
				ApiClient.send(ApiClient.request(this.port, path).header("If-None-Match", etag).build()).statusCode())
			.isEqualTo(304);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/docs/", "/docs/docs.html", "/docs/index.html", "/docs/openapi.json",
			"/docs/swagger-ui-bundle.js.map", "/docs/swagger-ui.js", "/docs/oauth2-redirect.html", "/docs/docs.js/",
			"/openapi", "/openapi.xml", "/openapi.yml", "/swagger-ui.html", "/swagger-ui/index.html", "/v3/api-docs",
			"/webjars/swagger-ui/swagger-ui.css", "/application.yml" })
	void unknownFileIsNotFound(String path) {
		HttpResponse<String> response = get(path);
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(ApiClient.json(response).path("type").stringValue()).isEqualTo("/problems/not-found");
	}

	@Test
	void fileIsReadOnly() {
		HttpResponse<String> response = ApiClient
			.send(ApiClient.request(this.port, "/openapi.json").PUT(BodyPublishers.ofString("{}")).build());
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(ApiClient.json(response).path("type").stringValue()).isEqualTo("/problems/method-not-allowed");
	}

	@Test
	void pageAllowsOnlyItsOwnScripts() {
		assertThat(get("/docs").headers().allValues("Content-Security-Policy")).singleElement()
			.asString()
			.contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
			.doesNotContain("unsafe", "http", "*");
		assertThat(get("/docs/docs.js").headers().allValues("Content-Security-Policy")).singleElement()
			.asString()
			.doesNotContain("script-src");
	}

	@Test
	void descriptionIsServedAsYamlAndJson() throws IOException {
		String yaml = Files.readString(Path.of("docs", "openapi.yaml"));
		assertThat(get("/openapi.yaml").body()).isEqualTo(yaml);
		JsonMapper mapper = JsonMapper.shared();
		assertThat(ApiClient.json(get("/openapi.json"))).isEqualTo(mapper.valueToTree(new Yaml().load(yaml)));
	}

	private HttpResponse<String> get(String path) {
		return ApiClient.send(ApiClient.request(this.port, path).build());
	}

}
