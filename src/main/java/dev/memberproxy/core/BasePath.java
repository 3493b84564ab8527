package dev.memberproxy.core;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The path under which callers reach the service: the context path, or the prefix that a
 * reverse proxy reports if forwarded headers are trusted.
 *
 * @param value empty, or segments that each begin with a slash
 */
public record BasePath(String value) {

	/** The service is not mounted below any path. */
	public static final BasePath ROOT = new BasePath("");

	/** The request header in which a reverse proxy reports its prefix. */
	public static final String FORWARDED_PREFIX = "X-Forwarded-Prefix";

	private static final String ATTRIBUTE = BasePath.class.getName();

	/**
	 * Only unreserved characters (RFC 3986 section 2.3), because the value becomes part
	 * of headers and links. A link to {@code //host} would lead to another site.
	 */
	private static final Pattern WELL_FORMED = Pattern.compile("(?:/(?!\\.\\.?(?:/|$))[A-Za-z0-9._~-]+)*");

	/** The base path of a request, or the configured one if the request's is invalid. */
	public static BasePath of(HttpServletRequest request) {
		if (request.getAttribute(ATTRIBUTE) instanceof BasePath known) {
			return known;
		}
		String path = request.getContextPath();
		return isWellFormed(path) ? new BasePath(path) : new BasePath(request.getServletContext().getContextPath());
	}

	/**
	 * The base path that proxies report. Each adds its prefix to the list, the outermost
	 * first.
	 * @param header the value of {@link #FORWARDED_PREFIX}
	 * @return the base path, or empty if there is none or it is invalid
	 */
	public static Optional<BasePath> ofForwarded(@Nullable String header) {
		return Optional.ofNullable(header)
			.map((list) -> Stream.of(list.split(","))
				.map((prefix) -> prefix.strip().replaceFirst("/+$", ""))
				.collect(Collectors.joining()))
			.filter(BasePath::isWellFormed)
			.map(BasePath::new);
	}

	/** Makes this the base path of the request. */
	public void attachTo(HttpServletRequest request) {
		request.setAttribute(ATTRIBUTE, this);
	}

	/** A path of the service, starting with a slash, as callers see it. */
	public String resolve(String path) {
		return this.value + path;
	}

	private static boolean isWellFormed(String path) {
		return WELL_FORMED.matcher(path).matches();
	}

}
