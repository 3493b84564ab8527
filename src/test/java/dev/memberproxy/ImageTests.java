package dev.memberproxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.convert.DurationStyle;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks the image and Compose files without a container engine. */
class ImageTests {

	private static final Path OPTIONS = Path.of("docker", "jvm.options");

	@Test
	void imageRunsAsNumberedUser() throws IOException {
		assertThat(stage("AS service")).contains("\nUSER 10001:10001\n");
		assertThat(lastStage()).startsWith("FROM service\n").doesNotContain("\nUSER ");
	}

	@Test
	void cacheIsTrainedInTheServiceStage() throws IOException {
		assertThat(instructions("FROM").toList()).contains("FROM service AS training").last().isEqualTo("FROM service");
	}

	@Test
	void cacheIsCopiedFromTheTrainingStage() throws IOException {
		assertThat(lastStage()).contains("\nCOPY --from=training /app/sentry-member-proxy.aot ./\n",
				"\"-XX:AOTCache=/app/sentry-member-proxy.aot\"");
	}

	@Test
	void cacheIsTrainedWithTheServiceOptions() throws IOException {
		assertThat(instructions("ENTRYPOINT").toList()).singleElement()
			.asString()
			.startsWith("ENTRYPOINT [\"java\", \"@/app/jvm.options\", \"-XX:AOTCache=/app/sentry-member-proxy.aot\"");
		assertThat(Files.readString(Path.of("docker", "train-aot-cache.sh"))).contains("app=${2:-/app}\n");
		List<String> starts = Files.readString(Path.of("docker", "train-aot-cache.sh"))
			.lines()
			.filter((line) -> line.startsWith("java "))
			.toList();
		assertThat(starts).hasSize(2).allMatch((line) -> line.startsWith("java @\"$app\"/jvm.options "));
	}

	/** jdeps does not find these modules, because no class refers to them. */
	@Test
	void runtimeHasModulesOfAgentsAndJmxButNoDebugger() throws IOException {
		assertThat(Files.readString(Path.of("docker", "link-runtime.sh")).lines().map(String::strip))
			.contains("java.instrument", "jdk.zipfs", "jdk.management.agent", "jdk.jcmd")
			.doesNotContain("jdk.jdwp.agent");
	}

	@Test
	void imageIsLabelled() throws Exception {
		assertThat(Files.readString(Path.of("Dockerfile"))).contains("org.opencontainers.image.title=",
				"org.opencontainers.image.description=\"" + pom("description") + "\"",
				"org.opencontainers.image.version=\"$VERSION\"", "org.opencontainers.image.revision=\"$REVISION\"",
				"ARG VERSION=" + pom("version") + "\n");
	}

	/** The build context has no Git history. */
	@Test
	void imageHasCommitAndBuildTimeOfTheArguments() throws IOException {
		assertThat(instructions("RUN"))
			.anyMatch((line) -> line.contains("echo \"git.commit.id=$REVISION\" > src/main/resources/git.properties"));
		assertThat(Files.readString(Path.of("Dockerfile")))
			.contains("${REVISION_TIME:+-Dgit.commit.time=$REVISION_TIME} -Dmaven.test.skip=true package");
	}

	@ParameterizedTest
	@CsvSource({ "256m, 126", "512m, 205", "1g, 410", "4g, 1024", "64g, 1024" })
	void heapDependsOnTheContainerMemory(String memory, long megabytes) throws Exception {
		// MaxRAM simulates the memory limit of a container.
		Process jvm = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"@" + OPTIONS, "-XX:MaxRAM=" + memory, "-XX:+PrintFlagsFinal", "-version")
			.redirectErrorStream(true)
			.start();
		String flags = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(jvm.waitFor()).as(flags).isZero();
		String heap = flags.lines()
			.filter((line) -> line.matches(" *size_t MaxHeapSize +=.*"))
			.map((line) -> line.replaceAll(".*= (\\d+) .*", "$1"))
			.collect(Collectors.joining());
		assertThat(Long.parseLong(heap) >> 20).isBetween(megabytes - 2, megabytes + 2);
		assertThat(flags).containsPattern("UseSerialGC += true").containsPattern("ExitOnOutOfMemoryError += true");
	}

	@ParameterizedTest
	@ValueSource(strings = { "sentry-member-proxy", "demo", "prometheus", "grafana" })
	void composedServiceIsConfined(String name) throws IOException {
		assertThat(services().get(name)).containsEntry("mem_limit", "512m")
			.containsEntry("cpus", 2)
			.containsEntry("pids_limit", 512)
			.containsEntry("cap_drop", List.of("ALL"))
			.containsEntry("security_opt", List.of("no-new-privileges:true"))
			.hasEntrySatisfying("logging",
					(logging) -> assertThat(logging).asString().contains("max-size=", "max-file="))
			.doesNotContainKeys("privileged", "cap_add", "user");
	}

	@Test
	void composeHasNoUntestedServices() throws IOException {
		assertThat(services()).containsOnlyKeys("sentry-member-proxy", "demo", "prometheus", "grafana");
	}

	@ParameterizedTest
	@ValueSource(strings = { "sentry-member-proxy", "demo" })
	void composedServiceIsReadOnlyAndBoundToLoopback(String name) throws IOException {
		assertThat(services().get(name)).containsEntry("read_only", true)
			.hasEntrySatisfying("tmpfs",
					(tmpfs) -> assertThat(tmpfs).asInstanceOf(InstanceOfAssertFactories.LIST)
						.singleElement()
						.asString()
						.matches("/tmp:size=\\d+m"))
			.containsEntry("ports", List.of("127.0.0.1:8080:8080"));
	}

	@Test
	void serviceHealthCheckIsOnlyInTheImage() throws IOException {
		assertThat(instructions("HEALTHCHECK").toList()).singleElement().asString().contains("/app/healthcheck.sh");
		assertThat(services().get("sentry-member-proxy")).doesNotContainKey("healthcheck");
		assertThat(services().get("demo")).doesNotContainKey("healthcheck");
		assertThat(services().get("prometheus")).containsKey("healthcheck");
		assertThat(services().get("grafana")).containsKey("healthcheck");
	}

	@ParameterizedTest
	@ValueSource(strings = { "sentry-member-proxy", "demo" })
	void gracePeriodIsLongerThanDrainAndDeadline(String name) throws IOException {
		Duration grace = DurationStyle.SIMPLE.parse((String) services().get(name).get("stop_grace_period"));
		Duration needed = byDefault("members.shutdown.drain").plus(byDefault("sentry.deadline"));
		assertThat(grace).isGreaterThan(needed.plusSeconds(5));
	}

	private static Stream<String> instructions(String name) throws IOException {
		return Files.readString(Path.of("Dockerfile")).lines().filter((line) -> line.startsWith(name + " "));
	}

	private static String stage(String name) throws IOException {
		String file = Files.readString(Path.of("Dockerfile"));
		int start = file.indexOf(name + "\n");
		assertThat(start).as(name).isPositive();
		return file.substring(start, file.indexOf("\nFROM ", start));
	}

	private static String lastStage() throws IOException {
		String file = Files.readString(Path.of("Dockerfile"));
		return file.substring(file.lastIndexOf("\nFROM ") + 1);
	}

	private static String pom(String element) throws Exception {
		var children = DocumentBuilderFactory.newDefaultInstance()
			.newDocumentBuilder()
			.parse(Path.of("pom.xml").toFile())
			.getDocumentElement()
			.getChildNodes();
		for (int i = 0; i < children.getLength(); i++) {
			if (children.item(i).getNodeName().equals(element)) {
				return children.item(i).getTextContent();
			}
		}
		throw new IllegalStateException("No " + element + " in pom.xml");
	}

	private static Map<String, Map<String, Object>> services() throws IOException {
		Map<String, Map<String, Map<String, Object>>> compose = new Yaml(new SafeConstructor(new LoaderOptions()))
			.load(Files.readString(Path.of("docker-compose.yml")));
		return compose.get("services");
	}

	private static Duration byDefault(String property) {
		// Not from the class path, where the tests have a file of the same name.
		return JsonMapper.builder()
			.build()
			.readTree(Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json"))
			.get("properties")
			.valueStream()
			.filter((candidate) -> candidate.get("name").asString().equals(property))
			.map((found) -> DurationStyle.SIMPLE.parse(found.get("defaultValue").asString()))
			.findFirst()
			.orElseThrow();
	}

}
