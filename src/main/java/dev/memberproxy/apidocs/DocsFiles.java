package dev.memberproxy.apidocs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.memberproxy.core.BasePath;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.web.servlet.resource.PathResourceResolver;
import org.springframework.web.servlet.resource.ResourceTransformerChain;
import org.springframework.web.servlet.resource.TransformedResource;

/** The files of the API page and of the API description, by path. */
final class DocsFiles extends PathResourceResolver {

	static final String PAGE = "/docs";

	private static final Map<String, String> FILES = Map.of(PAGE, "docs.html", "/docs/docs.js", "docs.js",
			"/docs/docs.css", "docs.css", "/docs/swagger-ui.css", "swagger-ui.css", "/docs/swagger-ui-bundle.js",
			"swagger-ui-bundle.js", "/openapi.json", "openapi.json", "/openapi.yaml", "openapi.yaml");

	/** The first server, in YAML and in JSON. */
	private static final Pattern SERVER_URL = Pattern
		.compile("(?<=\nservers:\n- url: )/(?=\n)|(?<=\"servers\":\\[\\{\"url\":\")/(?=\")");

	static String[] paths() {
		return FILES.keySet().toArray(String[]::new);
	}

	@Override
	protected @Nullable Resource getResource(String path, Resource location) throws IOException {
		String file = FILES.get(path);
		return (file != null) ? super.getResource(file, location) : null;
	}

	/**
	 * Sets the base path of the request as the URL of the server. Clients resolve it
	 * against the location of the description (OpenAPI 3.1 section 4.8.5).
	 */
	static Resource describeServer(HttpServletRequest request, Resource resource, ResourceTransformerChain chain)
			throws IOException {
		Resource file = chain.transform(request, resource);
		String basePath = BasePath.of(request).value();
		String name = file.getFilename();
		if (basePath.isEmpty() || name == null || !name.startsWith("openapi.")) {
			return file;
		}
		String description = SERVER_URL.matcher(file.getContentAsString(StandardCharsets.UTF_8))
			.replaceFirst(Matcher.quoteReplacement(basePath));
		return new TransformedResource(file, description.getBytes(StandardCharsets.UTF_8));
	}

}
