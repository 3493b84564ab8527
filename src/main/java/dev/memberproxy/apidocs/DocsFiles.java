package dev.memberproxy.apidocs;

import java.io.IOException;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.web.servlet.resource.PathResourceResolver;

/** Knows which file is served at which path. */
final class DocsFiles extends PathResourceResolver {

	/** The path of the page. */
	static final String PAGE = "/docs";

	private static final Map<String, String> FILES = Map.of(PAGE, "docs.html", "/docs/docs.js", "docs.js",
			"/docs/docs.css", "docs.css", "/docs/swagger-ui.css", "swagger-ui.css", "/docs/swagger-ui-bundle.js",
			"swagger-ui-bundle.js", "/openapi.json", "openapi.json", "/openapi.yaml", "openapi.yaml");

	/** The paths of all files. */
	static String[] paths() {
		return FILES.keySet().toArray(String[]::new);
	}

	@Override
	protected @Nullable Resource getResource(String path, Resource location) throws IOException {
		String file = FILES.get(path);
		return (file != null) ? super.getResource(file, location) : null;
	}

}
