package dev.memberproxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of deploy/kubernetes, read at least as strictly as Kubernetes does. */
final class KubernetesFiles {

	static final Path DIRECTORY = Path.of("deploy", "kubernetes");

	private static final String KUSTOMIZATION = "kustomization.yaml";

	private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of("ConfigMap", ConfigMap.class,
			"Deployment", Deployment.class, "NetworkPolicy", NetworkPolicy.class, "Service", Service.class);

	private static final ObjectMapper mapper = strictMapper();

	private KubernetesFiles() {
	}

	static Kustomization kustomization() {
		return mapper.convertValue(documents(content(DIRECTORY.resolve(KUSTOMIZATION))).getFirst(),
				Kustomization.class);
	}

	/** The names of the files with resources. */
	static List<String> names() {
		try (Stream<Path> files = Files.list(DIRECTORY)) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith(".yaml") && !name.equals(KUSTOMIZATION))
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	static <T extends HasMetadata> T resource(String name, Class<T> type) {
		return type.cast(resources(content(DIRECTORY.resolve(name))).getFirst());
	}

	static String content(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * Reads one resource per YAML document.
	 * @throws IllegalArgumentException if a field is unknown or has another type
	 */
	static List<? extends HasMetadata> resources(String yaml) {
		return documents(yaml).stream().map(KubernetesFiles::resource).toList();
	}

	private static HasMetadata resource(Map<?, ?> document) {
		Class<? extends HasMetadata> type = KINDS.get(document.get("kind"));
		if (type == null) {
			throw new IllegalArgumentException("Unexpected kind " + document.get("kind"));
		}
		if (!HasMetadata.getApiVersion(type).equals(document.get("apiVersion"))) {
			throw new IllegalArgumentException("Not an apiVersion of " + type.getSimpleName());
		}
		return mapper.convertValue(document, type);
	}

	private static List<Map<?, ?>> documents(String yaml) {
		LoaderOptions options = new LoaderOptions();
		options.setAllowDuplicateKeys(false);
		return StreamSupport.stream(new Yaml(new SafeConstructor(options)).loadAll(yaml).spliterator(), false)
			.<Map<?, ?>>map((document) -> (Map<?, ?>) document)
			.toList();
	}

	private static ObjectMapper strictMapper() {
		return JsonMapper.builder()
			.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
			// Kubernetes also rejects a number instead of a text.
			.withCoercionConfig(LogicalType.Textual,
					(coercion) -> coercion.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
						.setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
						.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
			.annotationIntrospector(new JacksonAnnotationIntrospector() {

				// The types would accept unknown fields.
				@Override
				public Boolean hasAnySetter(Annotated annotated) {
					return false;
				}

			})
			.build();
	}

	/** The parts of a kustomization that the tests use. */
	record Kustomization(String apiVersion, String kind, List<String> resources, List<Image> images,
			List<Generator> configMapGenerator) {
	}

	record Image(String name, String newName, String newTag) {
	}

	record Generator(String name, List<String> literals) {
	}

}
