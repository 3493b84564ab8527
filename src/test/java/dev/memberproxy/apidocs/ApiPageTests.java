package dev.memberproxy.apidocs;

import java.nio.file.Path;

import dev.memberproxy.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The page under {@code /docs} in a real browser. Skipped where none is installed. Leaves
 * a picture in {@code target/api-page.png}.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@ActiveProfiles("demo")
class ApiPageTests {

	private static final String CREATE = "#operations-members-createMember ";

	private static final String ANSWER = "document.querySelector('" + CREATE + ".live-responses-table tbody')";

	private static final String CALLS = "document.querySelectorAll('.opblock')";

	@LocalServerPort
	int port;

	@TempDir
	Path profile;

	@Test
	void pageShowsAllCallsAndMakesOne() throws Exception {
		Path program = Programs.find("chromium", "chromium-browser", "google-chrome").orElse(null);
		assumeTrue(program != null, "Chromium is not installed");
		try (Browser browser = new Browser(program, this.profile)) {
			browser.resize(1000, 1720);
			browser.open("http://localhost:" + this.port + "/docs");
			browser.await(CALLS + ".length === 14");
			authorize(browser);
			call(browser);
			assertThat(browser.evaluate(ANSWER + ".innerText").stringValue()).startsWith("201")
				.contains("members-outcome: created", "\"userName\": \"lovelace@example.com\"");
			browser.evaluate("document.querySelector('" + CREATE + ".opblock-section-request-body').scrollIntoView()");
			browser.screenshot(Path.of("target", "api-page.png"));
			browser.evaluate(CALLS + ".forEach((call) => call.querySelector('.opblock-summary-control').click())");
			browser.await("document.querySelectorAll('.opblock.is-open').length === 13");
			assertThat(browser.complaints()).isEmpty();
		}
	}

	private static void authorize(Browser browser) {
		browser.click(".btn.authorize");
		browser.type("#api_key_value", "smp_browser-test");
		browser.click(".auth-container:has(#api_key_value) .btn.authorize");
		browser.click(".btn.modal-btn.btn-done");
		browser.await("document.querySelector('.btn.authorize.locked')");
	}

	private static void call(Browser browser) {
		browser.click(CREATE + ".opblock-summary-control");
		browser.click(CREATE + ".try-out__btn");
		browser.type(CREATE + "textarea", """
				{
				  "userName": "lovelace@example.com",
				  "sentryOrgRole": "member"
				}""");
		browser.click(CREATE + ".execute");
		browser.await(ANSWER);
		browser
			.await("document.querySelector('" + CREATE + ".curl').innerText.includes('X-API-Key: smp_browser-test')");
	}

}
