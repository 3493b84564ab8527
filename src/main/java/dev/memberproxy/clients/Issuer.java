package dev.memberproxy.clients;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.Loopback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuer of tokens, which decides where keys may come from.
 *
 * @param value the issuer exactly as in the claim {@code iss}
 * @param allowHttp whether keys may come over plain http from another host
 */
record Issuer(String value, boolean allowHttp) {

	private static final Logger logger = LoggerFactory.getLogger(Issuer.class);

	private static final String PROPERTY = "members.jwt.issuer";

	private static final String HTTP = "http";

	/**
	 * @throws InvalidConfigurationException if the issuer cannot be used
	 */
	Issuer {
		URI uri = parse(value);
		if (!isHttpUrl(uri)) {
			throw notUsable();
		}
		if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
			throw new InvalidConfigurationException(PROPERTY, "has a user, a query or a fragment",
					"Set it to the issuer as in the claim iss of the tokens. An issuer has none of these (RFC 8414"
							+ " section 2).");
		}
		if (HTTP.equals(uri.getScheme()) && !Loopback.isLoopback(uri.getHost())) {
			if (!allowHttp) {
				throw new InvalidConfigurationException(PROPERTY,
						"is plain http, so that the keys could be replaced on their way",
						"Use https. Inside a network that you trust, set members.jwt.allow-http=true.");
			}
			logger.warn("{} is plain http: the keys of the identity provider can be replaced on their way", PROPERTY);
		}
	}

	/**
	 * Where the issuer's metadata may be: first by OpenID Connect Discovery 1.0 section
	 * 4, then by RFC 8414 section 3. Both ignore a slash at the end of the issuer.
	 */
	List<URI> metadata() {
		URI uri = parse(this.value);
		String host = uri.getScheme() + "://" + uri.getRawAuthority();
		String path = uri.getRawPath().replaceFirst("/$", "");
		return List.of(URI.create(host + path + "/.well-known/openid-configuration"),
				URI.create(host + "/.well-known/oauth-authorization-server" + path));
	}

	/**
	 * Whether keys may be fetched from an address. Plain http needs an issuer that is
	 * plain http, and a loopback address unless it is allowed for others.
	 */
	boolean permits(URI keySet) {
		if (!isHttpUrl(keySet)) {
			return false;
		}
		return !HTTP.equals(keySet.getScheme()) || (HTTP.equals(parse(this.value).getScheme())
				&& (this.allowHttp || Loopback.isLoopback(keySet.getHost())));
	}

	private static boolean isHttpUrl(URI uri) {
		return uri.getHost() != null && ("https".equals(uri.getScheme()) || HTTP.equals(uri.getScheme()));
	}

	private static URI parse(String value) {
		try {
			return new URI(value);
		}
		catch (URISyntaxException ex) {
			throw notUsable();
		}
	}

	private static InvalidConfigurationException notUsable() {
		return new InvalidConfigurationException(PROPERTY, "is not an http(s) URL with a host",
				"Set it to the issuer as in the claim iss of the tokens, such as https://id.example.com/realms/staff.");
	}

}
