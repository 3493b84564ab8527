package dev.memberproxy.organizations;

import dev.memberproxy.core.InvalidConfigurationException;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.organizations.Organization.Timeouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@ExtendWith(OutputCaptureExtension.class)
class OrganizationFactoryTests {

	private static final String TOKEN = "sntrys_0123456789abcdef";

	@TempDir
	private Path directory;

	private final Map<String, String> properties = new LinkedHashMap<>(
			Map.of("sentry.region", "us", "sentry.organization-slug", "acme", "sentry.token", TOKEN));

	@Test
	void createWhenRegionSlugAndTokenAreSetMakesDefaultOrganization() {
		Organizations organizations = create();
		assertThat(organizations.all()).hasSize(1);
		Organization organization = organizations.find("default").orElseThrow();
		assertThat(organization.alias()).isEqualTo(Organization.DEFAULT_ALIAS);
		assertThat(organization.baseUrl()).hasToString("https://us.sentry.io");
		assertThat(organization.slug()).isEqualTo("acme");
		assertThat(organization.token().current().reveal()).isEqualTo(TOKEN);
		assertThat(organization.timeouts())
			.isEqualTo(new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(8), Duration.ofSeconds(20)));
		assertThat(organization.pacing()).isEqualTo(new Pacing(40, 25, Duration.ofSeconds(5)));
		assertThat(organization.sslBundle()).isNull();
	}

	@Test
	void createWhenThereAreFurtherOrganizationsMakesEach() {
		set("sentry.read-timeout", "3s");
		addSecond();
		set("sentry.organizations.second.ssl-bundle", "internal");
		Organizations organizations = create();
		assertThat(organizations.all()).extracting(Organization::alias).containsExactlyInAnyOrder("default", "second");
		Organization second = organizations.find("second").orElseThrow();
		assertThat(second.baseUrl()).hasToString("https://de.sentry.io");
		assertThat(second.slug()).isEqualTo("acme-second");
		assertThat(second.token().current().reveal()).isEqualTo("sntrys_second");
		assertThat(second.sslBundle()).isEqualTo("internal");
		assertThat(second.timeouts()).isEqualTo(organizations.find("default").orElseThrow().timeouts());
		assertThat(second.timeouts().read()).isEqualTo(Duration.ofSeconds(3));
		assertThat(organizations.find("third")).isEmpty();
	}

	@Test
	void createWhenPacingIsSetTakesIt() {
		setPacing("sentry", "7", "3", "250ms");
		assertThat(pacing("default")).isEqualTo(new Pacing(7, 3, Duration.ofMillis(250)));
	}

	@Test
	void createWhenFurtherOrganizationSetsNoPacingInheritsIt() {
		setPacing("sentry", "7", "3", "250ms");
		addSecond();
		assertThat(pacing("second")).isEqualTo(new Pacing(7, 3, Duration.ofMillis(250)));
	}

	@ParameterizedTest
	@CsvSource({ "requests-per-second, 9, 9, 3, 250ms", "max-concurrent, 9, 7, 9, 250ms", "max-wait, 9s, 7, 3, 9s",
			"requests-per-second, 0, 0, 3, 250ms", "max-concurrent, 0, 7, 0, 250ms", "max-wait, 0s, 7, 3, 0s" })
	void createWhenFurtherOrganizationSetsPartOfPacingInheritsTheRest(String name, String value, int requestsPerSecond,
			int maxConcurrent, String maxWait) {
		setPacing("sentry", "7", "3", "250ms");
		addSecond();
		set("sentry.organizations.second.pacing." + name, value);
		assertThat(pacing("second"))
			.isEqualTo(new Pacing(requestsPerSecond, maxConcurrent, DurationStyle.detectAndParse(maxWait)));
		assertThat(pacing("default")).isEqualTo(new Pacing(7, 3, Duration.ofMillis(250)));
	}

	@Test
	void createWhenPacingOfFurtherOrganizationIsSetToNothingInheritsIt() {
		setPacing("sentry", "7", "3", "250ms");
		addSecond();
		setPacing("sentry.organizations.second", "", "", "");
		assertThat(pacing("second")).isEqualTo(new Pacing(7, 3, Duration.ofMillis(250)));
	}

	@Test
	void createWhenUnusedPropertiesAreSetToNothingIgnoresThem() {
		set("sentry.base-url", "");
		set("sentry.token-file", " ");
		set("sentry.ssl-bundle", "");
		Organization organization = create().find("default").orElseThrow();
		assertThat(organization.baseUrl()).hasToString("https://us.sentry.io");
		assertThat(organization.token().current().reveal()).isEqualTo(TOKEN);
		assertThat(organization.sslBundle()).isNull();
	}

	@Test
	void createWhenTokenIsSetToNothingReadsTokenFile() throws IOException {
		set("sentry.token", "");
		set("sentry.token-file", write(TOKEN).toString());
		assertThat(create().find("default").orElseThrow().token().current().reveal()).isEqualTo(TOKEN);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\n", "\r\n", "\n\n" })
	void createWhenTokenFileEndsInLineBreaksDropsThem(String end) throws IOException {
		useTokenFile(write(TOKEN + end));
		assertThat(create().find("default").orElseThrow().token().current().reveal()).isEqualTo(TOKEN);
	}

	@Test
	void createWhenTokenHasMaximalLengthAcceptsIt() {
		set("sentry.token", "x".repeat(4096));
		assertThat(create().find("default").orElseThrow().token().current().reveal()).hasSize(4096);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "acme_2", "-acme-", "12345678901234567890123456789012345678901234567890" })
	void createWhenSlugIsLegalKeepsIt(String slug) {
		set("sentry.organization-slug", slug);
		assertThat(create().find("default").orElseThrow().slug()).isEqualTo(slug);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "a", "second-1", "2nd", "a23456789012345678901234567890123456789012345678901234567890123" })
	void createWhenAliasIsLegalKeepsIt(String alias) {
		add(alias);
		assertThat(create().find(alias)).isPresent();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			https://sentry.test              | https://sentry.test
			https://sentry.test/             | https://sentry.test
			https://sentry.test//            | https://sentry.test
			'  https://sentry.test  '        | https://sentry.test
			https://sentry.test:8443/        | https://sentry.test:8443
			https://sentry.test/here         | https://sentry.test/here
			https://sentry.test/over/there/  | https://sentry.test/over/there
			https://192.0.2.1                | https://192.0.2.1
			https://[2001:db8::1]:8443       | https://[2001:db8::1]:8443
			http://localhost:9000            | http://localhost:9000
			http://127.0.0.1:9000/           | http://127.0.0.1:9000
			http://127.1.2.3                 | http://127.1.2.3
			http://[::1]:9000/here           | http://[::1]:9000/here
			""")
	void createWhenBaseUrlIsUsableKeepsItWithoutSlashAtEnd(String baseUrl, String expected) {
		set("sentry.base-url", baseUrl);
		unset("sentry.region");
		assertThat(create().find("default").orElseThrow().baseUrl()).hasToString(expected);
	}

	@Test
	void createWhenHttpIsAllowedAcceptsPlainHttp() {
		set("sentry.allow-http", "true");
		set("sentry.base-url", "http://sentry.test:9000/here/");
		assertThat(create().find("default").orElseThrow().baseUrl()).hasToString("http://sentry.test:9000/here");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			sentry.region            | ''                             | is missing
			sentry.region            | '  '                           | is missing
			sentry.region            | US                             | is not a region
			sentry.region            | us.evil                        | is not a region
			sentry.region            | evil.test/                     | is not a region
			sentry.region            | 'eu1 '                         | is not a region
			sentry.region            | -us                            | is not a region
			sentry.region            | us-                            | is not a region
			sentry.organization-slug | ''                             | is missing
			sentry.organization-slug | '  '                           | is missing
			sentry.organization-slug | Acme                           | is not the slug of an organization
			sentry.organization-slug | acme/members                   | is not the slug of an organization
			sentry.organization-slug | ..                             | is not the slug of an organization
			sentry.organization-slug | ' acme'                        | is not the slug of an organization
			sentry.organization-slug | acmé                           | is not the slug of an organization
			sentry.token             | ''                             | is missing
			sentry.token             | 'sntrys one'                   | contains blanks
			sentry.token             | ' sntrys_one'                  | contains blanks
			sentry.token             | 'sntrys_one '                  | contains blanks
			sentry.token             | sntrys_öne                     | characters that are not ASCII
			sentry.base-url          | http://sentry.test             | is plain http
			sentry.base-url          | http://192.0.2.1:9000          | is plain http
			sentry.base-url          | http://127.0.0.1.sentry.test   | is plain http
			sentry.base-url          | http://localhost.sentry.test   | is plain http
			sentry.base-url          | http://[2001:db8::1]           | is plain http
			sentry.base-url          | https://user@sentry.test       | has a user, a query or a fragment
			sentry.base-url          | https://us:er@sentry.test      | has a user, a query or a fragment
			sentry.base-url          | http://localhost@sentry.test   | has a user, a query or a fragment
			sentry.base-url          | https://sentry.test?a=b        | has a user, a query or a fragment
			sentry.base-url          | https://sentry.test/?          | has a user, a query or a fragment
			sentry.base-url          | https://sentry.test/#a         | has a user, a query or a fragment
			sentry.base-url          | https://sentry.test/api/0      | has a path that cannot be used
			sentry.base-url          | https://sentry.test/api/0/     | has a path that cannot be used
			sentry.base-url          | https://sentry.test/a/api/0/b  | has a path that cannot be used
			sentry.base-url          | https://sentry.test/a/../b     | has a path that cannot be used
			sentry.base-url          | https://sentry.test/a//b       | has a path that cannot be used
			sentry.base-url          | https://sentry.test/%61        | has a path that cannot be used
			sentry.base-url          | https://sentry.test/a;b        | has a path that cannot be used
			sentry.base-url          | https://sentry.test:99999      | has no usable port
			sentry.base-url          | https://sentry.test:           | has no usable port
			sentry.base-url          | ftp://sentry.test              | is not an http(s) URL with a host
			sentry.base-url          | sentry.test                    | is not an http(s) URL with a host
			sentry.base-url          | //sentry.test                  | is not an http(s) URL with a host
			sentry.base-url          | https:///here                  | is not an http(s) URL with a host
			sentry.base-url          | https://:8443                  | is not an http(s) URL with a host
			sentry.base-url          | https:sentry.test              | is not an http(s) URL with a host
			sentry.base-url          | https://[sentry                | is not a URL
			sentry.base-url          | https://sentry test            | is not a URL
			sentry.region            | '..'                                 | is not a region
			sentry.region            | 'us/../x'                            | is not a region
			sentry.region            | 'us%2e'                              | is not a region
			sentry.region            | 'us%2Fx'                             | is not a region
			sentry.region            | 'us@evil.example'                    | is not a region
			sentry.region            | 'evil.example#'                      | is not a region
			sentry.region            | 'us#'                                | is not a region
			sentry.region            | 'us?x'                               | is not a region
			sentry.region            | 'us:8443'                            | is not a region
			sentry.region            | 'us\\evil'                            | is not a region
			sentry.region            | '．．'                                 | is not a region
			sentry.region            | 'us.evil.example'                    | is not a region
			sentry.region            | '[us]'                               | is not a region
			sentry.organization-slug | '%2e%2e'                             | is not the slug of an organization
			sentry.organization-slug | '%2E%2E%2Fx'                         | is not the slug of an organization
			sentry.organization-slug | 'acme%2F..'                          | is not the slug of an organization
			sentry.organization-slug | 'a/../../x'                          | is not the slug of an organization
			sentry.organization-slug | 'acme@evil.example'                  | is not the slug of an organization
			sentry.organization-slug | 'a.evil.example'                     | is not the slug of an organization
			sentry.organization-slug | 'acme?x'                             | is not the slug of an organization
			sentry.organization-slug | 'acme#x'                             | is not the slug of an organization
			sentry.organization-slug | 'acme\\..'                            | is not the slug of an organization
			sentry.organization-slug | '．．'                                 | is not the slug of an organization
			sentry.organization-slug | 'acme;x'                             | is not the slug of an organization
			sentry.organization-slug | '//evil.example'                     | is not the slug of an organization
			sentry.base-url          | 'https://sentry.test@evil.example'   | has a user, a query or a fragment
			sentry.base-url          | 'https://sentry.test:443@evil.example' | has a user, a query or a fragment
			sentry.base-url          | 'https://evil.example#@sentry.test'  | has a user, a query or a fragment
			sentry.base-url          | 'https://evil.example?@sentry.test'  | has a user, a query or a fragment
			sentry.base-url          | 'https://sentry.test/..'             | has a path that cannot be used
			sentry.base-url          | 'https://sentry.test/%2e%2e'         | has a path that cannot be used
			sentry.base-url          | 'https://sentry.test/%2Fx'           | has a path that cannot be used
			sentry.base-url          | 'https://sentry.test/．．'             | has a path that cannot be used
			sentry.base-url          | 'https://sentry.test\\@evil.example'  | is not a URL
			sentry.base-url          | 'https://sentry.test/\\..'            | is not a URL
			sentry.base-url          | 'https://sentry.test%2F@evil.example' | has a user, a query or a fragment
			sentry.base-url          | 'https://sentry.test%2F.evil.example' | is not an http(s) URL with a host
			sentry.base-url          | 'https://sentry。test'                | is not an http(s) URL with a host
			sentry.base-url          | 'https://sentry_test'                | has a host name with an underscore
			sentry.base-url          | 'https://my_sentry.example.com:8443/x' | has a host name with an underscore
			sentry.base-url          | 'https://user_x@sentry/a_b'          | has a user, a query or a fragment
			sentry.base-url          | 'file:///etc/passwd'                 | is not an http(s) URL with a host
			sentry.base-url          | 'jar:https://sentry.test!/x'         | is not an http(s) URL with a host
			sentry.read-timeout      | 20001ms                        | is longer than sentry.deadline
			""")
	void createWhenValueIsUnusableNamesPropertyOnly(String property, String value, String fault) {
		set(property, value);
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessageStartingWith(property + " ").hasMessageContaining(fault);
		assertNotShown(failure, value);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			region   | Europe             | is not a region
			slug     | Acme               | is not the slug of an organization
			token    | 'sntrys two'       | contains blanks
			base-url | http://sentry.test | is plain http
			""")
	void createWhenValueOfFurtherOrganizationIsUnusableNamesPropertyOnly(String name, String value, String fault) {
		addSecond();
		String property = "sentry.organizations.second." + name;
		set(property, value);
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessageStartingWith(property + " ").hasMessageContaining(fault);
		assertNotShown(failure, value);
	}

	@Test
	void createWhenSlugIsTooLongNamesProperty() {
		String slug = "x".repeat(51);
		set("sentry.organization-slug", slug);
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessage("sentry.organization-slug is not the slug of an organization.");
		assertNotShown(failure, slug);
	}

	@Test
	void createWhenTokenIsTooLongNamesProperty() {
		String token = "x".repeat(4097);
		set("sentry.token", token);
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessage("sentry.token is longer than 4096 characters.");
		assertNotShown(failure, token);
	}

	@Test
	void createWhenTokenContainsLineBreakNamesProperty() {
		set("sentry.token", TOKEN + "\n");
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessageStartingWith("sentry.token contains blanks, line breaks");
		assertNotShown(failure, TOKEN);
	}

	@Test
	void createWhenBothTokenAndFileAreSetNamesBoth() throws IOException {
		Path file = write("sntrys_other");
		set("sentry.token-file", file.toString());
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessage("sentry.token and sentry.token-file are both set.");
		assertNotShown(failure, TOKEN);
		assertNotShown(failure, "sntrys_other");
		assertNotShown(failure, file.toString());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			''                     | names an empty file
			'\n'                   | names an empty file
			'\r\n\r\n'             | names an empty file
			'sntrys_one\nsntrys_2' | contains blanks, line breaks
			'sntrys_one\n\nx\n'    | contains blanks, line breaks
			'sntrys one'           | contains blanks, line breaks
			' sntrys_one'          | contains blanks, line breaks
			'sntrys_one \n'        | contains blanks, line breaks
			'sntrys_öne'           | characters that are not ASCII
			""")
	void createWhenContentOfTokenFileIsUnusableNamesPropertyOnly(String content, String fault) throws IOException {
		Path file = write(content);
		useTokenFile(file);
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessageStartingWith("sentry.token-file ").hasMessageContaining(fault);
		assertNotShown(failure, content);
		assertNotShown(failure, "sntrys");
		assertNotShown(failure, file.toString());
	}

	@Test
	void createWhenTokenFileBeginsWithByteOrderMarkDropsIt() throws IOException {
		useTokenFile(write("\uFEFF" + TOKEN + "\r\n"));
		assertThat(create().find("default").orElseThrow().token().current().reveal()).isEqualTo(TOKEN);
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-16", "UTF-16BE", "UTF-16LE", "x-UTF-16LE-BOM" })
	void createWhenTokenFileIsInUtf16SaysSo(String charset) throws IOException {
		useTokenFile(Files.write(this.directory.resolve("token"), (TOKEN + "\r\n").getBytes(Charset.forName(charset))));
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessage("sentry.token-file names a file in UTF-16.");
		assertThat(failure.getRemedy()).contains("Save the file as UTF-8.");
		assertNotShown(failure, "sntrys");
	}

	@ParameterizedTest
	@CsvSource({ "15s, 20s, false", "15001ms, 20s, true", "20s, 20s, true", "750ms, 1s, false" })
	void createWhenReadTimeoutExceedsThreeQuartersOfDeadlineWarnsOnce(String readTimeout, String deadline,
			boolean warns, CapturedOutput output) {
		set("sentry.read-timeout", readTimeout);
		set("sentry.deadline", deadline);
		addSecond();
		create();
		assertThat(output.getAll()
			.lines()
			.filter((line) -> line.contains("sentry.read-timeout is longer than three quarters of sentry.deadline")))
			.hasSize(warns ? 1 : 0);
	}

	@ParameterizedTest
	@ValueSource(ints = { 4097, 8192, 100_000 })
	void createWhenContentOfTokenFileIsTooLongNamesPropertyOnly(int length) throws IOException {
		useTokenFile(write("x".repeat(length)));
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessage("sentry.token-file names a file whose content is longer than 4096 characters.");
		assertNotShown(failure, "xxx");
	}

	@Test
	void createWhenTokenFileIsMissingNamesPropertyOnly() {
		Path file = this.directory.resolve("absent");
		useTokenFile(file);
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessage("sentry.token-file names a file that does not exist.");
		assertNotShown(failure, file.toString());
	}

	@Test
	void createWhenTokenFileIsTheTokenDoesNotShowIt() {
		unset("sentry.token");
		set("sentry.token-file", TOKEN);
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessage("sentry.token-file names a file that does not exist.");
		assertNotShown(failure, TOKEN);
	}

	@ParameterizedTest
	@ValueSource(strings = { "no\0path", "file/below" })
	void createWhenTokenFileCannotBeAPathNamesPropertyOnly(String name) throws IOException {
		String file = write("file", TOKEN).getParent() + "/" + name;
		unset("sentry.token");
		set("sentry.token-file", file);
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessageStartingWith("sentry.token-file names a file that ");
		assertNotShown(failure, file);
	}

	@Test
	void createWhenTokenFileIsDirectoryNamesPropertyOnly() {
		useTokenFile(this.directory);
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessage("sentry.token-file names a directory.");
		assertNotShown(failure, this.directory.toString());
	}

	@ParameterizedTest
	@ValueSource(strings = { "Second", "se_cond", "-second", "second-", "se/cond", "se cond", "zwöi",
			"a234567890123456789012345678901234567890123456789012345678901234" })
	void createWhenAliasIsIllegalDoesNotShowIt(String alias) {
		add(alias);
		InvalidConfigurationException failure = failure();
		assertThat(failure).hasMessage("sentry.organizations has an alias that cannot be used.");
		assertNotShown(failure, alias);
	}

	private static void assertNotShown(InvalidConfigurationException failure, String value) {
		assertThat(failure).hasNoCause();
		if (!value.isBlank()) {
			assertThat(failure.toString()).doesNotContain(value);
			assertThat(failure.getRemedy()).isNotBlank().doesNotContain(value);
		}
	}

	private void addSecond() {
		add("second");
	}

	private void add(String alias) {
		String prefix = alias.matches("[a-z0-9][a-z0-9-]*") ? "sentry.organizations." + alias + "."
				: "sentry.organizations[" + alias + "].";
		set(prefix + "region", "de");
		set(prefix + "slug", "acme-second");
		set(prefix + "token", "sntrys_second");
	}

	private void setPacing(String prefix, String requestsPerSecond, String maxConcurrent, String maxWait) {
		set(prefix + ".pacing.requests-per-second", requestsPerSecond);
		set(prefix + ".pacing.max-concurrent", maxConcurrent);
		set(prefix + ".pacing.max-wait", maxWait);
	}

	private void set(String property, String value) {
		this.properties.put(property, value);
	}

	private void unset(String property) {
		assertThat(this.properties.remove(property)).isNotNull();
	}

	private void useTokenFile(Path file) {
		unset("sentry.token");
		set("sentry.token-file", file.toString());
	}

	private Path write(String content) throws IOException {
		return write("token", content);
	}

	private Path write(String name, String content) throws IOException {
		return Files.writeString(this.directory.resolve(name), content);
	}

	private Pacing pacing(String alias) {
		return create().find(alias).orElseThrow().pacing();
	}

	private Organizations create() {
		return new OrganizationFactory(new Binder(new MapConfigurationPropertySource(this.properties))
			.bindOrCreate("sentry", SentryProperties.class), InstantSource.system()).create();
	}

	private InvalidConfigurationException failure() {
		InvalidConfigurationException failure = catchThrowableOfType(InvalidConfigurationException.class, this::create);
		assertThat(failure).isNotNull();
		return failure;
	}

}
