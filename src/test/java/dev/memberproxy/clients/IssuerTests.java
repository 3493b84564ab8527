package dev.memberproxy.clients;

import java.net.URI;

import dev.memberproxy.core.InvalidConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class IssuerTests {

	@ParameterizedTest
	@ValueSource(strings = { "https://id.example.com", "https://id.example.com:8443/realms/staff",
			"https://tenant.auth0.com/", "https://accounts.google.com",
			"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", "http://localhost:8080/a",
			"http://127.0.0.1", "http://127.9.9.9:80", "http://[::1]:8080" })
	void newWhenHttpsOrLoopbackIsAccepted(String issuer) {
		assertThat(new Issuer(issuer, false).value()).isEqualTo(issuer);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://id.example.com", "http://10.0.0.1:8080", "http://localhost.example.com",
			"http://127.0.0.1.example.com", "http://keycloak:8080/realms/staff", "http://[fe80::1]" })
	void newWhenPlainHttpToAnotherHostNeedsPermission(String issuer) {
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(() -> new Issuer(issuer, false))
			.withMessage("members.jwt.issuer is plain http, so that the keys could be replaced on their way.");
		assertThat(new Issuer(issuer, true).value()).isEqualTo(issuer);
	}

	@ParameterizedTest
	@ValueSource(strings = { "id.example.com", "//id.example.com", "ftp://id.example.com", "https://",
			"https:///realms", "a b", "https://{tenant}.example.com" })
	void newWhenNotAUrlIsRejected(String issuer) {
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(() -> new Issuer(issuer, true))
			.withMessage("members.jwt.issuer is not an http(s) URL with a host.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://user@id.example.com", "https://id.example.com?a=b", "https://id.example.com#a" })
	void newWhenUrlHasFurtherPartsIsRejected(String issuer) {
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(() -> new Issuer(issuer, true))
			.withMessage("members.jwt.issuer has a user, a query or a fragment.");
	}

	@ParameterizedTest
	@CsvSource({ "https://id.example.com,false,https://keys.example.com/a?b=c,true",
			"https://id.example.com,false,http://id.example.com/keys,false",
			"https://id.example.com,true,http://id.example.com/keys,false",
			"https://id.example.com,false,http://localhost/keys,false", "http://localhost,false,https://a.example,true",
			"http://localhost,false,http://127.0.0.1:81/keys,true",
			"http://localhost,false,http://a.example/keys,false", "http://a.example,true,http://b.example/keys,true",
			"https://a.example,false,file:///etc/passwd,false", "https://a.example,false,jar:https://a.example!/,false",
			"https://a.example,false,/keys,false" })
	void permitsWhenKeySetIsLessSafeThanIssuerIsFalse(String issuer, boolean allowHttp, URI keySet, boolean permits) {
		assertThat(new Issuer(issuer, allowHttp).permits(keySet)).isEqualTo(permits);
	}

}
