package dev.memberproxy.apidocs;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.memberproxy.ApiClient;
import dev.memberproxy.Programs;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;

/** The service behind nginx, configured as {@code docs/deployment.md} says. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "server.forward-headers-strategy=framework" })
@ActiveProfiles("demo")
class ReverseProxyTests {

	private static final String CREATE = ".opblock-post:has([data-path=\"/members\"]) ";

	private static final String RESPONSE = "document.querySelector('" + CREATE + ".live-responses-table tbody')";

	private static final Pattern SNIPPET = Pattern.compile("(?s)\n```nginx\n(.*?)```\n");

	@LocalServerPort
	int port;

	@TempDir
	Path directory;

	private Process nginx;

	private int proxyPort;

	@BeforeEach
	void start() throws Exception {
		Path program = Programs.require("nginx");
		try (ServerSocket socket = new ServerSocket(0)) {
			this.proxyPort = socket.getLocalPort();
		}
		Matcher snippet = SNIPPET.matcher(Files.readString(Path.of("docs", "deployment.md")));
		assertThat(snippet.find()).isTrue();
		assertThat(snippet.group(1)).containsOnlyOnce("http://127.0.0.1:8080/");
		Path configuration = this.directory.resolve("nginx.conf");
		Files.writeString(configuration, """
				daemon off;
				master_process off;
				pid nginx.pid;
				error_log stderr;
				events {}
				http {
				    access_log off;
				    client_body_temp_path body;
				    proxy_temp_path proxy;
				    fastcgi_temp_path fastcgi;
				    uwsgi_temp_path uwsgi;
				    scgi_temp_path scgi;
				    server {
				        listen 127.0.0.1:%d;
				        %s
				    }
				}
				""".formatted(this.proxyPort,
				snippet.group(1).replace("http://127.0.0.1:8080/", "http://127.0.0.1:" + this.port + "/")));
		Path output = this.directory.resolve("output.txt");
		this.nginx = new ProcessBuilder(program.toString(), "-p", this.directory + "/", "-c", configuration.toString())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.failFast(() -> assertThat(this.nginx.isAlive()).as(Files.readString(output)).isTrue())
			.ignoreExceptions()
			.until(() -> {
				try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.proxyPort)) {
					return socket.isConnected();
				}
			});
	}

	@AfterEach
	void stop() throws Exception {
		if (this.nginx != null) {
			this.nginx.destroy();
			assertThat(this.nginx.waitFor(20, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void linksOfTheServiceWorkThroughTheProxy() {
		HttpResponse<String> created = ApiClient.post(this.proxyPort, "/sentry-members/members",
				"{\"userName\":\"o'brien+x@example.com\",\"sentryOrgRole\":\"member\"}");
		assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
		assertThat(follow(created, "Location").statusCode()).isEqualTo(200);
		assertThat(ApiClient.get(this.proxyPort, "/sentry-members/members/o%27brien%2Bx@example.com").statusCode())
			.isEqualTo(200);
		HttpResponse<String> list = ApiClient.get(this.proxyPort, "/sentry-members/members?count=1");
		Matcher next = Pattern.compile("<([^>]+)>; rel=\"next\"").matcher(list.headers().firstValue("Link").orElse(""));
		assertThat(next.find()).isTrue();
		assertThat(get(list.uri().resolve(next.group(1))).statusCode()).isEqualTo(200);
		HttpResponse<String> failed = ApiClient.post(this.proxyPort, "/sentry-members/members",
				"{\"userName\":\"joined@example.com\"}");
		JsonNode problem = ApiClient.json(failed);
		assertThat(problem.path("type").stringValue()).isEqualTo("/sentry-members/problems/member-exists");
		HttpResponse<String> page = get(failed.uri().resolve(problem.path("type").stringValue()));
		assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
		HttpResponse<String> batch = ApiClient.post(this.proxyPort, "/sentry-members/members/batch",
				"[{\"op\":\"create\",\"userName\":\"joined@example.com\"}]");
		assertThat(batch.body()).contains("\"type\":\"/sentry-members/problems/member-exists\"");
		assertThat(follow(ApiClient.get(this.proxyPort, "/sentry-members/"), "Location").body()).contains("swagger-ui");
	}

	/** A proxy overrides the prefix that a client sends. */
	@Test
	void prefixSentByClientIsReplacedByTheProxy() {
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.proxyPort, "/sentry-members/members/x")
			.header("X-Forwarded-Prefix", "/mine")
			.build());
		assertThat(ApiClient.json(response).path("type").stringValue()).isEqualTo("/sentry-members/problems/not-found");
	}

	@Test
	void pageSendsARequestAndLinksToProblemsAndBack() throws Exception {
		Path program = Programs.require("chromium", "chromium-browser", "google-chrome");
		Path profile = Files.createDirectory(this.directory.resolve("profile"));
		try (Browser browser = new Browser(program, profile)) {
			browser.open("http://localhost:" + this.proxyPort + "/sentry-members/");
			browser.await("document.querySelectorAll('.opblock').length === 14");
			assertThat(browser.evaluate("location.pathname").stringValue()).isEqualTo("/sentry-members/docs");
			browser.click(CREATE + ".opblock-summary-control");
			browser.click(CREATE + ".try-out__btn");
			browser.click(CREATE + ".execute");
			browser.await(RESPONSE);
			assertThat(browser.evaluate(RESPONSE + ".innerText").stringValue()).startsWith("200")
				.contains("members-outcome: would-create");
			browser.click(CREATE + ".problems a");
			browser.await(at("/sentry-members/problems"));
			browser.click("a[href='problems/busy']");
			browser.await(at("/sentry-members/problems/busy"));
			browser.click("a[href='../problems']");
			browser.await(at("/sentry-members/problems"));
			browser.click("a[href=docs]");
			browser.await(at("/sentry-members/docs") + " && document.querySelectorAll('.opblock').length === 14");
			assertThat(browser.complaints()).isEmpty();
		}
	}

	private static String at(String path) {
		return "location.pathname === '" + path + "' && document.readyState === 'complete'";
	}

	private static HttpResponse<String> follow(HttpResponse<String> response, String header) {
		return get(response.uri().resolve(response.headers().firstValue(header).orElseThrow()));
	}

	private static HttpResponse<String> get(URI uri) {
		return ApiClient.send(HttpRequest.newBuilder(uri).build());
	}

}
