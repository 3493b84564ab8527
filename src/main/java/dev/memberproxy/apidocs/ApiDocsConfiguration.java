package dev.memberproxy.apidocs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
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

/**
 * Serves the files of {@link DocsFiles}. The root of the service redirects to the page.
 */
@Configuration(proxyBeanMethods = false)
class ApiDocsConfiguration implements WebMvcConfigurer {

	/**
	 * The page's own files, the icons in its style sheet, and requests to this service.
	 */
	private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
			+ " img-src data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

	@Override
	public void addResourceHandlers(ResourceHandlerRegistry registry) {
		registry.addResourceHandler(DocsFiles.paths())
			.addResourceLocations("classpath:/dev/memberproxy/apidocs/",
					"classpath:/" + new WebJarVersionLocator().fullPath("swagger-ui", ""))
			.setCacheControl(CacheControl.noCache())
			// The build gives all files the same date.
			.setUseLastModified(false)
			.setEtagGenerator(ApiDocsConfiguration::digest)
			.resourceChain(false)
			.addResolver(new DocsFiles())
			.addTransformer(DocsFiles::describeServer);
	}

	/** The location is relative, because only callers and proxies know the host. */
	@Override
	public void addViewControllers(ViewControllerRegistry registry) {
		registry.addRedirectViewController("/", DocsFiles.PAGE).setStatusCode(HttpStatus.FOUND);
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

		}).addPathPatterns(DocsFiles.PAGE);
	}

	private static String digest(Resource file) {
		try (InputStream content = file.getInputStream()) {
			return DigestUtils.md5DigestAsHex(content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
