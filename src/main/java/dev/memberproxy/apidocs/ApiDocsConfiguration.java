package dev.memberproxy.apidocs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.util.DigestUtils;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Serves the files of {@link DocsFiles}, to which the root of the service leads. A path
 * that is not among them stays one that nobody answers.
 */
@Configuration(proxyBeanMethods = false)
class ApiDocsConfiguration implements WebMvcConfigurer {

	/**
	 * All that the page needs: its own files, the icons in its style sheet, and calls to
	 * this service.
	 */
	private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
			+ " img-src data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

	@Override
	public void addResourceHandlers(ResourceHandlerRegistry registry) {
		registry.addResourceHandler(DocsFiles.paths())
			.addResourceLocations("classpath:/dev/memberproxy/apidocs/",
					"classpath:/META-INF/resources/webjars/swagger-ui/" + swaggerUiVersion() + "/")
			.setCacheControl(CacheControl.noCache())
			// The files of every jar have the same date.
			.setUseLastModified(false)
			.setEtagGenerator(ApiDocsConfiguration::digest)
			.resourceChain(false)
			.addResolver(new DocsFiles())
			.addTransformer(new DescribedServer());
	}

	/** Relative to this host, whose name only callers and proxies know. */
	@Override
	public void addViewControllers(ViewControllerRegistry registry) {
		registry.addRedirectViewController("/", DocsFiles.PAGE).setStatusCode(HttpStatus.FOUND);
	}

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(new PagePolicy()).addPathPatterns(DocsFiles.PAGE);
	}

	/** The version is part of the path within the library. */
	private static String swaggerUiVersion() {
		try {
			return PropertiesLoaderUtils
				.loadProperties(new ClassPathResource("META-INF/maven/org.webjars/swagger-ui/pom.properties"))
				.getProperty("version");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
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
	 * In place of the policy that Spring Security has written, which lets no script run.
	 */
	private static final class PagePolicy implements HandlerInterceptor {

		@Override
		public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
			response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
			return true;
		}

	}

}
