package dev.memberproxy.apidocs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.memberproxy.core.BasePath;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.core.io.Resource;
import org.springframework.web.servlet.resource.ResourceTransformer;
import org.springframework.web.servlet.resource.ResourceTransformerChain;
import org.springframework.web.servlet.resource.TransformedResource;

/**
 * Writes the base path of the request into the description of the API, as the URL of the
 * server. Clients resolve it against the location of the description (OpenAPI 3.1 section
 * 4.8.5).
 */
final class DescribedServer implements ResourceTransformer {

	/** The first server, in YAML and in JSON. */
	private static final Pattern URL = Pattern
		.compile("(?<=\nservers:\n- url: )/(?=\n)|(?<=\"servers\":\\[\\{\"url\":\")/(?=\")");

	@Override
	public Resource transform(HttpServletRequest request, Resource resource, ResourceTransformerChain chain)
			throws IOException {
		Resource file = chain.transform(request, resource);
		String basePath = BasePath.of(request).value();
		String name = file.getFilename();
		if (basePath.isEmpty() || name == null || !name.startsWith("openapi.")) {
			return file;
		}
		String description = file.getContentAsString(StandardCharsets.UTF_8);
		return new TransformedResource(file,
				URL.matcher(description)
					.replaceFirst(Matcher.quoteReplacement(basePath))
					.getBytes(StandardCharsets.UTF_8));
	}

}
