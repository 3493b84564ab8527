import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Fails if the jar's bill of materials does not list exactly the libraries that are in
 * the jar, or has something that differs from build to build. Run by Maven, from source.
 */
class SbomCheck {

	private static final String LIBRARIES = "BOOT-INF/lib/";

	static void main(String[] arguments) throws IOException {
		boolean offline = arguments[1].equals("offline=true");
		try (JarFile jar = new JarFile(arguments[0])) {
			JarEntry entry = jar.getJarEntry("META-INF/sbom/application.cdx.json");
			if (entry == null && offline) {
				System.out.println("No SBOM to check: none is made when Maven works offline");
				return;
			}
			if (entry == null) {
				throw new IllegalStateException("The jar has no SBOM");
			}
			JsonNode sbom = JsonMapper.shared().readTree(jar.getInputStream(entry));
			Set<String> listed = sbom.get("components")
				.valueStream()
				.map((component) -> component.get("name").asString() + "-" + component.get("version").asString())
				// They only name other libraries: Spring Boot leaves them out of the jar.
				.filter((name) -> !name.startsWith("spring-boot-starter-"))
				.collect(Collectors.toCollection(TreeSet::new));
			Set<String> contained = jar.stream()
				.map(JarEntry::getName)
				.filter((name) -> name.startsWith(LIBRARIES) && name.endsWith(".jar"))
				.map((name) -> name.substring(LIBRARIES.length(), name.length() - ".jar".length()))
				// Put there by Spring Boot, for the build of the image.
				.filter((name) -> !name.startsWith("spring-boot-jarmode-tools-"))
				.collect(Collectors.toCollection(TreeSet::new));
			if (!listed.equals(contained)) {
				Set<String> unlisted = new TreeSet<>(contained);
				unlisted.removeAll(listed);
				listed.removeAll(contained);
				throw new IllegalStateException("Not in the SBOM: %s, only there: %s".formatted(unlisted, listed));
			}
			if (sbom.path("metadata").has("timestamp")) {
				throw new IllegalStateException("The SBOM tells when it was made, so no two builds are the same");
			}
			String component = sbom.at("/metadata/component").toString();
			if (component.contains("spring.io") || component.contains("spring-projects")) {
				throw new IllegalStateException("The SBOM tells what is Spring Boot's as ours: " + component);
			}
		}
	}

}
