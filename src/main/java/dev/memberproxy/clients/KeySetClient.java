package dev.memberproxy.clients;

import java.net.URI;
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

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.memberproxy.clients.DocumentClient.Response;
import dev.memberproxy.core.OutboundProxy;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.NestedExceptionUtils;

/**
 * Fetches the keys of the identity provider: first its metadata, then the key set that
 * these name.
 */
final class KeySetClient {

	static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

	static final String ISSUER_REMEDY = "Check members.jwt.issuer, and what is between the identity provider and"
			+ " this service.";

	private static final Set<Curve> CURVES = Set.of(Curve.P_256, Curve.P_384, Curve.P_521);

	private final Issuer issuer;

	private final DocumentClient documents;

	private final Duration timeout;

	/**
	 * @param sslBundle the certificates to trust; read at each request
	 * @param timeout for a connection and for each read; a fetch as a whole may take
	 * twice as long, name resolution and slow responses included
	 */
	KeySetClient(Issuer issuer, Supplier<@Nullable SslBundle> sslBundle, OutboundProxy proxy, Duration timeout) {
		this.issuer = issuer;
		this.documents = new DocumentClient(sslBundle, proxy, timeout);
		this.timeout = timeout;
	}

	Duration timeout() {
		return this.timeout;
	}

	/**
	 * Fetches the keys that can verify signatures.
	 * @return the keys; none if the key set has no usable key
	 */
	JWKSet fetch() throws IdentityProviderException, InterruptedException {
		FutureTask<JWKSet> fetch = new FutureTask<>(this::fetchWithoutLimit);
		// The interruption of a virtual thread closes its socket.
		Thread.ofVirtual().name("identity-provider").start(fetch);
		Duration limit = this.timeout.multipliedBy(2);
		try {
			return fetch.get(limit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			throw IdentityProviderException
				.unreachable("The identity provider did not respond within " + limit.toSeconds() + " s.");
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof IdentityProviderException known) ? known
					: IdentityProviderException.unreachable("The keys of the identity provider could not be fetched ("
							+ NestedExceptionUtils.getMostSpecificCause(ex).getClass().getSimpleName() + ").");
		}
		finally {
			fetch.cancel(true);
		}
	}

	private JWKSet fetchWithoutLimit() throws Exception {
		Map<String, Object> metadata = metadata().json();
		if (metadata == null) {
			throw IdentityProviderException
				.misconfigured("The discovery document of the identity provider is not JSON.", ISSUER_REMEDY);
		}
		if (!this.issuer.value().equals(metadata.get("issuer"))) {
			throw IdentityProviderException.misconfigured(
					"The discovery document is for another issuer than members.jwt.issuer.",
					"Set members.jwt.issuer to exactly the issuer of the discovery document.");
		}
		URI keySet = uri(metadata.get("jwks_uri"));
		if (keySet == null) {
			throw IdentityProviderException.misconfigured("The discovery document has no usable jwks_uri.",
					"Correct the address of the key set at the identity provider.");
		}
		if (!this.issuer.permits(keySet)) {
			throw IdentityProviderException.misconfigured("The address of the key set (jwks_uri) is not https.",
					"Correct the address at the identity provider. An identity provider behind a proxy needs to know its"
							+ " public address.");
		}
		return usableKeys(this.documents.get(keySet));
	}

	private Response metadata() throws Exception {
		List<URI> addresses = this.issuer.metadata();
		Response response = this.documents.get(addresses.getFirst());
		for (URI address : addresses.subList(1, addresses.size())) {
			if (response.isMissing()) {
				response = this.documents.get(address);
			}
		}
		if (!response.isOk()) {
			throw response.toException("discovery document");
		}
		return response;
	}

	private static JWKSet usableKeys(Response response) throws IdentityProviderException {
		if (!response.isOk()) {
			throw response.toException("key set");
		}
		Map<String, Object>[] keys = keys(response.json());
		if (keys == null) {
			throw IdentityProviderException.misconfigured(
					"The key set of the identity provider is not a JSON Web Key Set.",
					"Check the jwks_uri of the identity provider, and what is between it and this service.");
		}
		List<JWK> usable = new ArrayList<>();
		for (Map<String, Object> key : keys) {
			JWK parsed = parse(key);
			if (parsed != null && isUsable(parsed)) {
				usable.add(parsed.toPublicJWK());
			}
		}
		return new JWKSet(usable);
	}

	private static Map<String, Object> @Nullable [] keys(@Nullable Map<String, Object> document) {
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

}
