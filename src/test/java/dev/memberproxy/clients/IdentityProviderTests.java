package dev.memberproxy.clients;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import dev.memberproxy.clients.AuthenticationProblems.TokenFault;
import dev.memberproxy.core.OutboundProxy;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * How keys are fetched and cached. Tests move the clock, except where the identity
 * provider hangs.
 */
@ExtendWith(OutputCaptureExtension.class)
class IdentityProviderTests {

	private static final RSAKey RSA = IdentityProviderServer.rsaKey("rsa");

	private static final RSAKey OTHER = IdentityProviderServer.rsaKey("other");

	private static final ECKey EC = IdentityProviderServer.ecKey("ec");

	/** For a connection and each read; a fetch as a whole may take twice as long. */
	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final IdentityProviderServer server = new IdentityProviderServer(RSA);

	private final AtomicLong millis = new AtomicLong();

	private IdentityProvider identityProvider = identityProvider(this.server.issuer());

	@AfterEach
	void stop() {
		this.server.close();
	}

	@Test
	void verifyWhenKeyIsKnownFetchesKeysOnce() {
		for (int i = 0; i < 20; i++) {
			assertAccepted(this.server.token(RSA));
		}
		assertThat(this.server.requests()).containsExactly(IdentityProviderServer.OPENID, IdentityProviderServer.KEYS);
	}

	@Test
	void verifyWhenProviderIsDownForAnHourAcceptsKnownKeys() {
		assertAccepted(this.server.token(RSA));
		this.server.fail(503);
		pass(IdentityProvider.CACHE_LIFETIME.plusSeconds(1));
		assertAccepted(this.server.token(RSA));
		// An hour of refreshes, one each minute.
		for (int minute = 0; minute < 60; minute++) {
			pass(Duration.ofMinutes(1));
			this.identityProvider.refresh();
			assertAccepted(this.server.token(RSA));
		}
	}

	@Test
	void verifyWhenProviderIsDownForFourHoursRejectsAfterwards() {
		assertAccepted(this.server.token(RSA));
		this.server.fail(503);
		pass(IdentityProvider.OUTAGE_TOLERANCE.minusSeconds(1));
		assertAccepted(this.server.token(RSA));
		pass(IdentityProvider.CACHE_LIFETIME.plusSeconds(1));
		assertUnverifiable(this.server.token(RSA), false);
		this.server.work();
		pass(IdentityProvider.MIN_INTERVAL);
		assertAccepted(this.server.token(RSA));
	}

	@Test
	void refreshWhenProviderIsDownKeepsTheCacheFresh() {
		assertAccepted(this.server.token(RSA));
		this.server.fail(503);
		for (int minute = 0; minute < 12; minute++) {
			pass(Duration.ofMinutes(1));
			this.identityProvider.refresh();
		}
		long fetches = this.server.fetches();
		assertThat(fetches).isEqualTo(13);
		assertAccepted(this.server.token(RSA));
		// The caller did not have to wait for a fetch.
		assertThat(this.server.fetches()).isEqualTo(fetches);
	}

	@Test
	void refreshWhenKeyIsWithdrawnRejectsItsTokens() {
		assertAccepted(this.server.token(RSA));
		this.server.publish(OTHER);
		pass(Duration.ofMinutes(1));
		this.identityProvider.refresh();
		assertRejected(this.server.token(RSA), TokenFault.KEY);
		assertAccepted(this.server.token(OTHER));
	}

	@Test
	void verifyWhenKeyIdIsUnknownFetchesOnceAndIsRateLimited() {
		assertAccepted(this.server.token(RSA));
		pass(IdentityProvider.MIN_INTERVAL);
		assertRejected(invented(), TokenFault.KEY);
		assertThat(this.server.fetches()).isEqualTo(2);
		for (int i = 0; i < 30; i++) {
			assertRejected(invented(), TokenFault.KEY);
		}
		// Nimbus lets two fetches through in each interval.
		assertThat(this.server.fetches()).isEqualTo(3);
		pass(IdentityProvider.MIN_INTERVAL);
		assertRejected(invented(), TokenFault.KEY);
		assertThat(this.server.fetches()).isEqualTo(4);
		assertAccepted(this.server.token(RSA));
	}

	@Test
	void verifyWhenFirstTokenHasUnknownKeyFetchesOnce() {
		assertRejected(invented(), TokenFault.KEY);
		assertThat(this.server.fetches()).isEqualTo(1);
	}

	@Test
	void verifyWhenTokenIsNewerThanKeysIsUnverifiable() {
		assertAccepted(this.server.token(RSA));
		assertRejected(invented(), TokenFault.KEY);
		this.server.publish(RSA, EC);
		String fresh = this.server.token(EC, (claims) -> claims.issueTime(Date.from(Instant.now())));
		assertUnverifiable(fresh, false);
		assertRejected(invented(), TokenFault.KEY);
		pass(IdentityProvider.MIN_INTERVAL);
		assertAccepted(fresh);
	}

	@Test
	void verifyWhenKeysChangeFromRsaToEcAndBackAcceptsBoth() {
		assertAccepted(this.server.token(RSA));
		this.server.publish(EC);
		assertAccepted(this.server.token(EC));
		pass(IdentityProvider.MIN_INTERVAL);
		this.server.publish(OTHER);
		assertAccepted(this.server.token(OTHER));
		assertRejected(this.server.token(EC), TokenFault.KEY);
	}

	@Test
	void verifyWhenClaimsAreInvalidFetchesNoKeys() {
		assertAccepted(this.server.token(RSA));
		for (int i = 0; i < 10; i++) {
			assertRejected(this.server.token(OTHER, (claims) -> claims.issuer("https://other.example.com")),
					TokenFault.ISSUER);
			assertRejected(this.server.token(OTHER, (claims) -> claims.expirationTime(Date.from(Instant.EPOCH))),
					TokenFault.EXPIRY);
			assertRejected(this.server.token(OTHER, (claims) -> claims.claim("azp", "nobody")), TokenFault.CLIENT);
		}
		assertThat(this.server.fetches()).isEqualTo(1);
	}

	@Test
	void verifyWhenProviderIsDownAndKeyIsUnknownIsUnverifiable() {
		assertAccepted(this.server.token(RSA));
		this.server.fail(503);
		assertUnverifiable(this.server.token(EC), false);
		assertUnverifiable(this.server.token(EC), false);
		assertThat(this.server.fetches()).isEqualTo(2);
		assertAccepted(this.server.token(RSA));
	}

	@Test
	void verifyWhenProviderHangsDelaysFewByOneTimeout() throws Exception {
		this.server.hang();
		List<Duration> waits = verifyAtOnce(20, this.server.token(RSA));
		assertThat(waits).allMatch((wait) -> wait.compareTo(TIMEOUT.multipliedBy(3)) < 0)
			.satisfies((all) -> assertThat(all.stream().filter((wait) -> wait.compareTo(TIMEOUT.plusMillis(500)) > 0))
				.hasSizeLessThan(3));
		// The second of the two fetches in an interval, at the most.
		assertUnverifiable(this.server.token(RSA), false);
		assertThat(verifyAtOnce(20, this.server.token(RSA))).allMatch((wait) -> wait.compareTo(TIMEOUT) < 0);
		assertThat(this.server.fetches()).isEqualTo(2);
	}

	@Test
	void verifyWhenProviderHangsAndKeyIsKnownDoesNotWait() throws Exception {
		assertAccepted(this.server.token(RSA));
		pass(Duration.ofMinutes(4));
		this.server.drip();
		try (ExecutorService check = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<?> refresh = check.submit(this.identityProvider::refresh);
			while (this.server.fetches() < 2) {
				Thread.onSpinWait();
			}
			assertThat(verifyAtOnce(20, this.server.token(RSA))).allMatch((wait) -> wait.compareTo(TIMEOUT) < 0);
			assertThat(refresh).isNotDone();
			long start = System.nanoTime();
			refresh.get();
			// A response that never ends is given up as well.
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.multipliedBy(3));
		}
		assertThat(this.identityProvider.findFailure()).get()
			.extracting(IdentityProviderException::description)
			.isEqualTo("The identity provider did not respond within 2 s.");
		pass(Duration.ofMinutes(4));
		assertAccepted(this.server.token(RSA));
		assertThat(this.server.fetches()).isEqualTo(2);
	}

	@Test
	void refreshWhenInterruptedReportsNoFailure() throws Exception {
		this.server.hang();
		Thread refresh = Thread.ofVirtual().start(this.identityProvider::refresh);
		Awaitility.await().until(() -> this.server.fetches() == 1);
		refresh.interrupt();
		assertThat(refresh.join(Duration.ofMillis(500))).isTrue();
		assertThat(this.identityProvider.findFailure()).isEmpty();
		assertThat(health().getStatus()).isEqualTo(Status.UNKNOWN);
	}

	@ParameterizedTest
	@CsvSource({ "/realms/staff,/realms/staff/.well-known/openid-configuration",
			"/realms/staff/,/realms/staff/.well-known/openid-configuration", "/,/.well-known/openid-configuration",
			"/oauth2/default,/.well-known/oauth-authorization-server/oauth2/default",
			"/oauth2/default/,/.well-known/oauth-authorization-server/oauth2/default",
			"'',/.well-known/oauth-authorization-server" })
	void fetchWhenMetadataIsAtAStandardPathFindsKeys(String path, String metadata) {
		this.server.serve(metadata, this.server.address() + path);
		this.identityProvider = identityProvider(this.server.issuer());
		assertAccepted(this.server.token(RSA));
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403, 404, 405, 406, 410 })
	void fetchWhenProviderHasNoMetadataIsMisconfigured(int status, CapturedOutput output) {
		this.server.fail(status);
		assertUnverifiable(this.server.token(RSA), true);
		assertThat(this.server.requests()).containsExactly(IdentityProviderServer.OPENID, IdentityProviderServer.OAUTH);
		assertThat(output.getAll()).contains("ERROR", "The identity provider cannot be used: The identity provider"
				+ " responds with status " + status + " where its discovery document should be.");
	}

	@ParameterizedTest
	@ValueSource(ints = { 408, 429, 500, 502, 503 })
	void fetchWhenProviderFailsIsUnreachable(int status, CapturedOutput output) {
		this.server.fail(status);
		assertUnverifiable(this.server.token(RSA), false);
		assertThat(output.getAll()).contains("WARN", "The identity provider cannot be reached");
	}

	@Test
	void fetchWhenProviderRedirectsDoesNotFollow() {
		try (IdentityProviderServer other = new IdentityProviderServer(RSA)) {
			this.server.redirect(other.address() + IdentityProviderServer.OPENID);
			assertUnverifiable(this.server.token(RSA), true);
			assertThat(other.requests()).isEmpty();
		}
	}

	static Stream<Arguments> metadata() {
		return Stream.of(arguments("<html>Sign in</html>", "is not JSON"), arguments("null", "is not JSON"),
				arguments("[5]", "is not JSON"), arguments("", "is not JSON"), arguments("{}", "another issuer"),
				arguments("{\"issuer\":\"https://other.example.com\",\"jwks_uri\":\"ADDRESS/keys\"}", "another issuer"),
				arguments("{\"issuer\":\"ADDRESS/\",\"jwks_uri\":\"ADDRESS/keys\"}", "another issuer"),
				arguments("{\"issuer\":[\"ADDRESS\"],\"jwks_uri\":\"ADDRESS/keys\"}", "another issuer"),
				arguments("{\"issuer\":\"ADDRESS\"}", "no usable jwks_uri"),
				arguments("{\"issuer\":\"ADDRESS\",\"jwks_uri\":5}", "no usable jwks_uri"),
				arguments("{\"issuer\":\"ADDRESS\",\"jwks_uri\":\"a b\"}", "no usable jwks_uri"),
				arguments("{\"issuer\":\"ADDRESS\",\"jwks_uri\":\"file:///etc/passwd\"}", "is not https"),
				arguments("{\"issuer\":\"ADDRESS\",\"jwks_uri\":\"/keys\"}", "is not https"),
				arguments("{\"issuer\":\"ADDRESS\",\"jwks_uri\":\"http://id.example.com/keys\"}", "is not https"),
				arguments("{\"issuer\":\"ADDRESS\",\"jwks_uri\":\"ADDRESS/nowhere\"}", "status 404"),
				arguments("{\"issuer\":\"ADDRESS\",\"a\":\"" + "a".repeat(1024 * 1024) + "\"}", "is not JSON"));
	}

	@ParameterizedTest
	@MethodSource("metadata")
	void fetchWhenMetadataIsInvalidReportsCause(String metadata, String cause) {
		this.server.describe(metadata.replace("ADDRESS", this.server.address()));
		assertUnverifiable(this.server.token(RSA), true);
		assertThat(this.identityProvider.findFailure()).get()
			.extracting(IdentityProviderException::description)
			.asString()
			.contains(cause)
			.doesNotContain("127.0.0.1", "example.com");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "[]", "{}", "{\"keys\":5}", "{\"keys\":[5]}", "<html>" })
	void fetchWhenKeySetIsInvalidIsMisconfigured(String keySet) {
		this.server.publish(keySet);
		assertUnverifiable(this.server.token(RSA), true);
	}

	static Stream<Arguments> unusable() {
		return Stream.of(arguments("{\"keys\":[]}"), arguments("{\"keys\":[null,{}]}"),
				arguments("{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\",\"kid\":\"rsa\"}]}"),
				arguments("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"rsa\","
						+ "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"),
				arguments("{\"keys\":[{\"kty\":\"post-quantum\",\"kid\":\"rsa\"}]}"),
				arguments("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"rsa\"}]}"), arguments("{\"keys\":["
						+ new RSAKey.Builder(RSA.toPublicJWK()).keyUse(KeyUse.ENCRYPTION).build() + "]}"));
	}

	@ParameterizedTest
	@MethodSource("unusable")
	void fetchWhenKeySetHasNoUsableKeyLogsOnceAndIsRateLimited(String keySet, CapturedOutput output) {
		this.server.publish(keySet);
		for (int i = 0; i < 30; i++) {
			assertUnverifiable(this.server.token(RSA), true);
		}
		assertThat(this.server.fetches()).isEqualTo(2);
		assertThat(output.getAll()).containsOnlyOnce("ERROR")
			.containsOnlyOnce("The identity provider cannot be used: The key set of the identity provider has no"
					+ " usable signature key.");
		assertThat(health().getStatus()).isEqualTo(Status.DOWN);
	}

	@Test
	void fetchWhenOneKeyCannotBeReadUsesTheOthers() {
		this.server.publish("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"!\"},{\"kty\":\"new\"},"
				+ RSA.toPublicJWK() + "]}");
		assertAccepted(this.server.token(RSA));
		assertThat(health().getDetails()).containsEntry("keys", 1);
	}

	@Test
	void fetchWhenAllKeysAreWithdrawnDropsThem() {
		assertAccepted(this.server.token(RSA));
		this.server.publish();
		pass(Duration.ofMinutes(1));
		this.identityProvider.refresh();
		assertUnverifiable(this.server.token(RSA), true);
		// And an outage does not bring them back.
		this.server.fail(503);
		pass(Duration.ofMinutes(1));
		this.identityProvider.refresh();
		assertUnverifiable(this.server.token(RSA), false);
		assertThat(health().getStatus()).isEqualTo(Status.DOWN);
	}

	@Test
	void fetchWhenMetadataDisappearsKeepsKeysAndLogsOnce(CapturedOutput output) {
		assertAccepted(this.server.token(RSA));
		this.server.fail(404);
		for (int minute = 0; minute < 10; minute++) {
			pass(Duration.ofMinutes(1));
			this.identityProvider.refresh();
		}
		assertAccepted(this.server.token(RSA));
		assertUnverifiable(this.server.token(EC), true);
		assertThat(health().getStatus()).isEqualTo(Status.UP);
		assertThat(health().getDetails()).containsKeys("cause", "remedy").containsEntry("reachable", true);
		this.server.work();
		pass(Duration.ofMinutes(1));
		this.identityProvider.refresh();
		pass(Duration.ofMinutes(1));
		this.identityProvider.refresh();
		assertThat(output.getAll().lines().filter((line) -> line.contains("ERROR"))).hasSize(1);
		// At the start, and when it was over.
		assertThat(output.getAll().lines().filter((line) -> line.contains("The identity provider responds: 1 keys")))
			.hasSize(2);
	}

	@Test
	void healthWhenProviderFailsAndRecoversFollows() {
		assertThat(health().getStatus()).isEqualTo(Status.UNKNOWN);
		this.server.fail(500);
		this.identityProvider.refresh();
		assertThat(health().getStatus()).isEqualTo(Status.DOWN);
		assertThat(health().getDetails()).isEqualTo(Map.of("keys", 0, "reachable", false, "cause",
				"The identity provider responds with status 500 where its discovery document should be.", "remedy",
				"Check the identity provider, and the network between it and this service."));
		this.server.work();
		pass(Duration.ofMinutes(1));
		this.identityProvider.refresh();
		assertThat(health().getStatus()).isEqualTo(Status.UP);
		assertThat(health().getDetails()).isEqualTo(Map.of("keys", 1, "ageSeconds", 0L, "reachable", true));
		this.server.fail(500);
		pass(Duration.ofMinutes(20));
		this.identityProvider.refresh();
		assertThat(health().getStatus()).isEqualTo(Status.UP);
		assertThat(health().getDetails()).containsEntry("ageSeconds", 1200L).containsEntry("reachable", false);
		pass(IdentityProvider.OUTAGE_TOLERANCE);
		assertThat(health().getStatus()).isEqualTo(Status.DOWN);
		assertThat(health().getDetails()).containsEntry("keys", 0).doesNotContainKey("ageSeconds");
	}

	@Test
	void refreshWhenProviderIsDownWarnsOnceForEachCause(CapturedOutput output) {
		this.server.fail(503);
		for (int minute = 0; minute < 5; minute++) {
			this.identityProvider.refresh();
			pass(Duration.ofMinutes(1));
		}
		this.server.close();
		for (int minute = 0; minute < 5; minute++) {
			this.identityProvider.refresh();
			pass(Duration.ofMinutes(1));
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("WARN"))).hasSize(2)
			.noneMatch((line) -> line.contains("127.0.0.1"));
	}

	private void pass(Duration duration) {
		this.millis.addAndGet(duration.toMillis());
	}

	private Health health() {
		return this.identityProvider.health();
	}

	private IdentityProvider identityProvider(String issuer) {
		return new IdentityProvider(
				new KeySetClient(new Issuer(issuer, false), () -> null, OutboundProxy.ofJvm(), TIMEOUT),
				this.millis::get);
	}

	/** Issued long before the keys were fetched. */
	private String invented() {
		return this.server.token(new RSAKey.Builder(OTHER).keyID("invented").build(),
				(claims) -> claims.issueTime(Date.from(Instant.now().minusSeconds(3600))));
	}

	private List<Duration> verifyAtOnce(int callers, String token) throws Exception {
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			Callable<Duration> call = () -> {
				long start = System.nanoTime();
				try {
					verify(token);
				}
				catch (ProblemException ex) {
					// Only the time counts.
				}
				return Duration.ofNanos(System.nanoTime() - start);
			};
			return threads.invokeAll(Stream.generate(() -> call).limit(callers).toList())
				.stream()
				.map(Future::resultNow)
				.toList();
		}
	}

	private Client verify(String token) {
		String issuer = this.server.issuer();
		Client bot = new Client("bot", new Policy(Set.of(), Set.of(), Set.of(), List.of()), null);
		return new JwtVerifier(issuer,
				new AccessProperties.Jwt(issuer, List.of("sentry-member-proxy"), "azp", null, false),
				this.identityProvider, new Clients(Map.of(), Map.of("bot", bot)), Clock.systemUTC())
			.verify(token);
	}

	private void assertAccepted(String token) {
		assertThat(verify(token).name()).isEqualTo("bot");
	}

	private void assertRejected(String token, TokenFault fault) {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> verify(token))
			.withMessage(AuthenticationProblems.invalid(fault).getMessage());
	}

	private void assertUnverifiable(String token, boolean misconfigured) {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> verify(token))
			.extracting((ex) -> ex.getProblem().type())
			.isEqualTo(misconfigured ? ProblemType.IDENTITY_PROVIDER_MISCONFIGURED
					: ProblemType.IDENTITY_PROVIDER_UNAVAILABLE);
	}

}
