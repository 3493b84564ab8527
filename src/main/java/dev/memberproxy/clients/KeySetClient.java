package dev.memberproxy.clients;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import javax.net.ssl.SSLException;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.memberproxy.clients.KeySetFetch.Fetched;
import dev.memberproxy.clients.KeySetFetch.Misconfigured;
import dev.memberproxy.clients.KeySetFetch.NoUsableKey;
import dev.memberproxy.clients.KeySetFetch.Unreachable;
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
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/**
 * Asks the identity provider for its keys: first for its metadata, then for the key set
 * that these name. Each fetch has an HTTP client of its own, so that an SSL bundle that
 * was reloaded is used, and no connection is kept for minutes.
 */
final class KeySetClient {

	/** For a connection, and for each read. */
	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	/** For a fetch as a whole, name resolution and slow responses included. */
	private static final Duration TOTAL_TIMEOUT = Duration.ofSeconds(10);

	private static final int MAX_BYTES = 1024 * 1024;

	private static final Set<Curve> CURVES = Set.of(Curve.P_256, Curve.P_384, Curve.P_521);

	private static final String NETWORK_REMEDY = "Check the identity provider, and the network between it and this"
			+ " service.";

	private static final String ISSUER_REMEDY = "Check members.jwt.issuer, and what is between the identity provider and"
			+ " this service.";

	private final Issuer issuer;

	private final Supplier<@Nullable SslBundle> sslBundle;

	private final OutboundProxy proxy;

	/**
	 * @param issuer the issuer
	 * @param sslBundle whom to trust; asked at each fetch
	 * @param proxy the proxy on the way, if there is one
	 */
	KeySetClient(Issuer issuer, Supplier<@Nullable SslBundle> sslBundle, OutboundProxy proxy) {
		this.issuer = issuer;
		this.sslBundle = sslBundle;
		this.proxy = proxy;
	}

	/**
	 * Fetches the keys.
	 * @return the keys, or why there are none
	 * @throws InterruptedException if the calling thread is interrupted
	 */
	KeySetFetch fetch() throws InterruptedException {
		FutureTask<KeySetFetch> fetch = new FutureTask<>(this::fetchWithoutLimit);
		// A virtual thread, whose socket is closed by an interruption.
		Thread.ofVirtual().name("identity-provider").start(fetch);
		try {
			return fetch.get(TOTAL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			return new Unreachable("The identity provider did not respond within " + TOTAL_TIMEOUT.toSeconds() + " s.",
					NETWORK_REMEDY);
		}
		catch (ExecutionException ex) {
			return new Unreachable(
					"The keys of the identity provider could not be fetched ("
							+ NestedExceptionUtils.getMostSpecificCause(ex).getClass().getSimpleName() + ").",
					NETWORK_REMEDY);
		}
		finally {
			fetch.cancel(true);
		}
	}

	private KeySetFetch fetchWithoutLimit() throws Exception {
		try {
			return fetchMetadataAndKeys();
		}
		catch (ResourceAccessException ex) {
			return unreachable(ex);
		}
		catch (NoSuchSslBundleException ex) {
			return new Misconfigured("The SSL bundle for the identity provider is not defined.",
					"Define it under spring.ssl.bundle, or correct members.jwt.ssl-bundle.");
		}
	}

	private HttpComponentsClientHttpRequestFactory requestFactory(URI target) {
		HttpClientSettings settings = HttpClientSettings.defaults()
			.withRedirects(HttpRedirects.DONT_FOLLOW)
			.withCookieHandling(HttpCookieHandling.DISABLE)
			.withTimeouts(TIMEOUT, TIMEOUT);
		SslBundle bundle = this.sslBundle.get();
		return ClientHttpRequestFactoryBuilder.httpComponents()
			.withHttpClientCustomizer(HttpClientBuilder::disableAutomaticRetries)
			.withHttpClientCustomizer((builder) -> builder.setUserAgent("sentry-member-proxy"))
			.withHttpClientCustomizer((builder) -> this.proxy.configure(builder, target))
			.build((bundle != null) ? settings.withSslBundle(bundle) : settings);
	}

	private KeySetFetch fetchMetadataAndKeys() throws Exception {
		Response metadata = new Response(HttpStatus.NOT_FOUND, "");
		for (URI address : this.issuer.metadata()) {
			if (metadata.isNotThere()) {
				metadata = get(address);
			}
		}
		if (!metadata.isOk()) {
			return metadata.failure("discovery document");
		}
		Map<String, Object> document = metadata.json();
		if (document == null) {
			return new Misconfigured("The discovery document of the identity provider is not JSON.", ISSUER_REMEDY);
		}
		if (!this.issuer.value().equals(document.get("issuer"))) {
			return new Misconfigured("The discovery document is for another issuer than members.jwt.issuer.",
					"Set members.jwt.issuer to the issuer of the discovery document, letter by letter.");
		}
		URI keySet = uri(document.get("jwks_uri"));
		if (keySet == null) {
			return new Misconfigured("The discovery document has no usable jwks_uri.",
					"Correct the address of the key set at the identity provider.");
		}
		if (!this.issuer.permits(keySet)) {
			return new Misconfigured("The address of the key set (jwks_uri) is not https.",
					"Correct the address at the identity provider. An identity provider behind a proxy needs to know its"
							+ " public address.");
		}
		return read(get(keySet));
	}

	private static KeySetFetch read(Response response) {
		if (!response.isOk()) {
			return response.failure("key set");
		}
		Map<String, Object>[] keys = keys(response);
		if (keys == null) {
			return new Misconfigured("The key set of the identity provider is not a JSON Web Key Set.",
					"Check the jwks_uri of the identity provider, and what is between it and this service.");
		}
		List<JWK> usable = new ArrayList<>();
		for (Map<String, Object> key : keys) {
			JWK parsed = parse(key);
			if (parsed != null && isUsable(parsed)) {
				usable.add(parsed.toPublicJWK());
			}
		}
		return usable.isEmpty() ? new NoUsableKey() : new Fetched(new JWKSet(usable));
	}

	private static Map<String, Object> @Nullable [] keys(Response response) {
		Map<String, Object> document = response.json();
		try {
			return (document != null) ? JSONObjectUtils.getJSONObjectArray(document, "keys") : null;
		}
		catch (ParseException ex) {
			return null;
		}
	}

	/** A key that cannot be read is ignored (RFC 7517 section 5). */
	private static @Nullable JWK parse(@Nullable Map<String, Object> key) {
		try {
			return (key != null) ? JWK.parse(key) : null;
		}
		catch (ParseException | IllegalArgumentException ex) {
			return null;
		}
	}

	private static boolean isUsable(JWK key) {
		boolean verifies = KeyType.RSA.equals(key.getKeyType())
				|| (key instanceof ECKey ec && CURVES.contains(ec.getCurve()));
		Algorithm algorithm = key.getAlgorithm();
		return verifies && (key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse()))
				&& (key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY))
				&& (algorithm == null || JwtVerifier.ALGORITHMS.stream().anyMatch(algorithm::equals));
	}

	private static @Nullable URI uri(@Nullable Object text) {
		try {
			return (text instanceof String address) ? URI.create(address) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private Response get(URI address) throws Exception {
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
		finally {
			factory.destroy();
		}
	}

	/** One that is too large counts as empty, which is no JSON. */
	private static String read(InputStream body) throws IOException {
		byte[] bytes = body.readNBytes(MAX_BYTES + 1);
		return (bytes.length <= MAX_BYTES) ? new String(bytes, StandardCharsets.UTF_8) : "";
	}

	private Unreachable unreachable(ResourceAccessException ex) {
		Throwable cause = (ex.getCause() instanceof IOException io) ? io : ex;
		return switch (cause) {
			case UnknownHostException _ ->
				new Unreachable("The host name of the identity provider cannot be resolved.", NETWORK_REMEDY);
			case SocketTimeoutException _ -> new Unreachable(
					"The identity provider did not respond within " + TIMEOUT.toSeconds() + " s.", NETWORK_REMEDY);
			case SSLException _ -> new Unreachable("No TLS connection to the identity provider could be made.",
					"Check its certificate. For a private CA, set members.jwt.ssl-bundle.");
			case ProxyRefusedException refused -> new Unreachable(String.valueOf(refused.getMessage()),
					"Check the proxy, and the properties members.proxy.*.");
			default -> new Unreachable("No connection to the identity provider could be made ("
					+ cause.getClass().getSimpleName() + ")." + this.proxy.hint(), NETWORK_REMEDY);
		};
	}

	private record Response(HttpStatusCode status, String body) {

		boolean isOk() {
			return this.status.value() == HttpStatus.OK.value();
		}

		/** Some providers refuse what they do not have with another status than 404. */
		boolean isNotThere() {
			return this.status.is4xxClientError() && !isDisturbed();
		}

		private boolean isDisturbed() {
			return this.status.is5xxServerError() || this.status.value() == HttpStatus.TOO_MANY_REQUESTS.value()
					|| this.status.value() == HttpStatus.REQUEST_TIMEOUT.value();
		}

		KeySetFetch.Failure failure(String what) {
			String cause = "The identity provider responds with status " + this.status.value() + " where its " + what
					+ " should be.";
			return isDisturbed() ? new Unreachable(cause, NETWORK_REMEDY) : new Misconfigured(cause, ISSUER_REMEDY);
		}

		/** Null if it is no JSON object. */
		@Nullable Map<String, Object> json() {
			try {
				return JSONObjectUtils.parse(this.body);
			}
			catch (ParseException ex) {
				return null;
			}
		}

	}

}
