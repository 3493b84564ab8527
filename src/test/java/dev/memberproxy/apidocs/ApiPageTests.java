package dev.memberproxy.apidocs;

import java.nio.file.Path;

import dev.memberproxy.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;

/** The pages in a real browser. Writes a screenshot to {@code target/api-page.png}. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@ActiveProfiles("demo")
class ApiPageTests {

	private static final String CREATE = ".opblock-post:has([data-path=\"/members\"]) ";

	private static final String DRY_RUN = CREATE + "[data-param-name=dryRun] select";

	private static final String BATCH = ".opblock-post:has([data-path=\"/members/batch\"]) ";

	private static final String RESPONSE = "document.querySelector('" + CREATE + ".live-responses-table tbody')";

	private static final String OPERATIONS = "document.querySelectorAll('.opblock')";

	@LocalServerPort
	int port;

	@TempDir
	Path profile;

	@Test
	void pageShowsAllOperationsAndSendsARequest() throws Exception {
		try (Browser browser = browser()) {
			browser.resize(1000, 1720);
			browser.open("http://localhost:" + this.port + "/");
			browser.await(OPERATIONS + ".length === 14");
			assertThat(browser.evaluate("location.pathname").stringValue()).isEqualTo("/docs");
			authorize(browser);
			prepare(browser, "lovelace@example.com");
			browser.select(DRY_RUN, "false");
			browser.click(CREATE + ".execute");
			browser.await(RESPONSE);
			browser.await(
					"document.querySelector('" + CREATE + ".curl').innerText.includes('X-API-Key: smp_browser-test')");
			assertThat(browser.evaluate(RESPONSE + ".innerText").stringValue()).startsWith("201")
				.contains("members-outcome: created", "\"userName\": \"lovelace@example.com\"");
			browser.evaluate("document.querySelector('" + CREATE + ".opblock-section-request-body').scrollIntoView()");
			browser.screenshot(Path.of("target", "api-page.png"));
			assertThat(browser.complaints()).isEmpty();
		}
	}

	@Test
	void changesAreDryRunsByDefault() throws Exception {
		try (Browser browser = browser()) {
			browser.open("http://localhost:" + this.port + "/docs");
			prepare(browser, "hopper@example.com");
			assertThat(
					browser.evaluate("document.querySelector('" + CREATE + ".opblock-body').innerText").stringValue())
				.contains("On this page the default is true.");
			browser.click(CREATE + ".execute");
			browser.await(RESPONSE);
			assertThat(browser.evaluate(RESPONSE + ".innerText").stringValue()).startsWith("200")
				.contains("members-outcome: would-create");
			browser.evaluate(OPERATIONS
					+ ".forEach((operation) => operation.querySelector('.opblock-summary-control').click())");
			browser.await("document.querySelectorAll('.opblock.is-open').length === 13");
			browser.evaluate(
					"document.querySelectorAll('.try-out__btn:not(.cancel)').forEach((button) => button.click())");
			browser.await("document.querySelectorAll('.opblock [data-param-name=dryRun] select').length >= 9");
			assertThat(browser
				.evaluate("[...document.querySelectorAll('.opblock [data-param-name=dryRun] select')]"
						+ ".every((select) => select.value === 'true')")
				.booleanValue()).isTrue();
			assertThat(browser.complaints()).isEmpty();
		}
	}

	@Test
	void resultsOfABatchAreReadable() throws Exception {
		try (Browser browser = browser()) {
			browser.open("http://localhost:" + this.port + "/docs");
			browser.click(BATCH + ".opblock-summary-control");
			browser.click(BATCH + ".try-out__btn");
			browser.click(BATCH + ".execute");
			String results = "document.querySelector('" + BATCH + ".live-responses-table .highlight-code')";
			browser.await(results);
			assertThat(browser.evaluate(results + ".innerText").stringValue())
				.contains("\"membersOutcome\": \"would-create\"", "\"summary\": {")
				.doesNotContain("can't parse JSON");
		}
	}

	@Test
	void problemsAreShownOnDemand() throws Exception {
		try (Browser browser = browser()) {
			browser.open("http://localhost:" + this.port + "/docs");
			browser.click(CREATE + ".opblock-summary-control");
			String statuses = "[...document.querySelectorAll('" + CREATE
					+ ".responses-table tr.response')].map((row) => row.dataset.code).join()";
			browser.await(statuses + " === '200,201'");
			browser.click(CREATE + ".problems button");
			browser.await(statuses + ".startsWith('200,201,400,401,403')");
			browser.click(CREATE + ".problems button");
			browser.await(statuses + " === '200,201'");
			browser.click(CREATE + ".problems a");
			browser.await("location.pathname === '/problems' && document.readyState === 'complete'");
			browser.click("a[href='problems/busy']");
			browser.await("location.pathname === '/problems/busy' && document.readyState === 'complete'");
			browser.click("a[href='../problems']");
			browser.await("location.pathname === '/problems' && document.readyState === 'complete'");
			browser.click("a[href=docs]");
			browser.await("location.pathname === '/docs' && " + OPERATIONS + ".length === 14");
			assertThat(browser.complaints()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/docs", "/problems", "/problems/sentry-misconfigured" })
	void pageFitsANarrowWindow(String path) throws Exception {
		try (Browser browser = browser()) {
			browser.resize(390, 1000);
			browser.open("http://localhost:" + this.port + path);
			browser.await("document.readyState === 'complete' && document.querySelector('nav, .opblock')");
			if (path.equals("/docs")) {
				prepare(browser, "hopper@example.com");
				browser.click(CREATE + ".execute");
				browser.await(RESPONSE);
			}
			assertThat(browser.evaluate("document.documentElement.scrollWidth").intValue()).isLessThanOrEqualTo(390);
		}
	}

	private Browser browser() throws Exception {
		return new Browser(Programs.require("chromium", "chromium-browser", "google-chrome"), this.profile);
	}

	private static void authorize(Browser browser) {
		browser.click(".btn.authorize");
		browser.type("#api_key_value", "smp_browser-test");
		browser.click(".auth-container:has(#api_key_value) .btn.authorize");
		browser.click(".btn.modal-btn.btn-done");
		browser.await("document.querySelector('.btn.authorize.locked')");
	}

	private static void prepare(Browser browser, String address) {
		browser.click(CREATE + ".opblock-summary-control");
		browser.click(CREATE + ".try-out__btn");
		browser.type(CREATE + "textarea", """
				{
				  "userName": "%s",
				  "sentryOrgRole": "member"
				}""".formatted(address));
	}

}
