package dev.memberproxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.OutboundProxy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OutboundProxyTests {

	private final Map<String, String> properties = new LinkedHashMap<>();

	private final MockEnvironment environment = new MockEnvironment();

	@TempDir
	private Path directory;

	@BeforeEach
	void configure() {
		set("url", "http://proxy.example.com:3128");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			url      | https://proxy.example.com:3128  | is https: connections to the proxy itself are plain http
			url      | http://u:p@proxy.example.com:80 | has a user
			url      | http://proxy.example.com        | is not of the form http://host:port
			url      | http://proxy.example.com:0      | is not of the form http://host:port
			url      | http://proxy.example.com:80/x   | is not of the form http://host:port
			url      | socks5://proxy.example.com:1080 | is not of the form http://host:port
			url      | proxy.example.com:3128          | is not of the form http://host:port
			url      | 10.0.0.1:3128                   | is not a URL
			bypass   | https://sentry.example.com      | has an entry that is not a host
			bypass   | sentry.example.com:443          | has an entry that is not a host
			bypass   | .example.com                    | has an entry that is not a host
			bypass   | *                               | has an entry that is not a host
			username | us:er                           | contains a colon or a control character
			""")
	void proxyWhenPropertyIsUnusableNamesIt(String name, String value, String fault) throws IOException {
		setPassword("secret");
		set(name, value);
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(this::proxy)
			.withMessage("members.proxy." + name + " " + fault + ".")
			.withMessageNotContaining(value);
	}

	@ParameterizedTest
	@CsvSource({ "url, url", "username, username", "password-file, password-file" })
	void proxyWhenPartIsMissingNamesIt(String unset, String missing) throws IOException {
		setPassword("secret");
		this.properties.put("members.proxy." + unset, "");
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(this::proxy)
			.withMessage("members.proxy." + missing + " is missing.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			''           | names an empty file
			'\r\n'       | names an empty file
			'one\ntwo'   | names a file whose content contains control characters, or is longer than 1024 characters
			""")
	void proxyWhenPasswordFileIsUnusableNamesProperty(String content, String fault) throws IOException {
		setPassword(content);
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(this::proxy)
			.withMessage("members.proxy.password-file " + fault + ".");
	}

	@Test
	void proxyWhenEverythingIsSetToNothingIsNone() {
		this.properties.replaceAll((_, _) -> "");
		set("username", "");
		set("password-file", "");
		set("bypass", "");
		assertThat(proxy().refusal(403)).hasMessageContaining("The proxy of the JVM rejected the tunnel");
	}

	@ParameterizedTest
	@ValueSource(strings = { "https_proxy", "HTTPS_PROXY" })
	void hintWhenVariableIsSetAndNothingElseNamesProperty(String variable) {
		this.properties.clear();
		this.environment.setProperty(variable, "http://user:secret@proxy.example.com:3128");
		assertThat(proxy().hint())
			.isEqualTo(" HTTPS_PROXY is set, but this service does not read it: set members.proxy.url.");
	}

	@ParameterizedTest
	@CsvSource({ "HTTPS_PROXY, ''", "https.proxyHost, proxy", "NO_PROXY, x" })
	void hintWhenVariableIsNotSetOrJvmHasAProxyIsNothing(String name, String value) {
		this.properties.clear();
		if (name.equals("https.proxyHost")) {
			this.environment.setProperty("HTTPS_PROXY", "http://proxy.example.com:3128");
		}
		this.environment.setProperty(name, value);
		assertThat(proxy().hint()).isEmpty();
	}

	@Test
	void hintWhenProxyIsConfiguredIsNothing() {
		this.environment.setProperty("HTTPS_PROXY", "http://proxy.example.com:3128");
		assertThat(proxy().hint()).isEmpty();
	}

	private void setPassword(String content) throws IOException {
		set("username", "user");
		set("password-file", Files.writeString(this.directory.resolve("password"), content).toString());
	}

	private void set(String name, String value) {
		this.properties.put("members.proxy." + name, value);
	}

	private OutboundProxy proxy() {
		return new MemberProxyApplication()
			.outboundProxy(new Binder(new MapConfigurationPropertySource(this.properties)).bindOrCreate("members.proxy",
					ProxyProperties.class), this.environment);
	}

}
