package dev.memberproxy.organizations;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.Loopback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The URL of a Sentry. Only this class decides which hosts receive a token. */
final class BaseUrl {

	private static final Logger logger = LoggerFactory.getLogger(BaseUrl.class);

	private static final Pattern REGION = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

	private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*");

	private BaseUrl() {
	}

	static URI ofRegion(String property, String region) {
		if (!REGION.matcher(region).matches()) {
			throw new InvalidConfigurationException(property, "is not a region",
					"Set it to the first part of the region's host name, such as us or de, in lower case.");
		}
		return URI.create("https://" + region + ".sentry.io");
	}

	static URI parse(String property, String text, boolean allowHttp) {
		URI uri = parse(property, text);
		if (uri.getHost() == null && uri.getRawAuthority() != null && uri.getRawAuthority().contains("_")) {
			throw new InvalidConfigurationException(property, "has a host name with an underscore",
					"A host name must not contain an underscore (RFC 1123 section 2.1). Give the host another name,"
							+ " such as one with a hyphen.");
		}
		if (uri.getHost() == null || !("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
			throw new InvalidConfigurationException(property, "is not an http(s) URL with a host",
					"Set it to the address of Sentry, such as https://sentry.example.com.");
		}
		if (uri.getRawAuthority().endsWith(":") || uri.getPort() == 0 || uri.getPort() > 65535) {
			throw new InvalidConfigurationException(property, "has no usable port",
					"Set a port from 1 to 65535, or none for the default.");
		}
		if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
			throw new InvalidConfigurationException(property, "has a user, a query or a fragment",
					"Keep only scheme, host, port and path. The token has its own property.");
		}
		String path = uri.getRawPath().replaceFirst("/+$", "");
		if (!PATH.matcher(path).matches() || path.contains("/api/0")) {
			throw new InvalidConfigurationException(property, "has a path that cannot be used",
					"Set it to the address of Sentry's pages. This service adds /api/0 and what follows.");
		}
		if ("http".equals(uri.getScheme()) && !Loopback.isLoopback(uri.getHost())) {
			if (!allowHttp) {
				throw new InvalidConfigurationException(property, "is plain http, which would send the token in clear",
						"Use https. Inside a network that you trust, set sentry.allow-http=true.");
			}
			logger.warn("{} is plain http: the token and all members are sent in clear", property);
		}
		return URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + path);
	}

	private static URI parse(String property, String text) {
		try {
			return new URI(text.strip());
		}
		catch (URISyntaxException ex) {
			throw new InvalidConfigurationException(property, "is not a URL",
					"Set it to the address of Sentry, such as https://sentry.example.com.");
		}
	}

}
