package dev.memberproxy.organizations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.matching.MatchResult;
import com.github.tomakehurst.wiremock.matching.UrlPattern;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.memberproxy.ApiClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wiremock.spring.InjectWireMock;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tokens that are replaced while the service runs. Each test has an organization of its
 * own, whose slug and token file are named as its alias.
 */
@WireTests
// Otherwise its token files would be read after they are deleted.
@DirtiesContext
@TestPropertySource(properties = { "sentry.read-timeout=10s", "sentry.deadline=20s",
		"sentry.pacing.requests-per-second=0", "sentry.pacing.max-concurrent=0", "sentry.pacing.max-wait=10s" })
class TokenRotationTests {

	private static final String CREATED = "{\"id\":\"242\"}";

	private static final String UNAUTHORIZED = "{\"detail\":\"Invalid token\"}";

	@TempDir
	private static Path directory;

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@InjectWireMock
	WireMockServer sentry;

	@DynamicPropertySource
	static void organizations(DynamicPropertyRegistry registry) throws IOException {
		for (String alias : new String[] { "load", "unchanged", "changed", "forbidden", "worse", "reconciling",
				"broken", "first", "second" }) {
			String prefix = "sentry.organizations." + alias;
			registry.add(prefix + ".base-url", () -> "${sentry.base-url}");
			registry.add(prefix + ".slug", () -> alias);
			Path file = Files.createDirectory(directory.resolve(alias)).resolve("token");
			Files.writeString(file, token(alias, 0));
			registry.add(prefix + ".token-file", file::toString);
		}
	}

	@Test
	void createWhenTokenIsRotatedUnderLoadLosesNoRequest() {
		int rotations = 5;
		int callers = 20;
		int each = 30;
		Gate gate = new Gate("load");
		stub("load", gate::accepts, SentryStubs.json(201, CREATED), WireMock::post);
		AtomicInteger done = new AtomicInteger();
		try (ExecutorService executor = Executors.newFixedThreadPool(callers)) {
			List<CompletableFuture<List<HttpResponse<String>>>> answers = IntStream.range(0, callers)
				.mapToObj(
						(caller) -> CompletableFuture.supplyAsync(() -> IntStream.range(0, each).mapToObj((number) -> {
							HttpResponse<String> response = create("load", caller + "." + number + "@example.com");
							done.incrementAndGet();
							return response;
						}).toList(), executor))
				.toList();
			for (int rotation = 1; rotation <= rotations; rotation++) {
				int due = rotation * callers * each / (rotations + 1);
				Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> done.get() >= due);
				gate.rotate();
			}
			assertThat(answers.stream().flatMap((answer) -> answer.join().stream())).hasSize(callers * each)
				.allSatisfy((response) -> assertThat(response.statusCode()).as(response.body()).isEqualTo(201));
		}
		assertThat(gate.rejections).hasPositiveValue();
		assertThat(requests("load")).hasSize(callers * each + gate.rejections.get());
		assertThat(requests("load").getLast().getHeader("Authorization")).isEqualTo(bearer("load", rotations));
	}

	@Test
	void createWhenTokenIsRejectedAndFileIsUnchangedSendsOnePost() {
		stub("unchanged", (_) -> false, SentryStubs.json(201, CREATED), WireMock::post);
		assertCredentialsRejected(create("unchanged", "ada@example.com"), 401);
		assertThat(requests("unchanged")).hasSize(1);
	}

	@Test
	void createWhenTokenIsRejectedAndFileHasChangedSendsSecondPost() {
		rejectFirstTokenAndReplaceIt("changed", WireMock::post, SentryStubs.json(201, CREATED));
		HttpResponse<String> response = create("changed", "ada@example.com");
		assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
		assertThat(response.headers().firstValue("Members-Outcome")).contains("created");
		assertThat(authorizations("changed")).containsExactly(bearer("changed", 0), bearer("changed", 1));
		assertThat(gauge("members_token_last_success_seconds", "changed")).isBetween(0.0, 60.0);
		assertThat(gauge("members_token_age_seconds", "changed")).isBetween(0.0, 60.0);
	}

	@Test
	void createWhenTokenLacksPermissionSendsOnePost() {
		rejectFirstTokenAndReplaceIt("forbidden", WireMock::post, SentryStubs.json(201, CREATED));
		this.sentry.stubFor(post(users("forbidden")).atPriority(1)
			.willReturn(SentryStubs.json(403, "{\"detail\":\"You do not have permission to perform this action.\"}")));
		assertCredentialsRejected(create("forbidden", "ada@example.com"), 403);
		assertThat(requests("forbidden")).hasSize(1);
		assertThat(gauge("members_token_last_success_seconds", "forbidden")).isNaN();
	}

	@Test
	void createWhenNewTokenIsRejectedAsWellSendsTwoPosts() {
		rejectFirstTokenAndReplaceIt("worse", WireMock::post, SentryStubs.json(401, UNAUTHORIZED));
		assertCredentialsRejected(create("worse", "ada@example.com"), 401);
		assertThat(authorizations("worse")).containsExactly(bearer("worse", 0), bearer("worse", 1));
	}

	@Test
	void reconcileWhenTokenIsRejectedAndFileHasChangedReadsAgain() {
		this.sentry
			.stubFor(post(users("reconciling")).willReturn(SentryStubs.json(500, "{\"detail\":\"Internal Error\"}")));
		rejectFirstTokenAndReplaceIt("reconciling", WireMock::get,
				SentryStubs.list(SentryStubs.user("242", "ada@example.com", "member")));
		HttpResponse<String> response = create("reconciling", "ada@example.com");
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(response.headers().firstValue("Members-Outcome")).contains("reconciled");
		assertThat(authorizations("reconciling")).containsExactly(bearer("reconciling", 0), bearer("reconciling", 0),
				bearer("reconciling", 1));
	}

	@Test
	void createWhenNewFileIsBrokenUsesOldTokenAndReportsIt() {
		this.sentry.stubFor(post(users("broken")).willReturn(SentryStubs.json(201, CREATED)));
		write("broken", token("broken", 1) + "\n" + token("broken", 2));
		Awaitility.await().until(() -> tokenDetails().has("broken"));
		assertThat(tokenDetails().path("broken").stringValue())
			.startsWith("sentry.organizations.broken.token-file names a file whose content contains blanks");
		assertThat(create("broken", "ada@example.com").statusCode()).isEqualTo(201);
		assertThat(gauge("members_token_reload_failures_total", "broken")).isPositive();
		// How health as a whole is depends on what else these organizations have met
		// with.
		assertThat(manage("/health").body()).doesNotContain(token("broken", 0), token("broken", 1),
				directory.toString());
		for (String path : new String[] { "/health/readiness", "/health/liveness", "/prometheus" }) {
			HttpResponse<String> response = manage(path);
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.body()).doesNotContain(token("broken", 0), token("broken", 1), directory.toString());
		}
		assertThat(manage("/health/readiness").body()).doesNotContain("tokens");
		assertThat(manage("/health/liveness").body()).doesNotContain("tokens");
		write("broken", token("broken", 3));
		Awaitility.await().until(() -> !tokenDetails().has("broken"));
		assertThat(create("broken", "bob@example.com").statusCode()).isEqualTo(201);
		assertThat(authorizations("broken")).containsExactly(bearer("broken", 0), bearer("broken", 3));
	}

	@Test
	void createWhenOrganizationsAreConcurrentNeverMixesUpTokens() {
		int callers = 200;
		List<String> aliases = List.of("first", "second");
		aliases.forEach((alias) -> stub(alias, (authorization) -> authorization.startsWith("Bearer sntrys_" + alias),
				SentryStubs.json(201, CREATED), WireMock::post));
		try (ExecutorService executor = Executors.newFixedThreadPool(callers)) {
			List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, callers)
				.mapToObj((caller) -> CompletableFuture
					.supplyAsync(() -> create(aliases.get(caller % 2), caller + "@example.com"), executor))
				.toList();
			aliases.forEach((alias) -> write(alias, token(alias, 1)));
			assertThat(answers.stream().map(CompletableFuture::join))
				.allSatisfy((response) -> assertThat(response.statusCode()).as(response.body()).isEqualTo(201));
		}
		for (String alias : aliases) {
			assertThat(authorizations(alias)).hasSize(callers / 2)
				.allSatisfy((authorization) -> assertThat(authorization).isIn(bearer(alias, 0), bearer(alias, 1)));
		}
	}

	/** The file changes with the rejection, so that polling cannot find it first. */
	private void rejectFirstTokenAndReplaceIt(String alias, Verb verb, ResponseDefinitionBuilder answer) {
		stub(alias, (authorization) -> {
			if (authorization.equals(bearer(alias, 0))) {
				write(alias, token(alias, 1));
				return false;
			}
			return authorization.equals(bearer(alias, 1));
		}, answer, verb);
	}

	private void stub(String alias, Predicate<String> gate, ResponseDefinitionBuilder answer, Verb verb) {
		this.sentry.stubFor(verb.to(users(alias)).atPriority(9).willReturn(SentryStubs.json(401, UNAUTHORIZED)));
		this.sentry.stubFor(verb.to(users(alias))
			.atPriority(5)
			.andMatching((request) -> MatchResult.of(gate.test(request.getHeader("Authorization"))))
			.willReturn(answer));
	}

	private HttpResponse<String> create(String alias, String address) {
		return ApiClient.post(this.port, "/organizations/" + alias + "/members", "{\"userName\":\"" + address + "\"}");
	}

	private static void assertCredentialsRejected(HttpResponse<String> response, int upstream) {
		assertThat(response.statusCode()).isEqualTo(502);
		assertThat(ApiClient.json(response).path("type").stringValue())
			.isEqualTo("/problems/sentry-credentials-refused");
		assertThat(ApiClient.json(response).path("upstream").path("status").intValue()).isEqualTo(upstream);
	}

	private List<LoggedRequest> requests(String alias) {
		return this.sentry.findAll(anyRequestedFor(users(alias)));
	}

	private List<String> authorizations(String alias) {
		return requests(alias).stream().map((request) -> request.getHeader("Authorization")).toList();
	}

	private JsonNode tokenDetails() {
		JsonNode tokens = ApiClient.json(manage("/health")).path("components").path("tokens");
		assertThat(tokens.path("status").stringValue()).isEqualTo("UP");
		return tokens.path("details");
	}

	private double gauge(String name, String alias) {
		return Stream.of(manage("/prometheus").body().split("\n"))
			.filter((line) -> line.startsWith(name + "{organization=\"" + alias + "\"}"))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.indexOf(' '))))
			.findFirst()
			.orElseThrow();
	}

	private HttpResponse<String> manage(String path) {
		return ApiClient.send(ApiClient.request(this.managementPort, "/actuator" + path).GET().build());
	}

	private static UrlPattern users(String slug) {
		return urlPathEqualTo("/api/0/organizations/" + slug + "/scim/v2/Users");
	}

	private static String token(String alias, int number) {
		return "sntrys_" + alias + "_" + number;
	}

	private static String bearer(String alias, int number) {
		return "Bearer " + token(alias, number);
	}

	private static void write(String alias, String content) {
		try {
			Path fresh = Files.writeString(directory.resolve(alias).resolve("fresh"), content);
			Files.move(fresh, fresh.resolveSibling("token"), StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A kind of request. */
	@FunctionalInterface
	interface Verb {

		MappingBuilder to(UrlPattern pattern);

	}

	/** Accepts only the newest token, from the moment that its file exists. */
	private static final class Gate {

		private final String alias;

		private final AtomicInteger rejections = new AtomicInteger();

		private int newest;

		Gate(String alias) {
			this.alias = alias;
		}

		synchronized boolean accepts(String authorization) {
			boolean good = authorization.equals(bearer(this.alias, this.newest));
			if (!good) {
				this.rejections.incrementAndGet();
			}
			return good;
		}

		synchronized void rotate() {
			this.newest++;
			write(this.alias, token(this.alias, this.newest));
		}

	}

}
