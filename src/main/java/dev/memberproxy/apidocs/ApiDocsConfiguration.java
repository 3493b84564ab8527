package dev.memberproxy.apidocs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.memberproxy.core.BasePath;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.webjars.WebJarVersionLocator;

import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.util.DigestUtils;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.resource.PathResourceResolver;
import org.springframework.web.servlet.resource.ResourceTransformerChain;
import org.springframework.web.servlet.resource.TransformedResource;

/**
 * Serves the API page and the API description. The root of the service redirects to the
 * page.
 */
@Configuration(proxyBeanMethods = false)
class ApiDocsConfiguration implements WebMvcConfigurer {

	private static final String PAGE = "/docs";

	/** The files of the API page and of the API description, by path. */
	private static final Map<String, String> FILES = Map.of(PAGE, "docs.html", "/docs/docs.js", "docs.js",
			"/docs/docs.css", "docs.css", "/docs/swagger-ui.css", "swagger-ui.css", "/docs/swagger-ui-bundle.js",
			"swagger-ui-bundle.js", "/openapi.json", "openapi.json", "/openapi.yaml", "openapi.yaml");

	/** The first server, in YAML and in JSON. */
	private static final Pattern SERVER_URL = Pattern
		.compile("(?<=\nservers:\n- url: )/(?=\n)|(?<=\"servers\":\\[\\{\"url\":\")/(?=\")");

	/**
	 * The page's own files, the icons in its style sheet, and requests to this service.
	 */
	private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
			+ " img-src data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

	@Override
	public void addResourceHandlers(ResourceHandlerRegistry registry) {
		registry.addResourceHandler(FILES.keySet().toArray(String[]::new))
			.addResourceLocations("classpath:/dev/memberproxy/apidocs/",
					"classpath:/" + new WebJarVersionLocator().fullPath("swagger-ui", ""))
			.setCacheControl(CacheControl.noCache())
			// The build gives all files the same date.
			.setUseLastModified(false)
			.setEtagGenerator(ApiDocsConfiguration::digest)
			.resourceChain(false)
			.addResolver(new PathResourceResolver() {

				@Override
				protected @Nullable Resource getResource(String path, Resource location) throws IOException {
					String file = FILES.get(path);
					return (file != null) ? super.getResource(file, location) : null;
				}

			})
			.addTransformer(ApiDocsConfiguration::describeServer);
	}

	/** The location is relative, because only callers and proxies know the host. */
	@Override
	public void addViewControllers(ViewControllerRegistry registry) {
		registry.addRedirectViewController("/", PAGE).setStatusCode(HttpStatus.FOUND);
	}

	/** Replaces Spring Security's policy for the page, which permits no scripts. */
	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(new HandlerInterceptor() {

			@Override
			public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
				response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
				return true;
			}

		}).addPathPatterns(PAGE);
	}

	private static String digest(Resource file) {
		try (InputStream content = file.getInputStream()) {
			return DigestUtils.md5DigestAsHex(content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Sets the base path of the request as the URL of the server. Clients resolve it
	 * against the location of the description (OpenAPI 3.1 section 4.8.5).
	 */
	private static Resource describeServer(HttpServletRequest request, Resource resource,
			ResourceTransformerChain chain) throws IOException {
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
