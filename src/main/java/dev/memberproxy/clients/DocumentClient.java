package dev.memberproxy.clients;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

import javax.net.ssl.SSLException;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.memberproxy.core.OutboundProxy;
import dev.memberproxy.core.ProxyRefusedException;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpCookieHandling;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/**
 * Reads documents of the identity provider. Each request has an HTTP client of its own,
 * so that a reloaded SSL bundle is used and no connection stays open between fetches.
 */
final class DocumentClient {

	private static final int MAX_BYTES = 1024 * 1024;

	private final Supplier<@Nullable SslBundle> sslBundle;

	private final OutboundProxy proxy;

	private final Duration timeout;

	/**
	 * @param sslBundle the certificates to trust; read at each request
	 * @param timeout for a connection, and for each read
	 */
	DocumentClient(Supplier<@Nullable SslBundle> sslBundle, OutboundProxy proxy, Duration timeout) {
		this.sslBundle = sslBundle;
		this.proxy = proxy;
		this.timeout = timeout;
	}

	Response get(URI address) throws Exception {
		HttpComponentsClientHttpRequestFactory factory = requestFactory(address);
		try {
			return RestClient.builder()
				.requestFactory(factory)
				.build()
				.get()
				.uri(address)
				.accept(MediaType.APPLICATION_JSON)
				.exchangeForRequiredValue(
						(_, response) -> new Response(response.getStatusCode(), read(response.getBody())));
		}
		catch (ResourceAccessException ex) {
			throw unreachable(ex);
		}
		finally {
			factory.destroy();
		}
	}

	private HttpComponentsClientHttpRequestFactory requestFactory(URI target) throws IdentityProviderException {
		HttpClientSettings settings = HttpClientSettings.defaults()
			.withRedirects(HttpRedirects.DONT_FOLLOW)
			.withCookieHandling(HttpCookieHandling.DISABLE)
			.withTimeouts(this.timeout, this.timeout)
			.withSslBundle(bundle());
		return ClientHttpRequestFactoryBuilder.httpComponents()
			.withHttpClientCustomizer(HttpClientBuilder::disableAutomaticRetries)
			.withHttpClientCustomizer((builder) -> builder.setUserAgent("sentry-member-proxy"))
			.withHttpClientCustomizer((builder) -> this.proxy.configure(builder, target))
			.build(settings);
	}

	private @Nullable SslBundle bundle() throws IdentityProviderException {
		try {
			return this.sslBundle.get();
		}
		catch (NoSuchSslBundleException ex) {
			throw IdentityProviderException.misconfigured("The SSL bundle for the identity provider is not defined.",
					"Define it under spring.ssl.bundle, or correct members.jwt.ssl-bundle.");
		}
	}

	/** A document that is too large counts as empty, which is not JSON. */
	private static String read(InputStream body) throws IOException {
		byte[] bytes = body.readNBytes(MAX_BYTES + 1);
		return (bytes.length <= MAX_BYTES) ? new String(bytes, StandardCharsets.UTF_8) : "";
	}

	private IdentityProviderException unreachable(ResourceAccessException ex) {
		Throwable cause = (ex.getCause() instanceof IOException io) ? io : ex;
		return switch (cause) {
			case UnknownHostException _ ->
				IdentityProviderException.unreachable("The host name of the identity provider cannot be resolved.");
			case SocketTimeoutException _ -> IdentityProviderException
				.unreachable("The identity provider did not respond within " + this.timeout.toSeconds() + " s.");
			case SSLException _ ->
				IdentityProviderException.unreachable("No TLS connection to the identity provider could be made.",
						"Check its certificate. For a private CA, set members.jwt.ssl-bundle.");
			case ProxyRefusedException refused -> IdentityProviderException.unreachable(
					String.valueOf(refused.getMessage()), "Check the proxy, and the properties members.proxy.*.");
			default -> IdentityProviderException.unreachable("No connection to the identity provider could be made ("
					+ cause.getClass().getSimpleName() + ")." + this.proxy.hint());
		};
	}

	record Response(HttpStatusCode status, String body) {

		boolean isOk() {
			return this.status.value() == HttpStatus.OK.value();
		}

		/** Some providers respond with another 4xx than 404. */
		boolean isMissing() {
			return this.status.is4xxClientError() && !isTemporary();
		}

		private boolean isTemporary() {
			return this.status.is5xxServerError() || this.status.value() == HttpStatus.TOO_MANY_REQUESTS.value()
					|| this.status.value() == HttpStatus.REQUEST_TIMEOUT.value();
		}

		/** The document as a JSON object, or null if it is none. */
		@Nullable Map<String, Object> json() {
			try {
				return JSONObjectUtils.parse(this.body);
			}
			catch (ParseException ex) {
				return null;
			}
		}

		IdentityProviderException toException(String document) {
			String description = "The identity provider responds with status " + this.status.value() + " where its "
					+ document + " should be.";
			return isTemporary() ? IdentityProviderException.unreachable(description)
					: IdentityProviderException.misconfigured(description, KeySetClient.ISSUER_REMEDY);
		}

	}

}
