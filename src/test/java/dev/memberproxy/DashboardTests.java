package dev.memberproxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The dashboard works with any name of the Prometheus data source. */
class DashboardTests {

	private static final Path GRAFANA = Path.of("deploy", "observability", "grafana");

	private static final JsonNode dashboard = JsonMapper.builder()
		.build()
		.readTree(GRAFANA.resolve("dashboards/sentry-member-proxy.json"));

	@Test
	void eachPanelAndQueryUsesTheChosenDataSource() {
		assertThat(dashboard.path("panels").findValues("datasource")).hasSizeGreaterThan(20).allSatisfy((source) -> {
			assertThat(source.path("type").stringValue()).isEqualTo("prometheus");
			assertThat(source.path("uid").stringValue()).isEqualTo("${datasource}");
		});
	}

	@Test
	void dataSourceIsTheDefaultUnlessAnotherIsChosen() throws IOException {
		JsonNode variable = dashboard.at("/templating/list/0");
		assertThat(variable.path("name").stringValue()).isEqualTo("datasource");
		assertThat(variable.path("type").stringValue()).isEqualTo("datasource");
		assertThat(variable.path("query").stringValue()).isEqualTo("prometheus");
		assertThat(variable.at("/current/value").stringValue()).isEqualTo("default");
		assertThat(provisioned()).singleElement()
			.satisfies((source) -> assertThat(source).containsEntry("type", "prometheus")
				.containsEntry("isDefault", true));
	}

	private static List<Map<String, Object>> provisioned() throws IOException {
		Map<String, List<Map<String, Object>>> file = new Yaml(new SafeConstructor(new LoaderOptions()))
			.load(Files.readString(GRAFANA.resolve("provisioning/datasources/prometheus.yml")));
		return file.get("datasources");
	}

}
