package dev.memberproxy.clients;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import dev.memberproxy.core.OutboundProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Clients with tokens of an identity provider, beside clients with keys. */
@WireTests
@ExtendWith(OutputCaptureExtension.class)
class JwtAccessTests {

	private static final String KEY = "smp_portal-key";

	private static final RSAKey RSA = IdentityProviderServer.rsaKey("one");

	/** Another key with the same id. */
	private static final RSAKey FORGED = IdentityProviderServer.rsaKey("one");

	private static final ECKey EC = IdentityProviderServer.ecKey("two");

	private static final String SECRET = "do-not-log-this";

	private static final AtomicLong millis = new AtomicLong();

	private static IdentityProviderServer server;

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	/** With a clock that tests move. */
	@TestBean
	IdentityProvider identityProvider;

	static IdentityProvider identityProvider() {
		return new IdentityProvider(new KeySetClient(new Issuer(server.issuer(), false), () -> null,
				OutboundProxy.ofJvm(), KeySetClient.DEFAULT_TIMEOUT), millis::get);
	}

	@BeforeAll
	static void start() {
		if (server == null) {
			server = new IdentityProviderServer(RSA);
		}
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@DynamicPropertySource
	static void clients(DynamicPropertyRegistry registry) {
		start();
		registry.add("members.access", () -> "clients");
		registry.add("members.clients.portal.key-sha256", () -> KeyDigests.hex(KEY));
		registry.add("members.clients.bot.roles", () -> "member");
		registry.add("members.clients.okta.jwt-client-ids", () -> "0oa2Hl7cPzQ3xyZAb5d7");
		registry.add("members.clients.auth0.jwt-client-ids", () -> "kVx_9-QpLmN2rStUvWxYz0AbCdEfGhIj@clients");
		registry.add("members.clients.google.jwt-client-ids",
				() -> "117293847561029384756, 32555940559.apps.googleusercontent.com");
		registry.add("members.clients.entra.jwt-client-ids",
				() -> "6E74172B-be56-4843-9ff4-e66a39bb12e3,api://6e74172b-be56-4843-9ff4-e66a39bb12e3");
		registry.add("members.clients.keycloak.jwt-client-ids", () -> "HR.Onboarding_App:prod@acme/eu");
		registry.add("members.jwt.issuer", server::issuer);
		registry.add("members.jwt.audience", () -> "another-service, , sentry-member-proxy");
	}

	@BeforeEach
	void reset() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		server.work();
		server.describe(server.issuer(), server.address() + IdentityProviderServer.KEYS);
		server.publish(RSA);
		refresh();
	}

	@Test
	void createWhenTokenIsGoodPassesAsItsClient() {
		assertThat(create(server.token(RSA), "member").statusCode()).isEqualTo(201);
		assertThat(create(server.token(RSA), "manager").statusCode()).isEqualTo(403);
	}

	@Test
	void createWhenKeyIsGoodPassesBesideTokens() {
		assertThat(create(KEY, "member").statusCode()).isEqualTo(201);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0oa2Hl7cPzQ3xyZAb5d7", "kVx_9-QpLmN2rStUvWxYz0AbCdEfGhIj@clients",
			"117293847561029384756", "32555940559.apps.googleusercontent.com", "6E74172B-be56-4843-9ff4-e66a39bb12e3",
			"api://6e74172b-be56-4843-9ff4-e66a39bb12e3", "HR.Onboarding_App:prod@acme/eu" })
	void createWhenIdIsOfAKnownProviderPasses(String id) {
		assertThat(create(server.token(RSA, (claims) -> claims.claim("azp", id)), "member").statusCode())
			.isEqualTo(201);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0OA2HL7CPZQ3XYZAB5D7", "okta", "HR.Onboarding_App:prod@acme/eu ", "Bot", "bot " })
	void createWhenIdDiffersInALetterIsRejected(String id, CapturedOutput output) {
		assertRefused(server.token(RSA, (claims) -> claims.claim("azp", id)), "unknown client", output);
	}

	static Stream<Arguments> good() {
		return Stream.of(good((claims) -> claims.audience(List.of("elsewhere", "sentry-member-proxy"))),
				good((claims) -> claims.audience(List.of("another-service"))),
				good((claims) -> claims.expirationTime(in(-50))), good((claims) -> claims.notBeforeTime(in(50))),
				good((claims) -> claims.notBeforeTime(in(-50))), good((claims) -> claims.issueTime(in(50))),
				good((claims) -> claims.subject(null)));
	}

	private static Arguments good(Consumer<JWTClaimsSet.Builder> change) {
		return arguments(change);
	}

	@ParameterizedTest
	@MethodSource("good")
	void createWhenClaimsAreWithinTheLimitsPasses(Consumer<JWTClaimsSet.Builder> change) {
		assertThat(create(server.token(RSA, change), "member").statusCode()).isEqualTo(201);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt",
			"application/jwt" })
	void createWhenTypeIsOfAnAccessTokenPasses(String type) {
		assertThat(create(typed(type), "member").statusCode()).isEqualTo(201);
	}

	@ParameterizedTest
	@ValueSource(strings = { "dpop+jwt", "logout+jwt", "secevent+jwt", "JOSE", "at", "x" })
	void createWhenTypeIsNotOfAnAccessTokenIsRejected(String type, CapturedOutput output) {
		assertRefused(typed(type), "type", output);
	}

	private static String typed(String type) {
		return server.token(RSA, (_) -> {
		}, (header) -> header.type((type != null) ? new JOSEObjectType(type) : null));
	}

	static Stream<Arguments> faults() {
		return Stream.of(fault("issuer", (claims) -> claims.issuer("https://evil.example")),
				fault("issuer", (claims) -> claims.issuer(null)),
				fault("issuer", (claims) -> claims.issuer(server.issuer() + "/")),
				fault("audience", (claims) -> claims.audience(SECRET)),
				fault("audience", (claims) -> claims.audience((String) null)),
				fault("audience", (claims) -> claims.audience(List.of())),
				fault("audience", (claims) -> claims.audience("")),
				fault("expiry", (claims) -> claims.expirationTime(in(-61))),
				fault("expiry", (claims) -> claims.expirationTime(null)),
				fault("not yet valid", (claims) -> claims.notBeforeTime(in(65))),
				fault("unknown client", (claims) -> claims.claim("azp", SECRET)),
				fault("unknown client", (claims) -> claims.claim("azp", null)),
				fault("unknown client", (claims) -> claims.claim("azp", null).subject("bot")),
				fault("unknown client", (claims) -> claims.claim("azp", 5)),
				fault("unknown client", (claims) -> claims.claim("azp", List.of("bot"))),
				fault("certificate", (claims) -> claims.claim("cnf", Map.of("x5t#S256", "AAAA"))),
				fault("malformed", (claims) -> claims.claim("exp", "soon")),
				fault("malformed", (claims) -> claims.claim("nbf", "soon")));
	}

	private static Arguments fault(String reason, Consumer<JWTClaimsSet.Builder> change) {
		return arguments(reason, change);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("faults")
	void createWhenClaimIsFaultyNamesTheCheckInTheLog(String reason, Consumer<JWTClaimsSet.Builder> change,
			CapturedOutput output) {
		assertRefused(server.token(RSA, change), reason, output);
	}

	static Stream<Arguments> unsigned() throws JOSEException {
		String good = server.token(RSA);
		String[] parts = good.split("\\.", -1);
		SignedJWT hmac = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(),
				server.claims().build());
		// The public key taken for a secret.
		hmac.sign(new MACSigner(RSA.toRSAPublicKey().getEncoded()));
		return Stream.of(arguments("signature", server.token(FORGED)),
				arguments("signature", good.substring(0, good.length() - 8) + "AAAAAAAA"),
				arguments("signature",
						parts[0] + "." + server.token(RSA, (claims) -> claims.claim("a", "b")).split("\\.", -1)[1] + "."
								+ parts[2]),
				arguments("signature", server.token(EC)), arguments("signature", parts[0] + "." + parts[1] + ".AA"),
				arguments("algorithm", hmac.serialize()),
				arguments("algorithm", new PlainJWT(server.claims().build()).serialize()),
				arguments("malformed", "a." + SECRET + ".c"), arguments("malformed", ".."),
				arguments("malformed", parts[0] + ".e30." + parts[2]),
				arguments("malformed", parts[0] + "." + parts[1] + "."),
				arguments("malformed", parts[0] + ".bm90IGpzb24." + parts[2]));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("unsigned")
	void createWhenSignatureIsWrongNamesTheCheckInTheLog(String reason, String token, CapturedOutput output) {
		assertRefused(token, reason, output);
	}

	@Test
	void createWhenCredentialIsNotATokenLogsIt(CapturedOutput output) {
		JsonNode problem = Expect.problem(create(SECRET, "member"), 401, "unauthenticated");
		assertThat(linesOf(problem, output)).anyMatch((line) -> line.contains("neither a client's key nor a signed"));
		assertThat(output.getAll()).doesNotContain(SECRET);
	}

	@Test
	void createWhenKeysChangeFromRsaToEcPassesWithoutRestart() {
		assertThat(create(server.token(RSA), "member").statusCode()).isEqualTo(201);
		server.publish(EC);
		assertThat(create(server.token(EC), "member").statusCode()).isEqualTo(201);
	}

	@Test
	void createWhenProviderIsDownAcceptsKnownKeysOnly(CapturedOutput output) {
		server.fail(503);
		refresh();
		assertThat(create(server.token(RSA), "member").statusCode()).isEqualTo(201);
		HttpResponse<String> response = create(server.token(EC), "member");
		JsonNode problem = Expect.problem(response, 503, "identity-provider-unavailable");
		assertThat(problem.path("retryable").booleanValue()).isTrue();
		assertThat(problem.path("outcome").stringValue()).isEqualTo("not_applied");
		assertThat(response.headers().firstValue("Retry-After")).contains("30");
		assertThat(SentryStubs.posts()).isEqualTo(1);
		assertThat(linesOf(problem, output)).anyMatch((line) -> line.contains("ERROR") && line.contains("status 503"));
		assertThat(health().path("status").stringValue()).isEqualTo("UP");
		assertThat(health().at("/details/reachable").booleanValue()).isFalse();
	}

	@Test
	void createWhenProviderHasNoUsableKeyIsMisconfigured(CapturedOutput output) {
		server.publish();
		refresh();
		HttpResponse<String> response = create(server.token(RSA), "member");
		JsonNode problem = Expect.problem(response, 502, "identity-provider-misconfigured");
		assertThat(problem.path("retryable").booleanValue()).isFalse();
		assertThat(problem.path("outcome").stringValue()).isEqualTo("not_applied");
		assertThat(response.headers().firstValue("Retry-After")).isEmpty();
		assertThat(SentryStubs.posts()).isZero();
		assertThat(linesOf(problem, output)).anyMatch((line) -> line.contains("no usable signature key"));
		assertThat(health().path("status").stringValue()).isEqualTo("DOWN");
		assertThat(ApiClient.get(this.managementPort, "/actuator/health/readiness").statusCode()).isEqualTo(200);
		assertThat(create(KEY, "member").statusCode()).isEqualTo(201);
	}

	@Test
	void metricsWhenKeysAreKnownHaveTheirAge() {
		millis.addAndGet(90_000);
		assertThat(ApiClient.get(this.managementPort, "/actuator/prometheus").body())
			.contains("members_identity_provider_keys_age_seconds 90.0");
		server.publish();
		refresh();
		assertThat(ApiClient.get(this.managementPort, "/actuator/prometheus").body())
			.contains("members_identity_provider_keys_age_seconds NaN");
	}

	@Test
	void healthWhenKeysAreKnownIsUpWithoutAddresses() {
		assertThat(health().path("status").stringValue()).isEqualTo("UP");
		assertThat(health().path("details").propertyNames()).containsExactlyInAnyOrder("keys", "ageSeconds",
				"reachable");
	}

	private static Date in(long seconds) {
		return Date.from(Instant.now().plusSeconds(seconds));
	}

	private void refresh() {
		millis.addAndGet(Duration.ofMinutes(1).toMillis());
		this.identityProvider.refresh();
	}

	private JsonNode health() {
		return JsonMapper.shared()
			.readTree(ApiClient.get(this.managementPort, "/actuator/health").body())
			.at("/components/identityProvider");
	}

	private void assertRefused(String token, String reason, CapturedOutput output) {
		HttpResponse<String> response = create(token, "member");
		JsonNode problem = Expect.problem(response, 401, "unauthenticated");
		assertThat(response.headers().firstValue("WWW-Authenticate"))
			.contains("Bearer realm=\"members\", error=\"invalid_token\"");
		assertThat(problem.path("detail").stringValue()).isEqualTo("The credentials are not known here.");
		assertThat(SentryStubs.posts()).isZero();
		assertThat(linesOf(problem, output).filter((line) -> line.contains("The token was refused"))).singleElement()
			.asString()
			.contains("The token was refused (" + reason + "). ");
		assertThat(output.getAll()).doesNotContain(SECRET, "evil.example");
		Stream.of(token.split("\\.", -1))
			.filter((part) -> part.length() > 3)
			.forEach((part) -> assertThat(output.getAll()).doesNotContain(part));
	}

	private static Stream<String> linesOf(JsonNode problem, CapturedOutput output) {
		String id = problem.path("requestId").stringValue();
		return output.getAll().lines().filter((line) -> line.contains(id));
	}

	private HttpResponse<String> create(String token, String role) {
		return ApiClient.send(ApiClient.request(this.port, "/members")
			.header("Authorization", "Bearer " + token)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"" + role + "\"}"))
			.build());
	}

}
