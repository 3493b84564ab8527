package dev.memberproxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.memberproxy.ConfigurationDocs.Row;
import dev.memberproxy.KubernetesFiles.Image;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organizations;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The example in deploy/kubernetes matches Kubernetes, the image and the service. */
class KubernetesTests {

	private static final String TOKEN_FILE = "SENTRY_TOKEN_FILE";

	private static final Pattern USER = Pattern.compile("(?m)^USER (\\d+):(\\d+)$");

	private static final Pattern EXPOSE = Pattern.compile("(?m)^EXPOSE (.+)$");

	private static final Deployment deployment = KubernetesFiles.resource("deployment.yaml", Deployment.class);

	private static final PodSpec pod = deployment.getSpec().getTemplate().getSpec();

	private static final Container container = pod.getContainers().getFirst();

	@TempDir
	private static Path secret;

	private static ConfigurableApplicationContext service;

	/** Uses only the variables of the example. */
	@BeforeAll
	static void start() throws IOException {
		VolumeMount mount = mount("token");
		Map<String, Object> variables = new LinkedHashMap<>(variables());
		Path file = Path.of(mount.getMountPath()).relativize(Path.of((String) variables.get(TOKEN_FILE)));
		// In the test, the secret is mounted elsewhere.
		Files.writeString(secret.resolve(file), WireTests.TOKEN);
		variables.put(TOKEN_FILE, secret.resolve(file).toString());
		service = new SpringApplicationBuilder(MemberProxyApplication.class).environment(environment(variables))
			.run("--server.port=0", "--management.server.port=0", "--spring.main.register-shutdown-hook=false");
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void filesAreValidForKubernetes() {
		assertThat(KubernetesFiles.kustomization().apiVersion()).isEqualTo("kustomize.config.k8s.io/v1beta1");
		assertThat(KubernetesFiles.kustomization().kind()).isEqualTo("Kustomization");
		assertThat(KubernetesFiles.names()).isNotEmpty()
			.isEqualTo(KubernetesFiles.kustomization().resources())
			.allSatisfy((name) -> assertThat(
					KubernetesFiles.resources(KubernetesFiles.content(KubernetesFiles.DIRECTORY.resolve(name))))
				.hasSize(1));
	}

	/** Tests the validation of the test above. */
	@Test
	void unknownFieldsAndTypesAreRejected() {
		String policy = KubernetesFiles.content(KubernetesFiles.DIRECTORY.resolve("networkpolicy.yaml"));
		assertThat(KubernetesFiles.resources(policy)).hasSize(1);
		assertThat(List.of(policy.replace("protocol:", "protocoll:"), policy.replace("  policyTypes", "  policytypes"),
				policy.replace("\"true\"", "true"), policy.replace("networking.k8s.io/v1", "networking.k8s.io/v1beta1"),
				policy.replace("NetworkPolicy", "NetworkPolicies")))
			.allSatisfy((broken) -> assertThatIllegalArgumentException()
				.isThrownBy(() -> KubernetesFiles.resources(broken)));
	}

	@Test
	void kustomizeBuildsTheSameResources() throws Exception {
		Path program = Programs.find("kubectl").orElse(null);
		assumeTrue(program != null, "kubectl is not installed");
		Process process = new ProcessBuilder(program.toString(), "kustomize", KubernetesFiles.DIRECTORY.toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		String yaml = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).isZero();
		Map<String, HasMetadata> made = KubernetesFiles.resources(yaml)
			.stream()
			.collect(Collectors.toMap(HasMetadata::getKind, Function.identity()));
		assertThat(made).containsOnlyKeys("ConfigMap", "Deployment", "NetworkPolicy", "Service");
		ConfigMap configMap = (ConfigMap) made.get("ConfigMap");
		Container deployed = ((Deployment) made.get("Deployment")).getSpec()
			.getTemplate()
			.getSpec()
			.getContainers()
			.getFirst();
		assertThat(deployed.getEnvFrom().getFirst().getConfigMapRef().getName())
			.isEqualTo(configMap.getMetadata().getName());
		Image image = KubernetesFiles.kustomization().images().getFirst();
		assertThat(deployed.getImage()).isEqualTo(image.newName() + ":" + image.newTag());
		Map<String, Object> variables = new LinkedHashMap<>(configMap.getData());
		deployed.getEnv().forEach((variable) -> variables.put(variable.getName(), variable.getValue()));
		assertThat(variables).isEqualTo(variables());
	}

	@Test
	void onlyOneReplicaRunsAtATime() {
		assertThat(deployment.getSpec().getReplicas()).isEqualTo(1);
		assertThat(deployment.getSpec().getStrategy().getType()).isEqualTo("Recreate");
	}

	@Test
	void podHasNoPrivileges() {
		MatchResult user = USER.matcher(dockerfile()).results().reduce((_, last) -> last).orElseThrow();
		PodSecurityContext ofPod = pod.getSecurityContext();
		assertThat(ofPod.getRunAsNonRoot()).isTrue();
		assertThat(ofPod.getRunAsUser()).asString().isEqualTo(user.group(1));
		assertThat(ofPod.getRunAsGroup()).asString().isEqualTo(user.group(2));
		assertThat(ofPod.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
		assertThat(pod.getAutomountServiceAccountToken()).isFalse();
		assertThat(pod.getEnableServiceLinks()).isFalse();
		SecurityContext ofContainer = container.getSecurityContext();
		assertThat(ofContainer.getAllowPrivilegeEscalation()).isFalse();
		assertThat(ofContainer.getReadOnlyRootFilesystem()).isTrue();
		assertThat(ofContainer.getCapabilities().getDrop()).containsExactly("ALL");
		assertThat(ofContainer.getCapabilities().getAdd()).isNullOrEmpty();
	}

	@Test
	void gracePeriodIsLongerThanDrainAndDeadline() {
		Duration drain = effective("members.shutdown.drain");
		assertThat(Duration.ofSeconds(pod.getTerminationGracePeriodSeconds()))
			.isGreaterThan(drain.plus(effective("sentry.deadline")));
		Probe readiness = container.getReadinessProbe();
		assertThat(Duration.ofSeconds((long) readiness.getPeriodSeconds() * readiness.getFailureThreshold()))
			.isLessThan(drain);
	}

	@Test
	void portsAreThoseOfServiceAndImage() {
		int port = ofFiles("server.port");
		int managementPort = ofFiles("management.server.port");
		assertThat(container.getPorts()).extracting(ContainerPort::getName, ContainerPort::getContainerPort)
			.containsExactly(tuple("http", port), tuple("management", managementPort));
		MatchResult expose = EXPOSE.matcher(dockerfile()).results().findFirst().orElseThrow();
		assertThat(expose.group(1)).isEqualTo(port + " " + managementPort);
		assertThat(KubernetesFiles.resource("service.yaml", Service.class).getSpec().getPorts()).singleElement()
			.satisfies((published) -> {
				assertThat(published.getPort()).isEqualTo(port);
				assertThat(published.getTargetPort().getStrVal()).isEqualTo("http");
			});
	}

	@Test
	void clientsReachOnePortAndMonitoringTheOther() {
		NetworkPolicySpec policy = KubernetesFiles.resource("networkpolicy.yaml", NetworkPolicy.class).getSpec();
		assertThat(policy.getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
		assertThat(policy.getIngress()).hasSize(2);
		NetworkPolicyIngressRule callers = policy.getIngress().get(0);
		assertThat(ports(callers.getPorts())).containsExactly("TCP " + ofFiles("server.port"));
		assertThat(callers.getFrom()).singleElement().satisfies((peer) -> {
			assertThat(peer.getPodSelector().getMatchLabels()).isNotEmpty();
			assertThat(KubernetesFiles.content(KubernetesFiles.DIRECTORY.resolve("README.md")))
				.contains(peer.getPodSelector().getMatchLabels().keySet());
		});
		NetworkPolicyIngressRule monitoring = policy.getIngress().get(1);
		assertThat(ports(monitoring.getPorts())).containsExactly("TCP " + ofFiles("management.server.port"));
		assertThat(monitoring.getFrom()).singleElement()
			.satisfies((peer) -> assertThat(peer.getNamespaceSelector().getMatchLabels()).isNotEmpty());
		assertThat(policy.getEgress()).flatExtracting((rule) -> ports(rule.getPorts()))
			.containsExactlyInAnyOrder("UDP 53", "TCP 53", "TCP 443");
	}

	@Test
	void selectorsFindThePod() {
		Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
		assertThat(labels).isNotEmpty()
			.isEqualTo(deployment.getSpec().getSelector().getMatchLabels())
			.isEqualTo(KubernetesFiles.resource("service.yaml", Service.class).getSpec().getSelector())
			.isEqualTo(KubernetesFiles.resource("networkpolicy.yaml", NetworkPolicy.class)
				.getSpec()
				.getPodSelector()
				.getMatchLabels());
		assertThat(KubernetesFiles.kustomization().images()).extracting(Image::name)
			.containsExactly(container.getImage());
		assertThat(container.getEnvFrom()).singleElement()
			.satisfies((source) -> assertThat(source.getConfigMapRef().getName())
				.isEqualTo(KubernetesFiles.kustomization().configMapGenerator().getFirst().name()));
	}

	@Test
	void memoryIsReserved() {
		ResourceRequirements resources = container.getResources();
		assertThat(resources.getLimits().get("memory")).isEqualTo(new Quantity("512Mi"))
			.isEqualTo(resources.getRequests().get("memory"));
		assertThat(resources.getLimits()).containsKey("cpu");
		assertThat(resources.getRequests()).containsKey("cpu");
		assertThat(mount("tmp").getMountPath()).isEqualTo("/tmp");
		assertThat(volume("tmp").getEmptyDir().getMedium()).isEqualTo("Memory");
		assertThat(volume("tmp").getEmptyDir().getSizeLimit().getNumericalAmount())
			.isLessThan(resources.getLimits().get("memory").getNumericalAmount());
	}

	@Test
	void tokenIsFileOfTheSecretInTheReadme() {
		VolumeMount mount = mount("token");
		SecretVolumeSource source = volume("token").getSecret();
		assertThat(mount.getReadOnly()).isTrue();
		// With a subPath, the pod would never see a new token.
		assertThat(mount.getSubPath()).isNull();
		assertThat(source.getDefaultMode()).isEqualTo(0440);
		assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(pod.getSecurityContext().getRunAsGroup());
		String key = Path.of((String) variables().get(TOKEN_FILE)).getFileName().toString();
		assertThat(variables()).containsEntry(TOKEN_FILE, mount.getMountPath() + "/" + key);
		assertThat(KubernetesFiles.content(KubernetesFiles.DIRECTORY.resolve("README.md")))
			.contains("kubectl create secret generic " + source.getSecretName() + " --from-file=" + key + "=")
			.doesNotContain("--from-literal");
	}

	@Test
	void eachVariableSetsAProperty() {
		assertThat(variables().keySet()).isNotEmpty()
			.allSatisfy((variable) -> assertThat(ConfigurationDocs.rows()).anyMatch((row) -> row.isSetBy(variable)));
	}

	@Test
	void serviceRunsWithTheseValues() {
		Organization organization = service.getBean(Organizations.class).all().iterator().next();
		assertThat(organization.slug()).isEqualTo(variables().get("SENTRY_ORGANIZATION_SLUG"));
		assertThat(organization.baseUrl()).hasHost(variables().get("SENTRY_REGION") + ".sentry.io");
		assertThat(ApiClient.get(port("local.server.port"), "/members").statusCode()).isEqualTo(401);
	}

	@Test
	void probesUseEndpointsOfTheService() {
		assertThat(List.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe()))
			.extracting(Probe::getHttpGet)
			.allSatisfy((probe) -> {
				assertThat(probe.getPort().getStrVal()).isEqualTo("management");
				assertThat(ApiClient.get(port("local.management.port"), probe.getPath()).statusCode()).isEqualTo(200);
			})
			.extracting(HTTPGetAction::getPath)
			.containsExactly("/actuator/health/liveness", "/actuator/health/liveness", "/actuator/health/readiness");
	}

	/** The environment variables of the container. */
	private static Map<String, Object> variables() {
		Map<String, Object> variables = new LinkedHashMap<>();
		for (String literal : KubernetesFiles.kustomization().configMapGenerator().getFirst().literals()) {
			String[] parts = literal.split("=", 2);
			variables.put(parts[0], parts[1]);
		}
		container.getEnv().forEach((variable) -> variables.put(variable.getName(), variable.getValue()));
		return variables;
	}

	/** The value of the example, or the default. */
	private static Duration effective(String property) {
		Row row = ConfigurationDocs.row(property);
		Object value = variables().getOrDefault(row.variables().getFirst(), row.defaultValue());
		return DurationStyle.detectAndParse((String) value);
	}

	private static int ofFiles(String property) {
		StandardEnvironment environment = environment(variables());
		ConfigDataEnvironmentPostProcessor.applyTo(environment);
		return environment.getRequiredProperty(property, Integer.class);
	}

	private static StandardEnvironment environment(Map<String, Object> variables) {
		StandardEnvironment environment = new StandardEnvironment();
		String source = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		environment.getPropertySources().replace(source, new SystemEnvironmentPropertySource(source, variables));
		return environment;
	}

	private static int port(String property) {
		return service.getEnvironment().getRequiredProperty(property, Integer.class);
	}

	private static List<String> ports(List<NetworkPolicyPort> ports) {
		return ports.stream().map((port) -> port.getProtocol() + " " + port.getPort().getIntVal()).toList();
	}

	private static VolumeMount mount(String name) {
		return container.getVolumeMounts()
			.stream()
			.filter((mount) -> mount.getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static Volume volume(String name) {
		return pod.getVolumes().stream().filter((volume) -> volume.getName().equals(name)).findFirst().orElseThrow();
	}

	private static String dockerfile() {
		return KubernetesFiles.content(Path.of("Dockerfile"));
	}

}
