package dev.memberproxy.core;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class EmailAddressTests {

	@ParameterizedTest
	@CsvSource(ignoreLeadingAndTrailingWhitespace = false,
			value = { "ada@example.com,ada@example.com", " Ada@Example.COM ,ada@example.com",
					"ada+x@example.com,ada+x@example.com", "o'neil@example.com,o'neil@example.com",
					"a.b@sub.example.co.uk,a.b@sub.example.co.uk", "ada@bücher.example,ada@xn--bcher-kva.example",
					"ada@BÜCHER.example,ada@xn--bcher-kva.example",
					"ada@xn--bcher-kva.example,ada@xn--bcher-kva.example" })
	void normalizeWhenAddressIsUsableGivesNormalForm(String text, String expected) {
		String normalized = EmailAddress.normalize(text);
		assertThat(normalized).isEqualTo(expected);
		assertThat(EmailAddress.findFault(normalized)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "   ", "ada", "a@b", "a@@b.co", "a@b@c.de", "@example.com", "ada@", "ada@.com",
			"ada@example.com.", "ada@-x.com", "ada@x-.com", "ada@example.c", "ada@10.0.0.10", "ada@[127.0.0.1]",
			"ada@localhost", "Ada <ada@example.com>", "\"ada\"@example.com", "a b@example.com", "a/b@example.com",
			"a%b@example.com", "a,b@example.com", "ada.@example.com", ".ada@example.com", "a..b@example.com",
			"ädä@example.com", "ada@exa_mple.com", "ada@faß.de", "ada@ｅxample.com", "ada@example。com",
			"\tada@example.com", "ada@example.com\n", "\u001fada@example.com", "a\u0000@example.com",
			"\u212aarl@example.com", "ada@exam ple.com", "ada@example.com\u00a0" })
	void findFaultWhenTextIsNoUsableAddressSaysWhy(String text) {
		String normalized = EmailAddress.normalize(text);
		assertThat(EmailAddress.findFault(normalized)).isPresent();
		assertThatIllegalArgumentException().isThrownBy(() -> new EmailAddress(normalized));
	}

	/** The whole address as one expression, for random texts. */
	@Test
	void findFaultWhenTextIsRandomAgreesWithGrammar() {
		String atom = "[a-z0-9!#$&'*+=?^_`{|}~-]+";
		String label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
		Pattern grammar = Pattern
			.compile("(?=.{1,254}$)%1$s(?:\\.%1$s)*@(?:%2$s\\.)+(?=[0-9-]*[a-z])(?=..)%2$s".formatted(atom, label));
		Random random = new Random(7);
		int addresses = 0;
		for (int i = 0; i < 200_000; i++) {
			String odd = (i % 4 == 0) ? random(random, "'/%,\"@A é_", 1) : "";
			// Also labels of about the longest length there may be.
			String longLabel = (i % 5 == 0) ? "a".repeat(55 + random.nextInt(12)) : "";
			String text = random(random, "aaz09+-_.", 4) + odd + "@" + random(random, "aaz09-..", 6) + longLabel;
			boolean address = grammar.matcher(text).matches();
			assertThat(EmailAddress.findFault(text).isEmpty()).as(text).isEqualTo(address);
			addresses += address ? 1 : 0;
		}
		assertThat(addresses).isGreaterThan(1_000);
	}

	private static String random(Random random, String letters, int longest) {
		return random.ints(random.nextInt(longest + 1), 0, letters.length())
			.mapToObj((at) -> letters.substring(at, at + 1))
			.collect(Collectors.joining());
	}

	@Test
	void findFaultWhenAddressIsLongDependsOnWhetherTheMemberIsNew() {
		String address = "a".repeat(63) + "@example.com";
		assertThat(EmailAddress.findFaultOfNew(address)).isEmpty();
		assertThat(EmailAddress.findFaultOfNew("a" + address))
			.hasValue("must have at most 75 characters for a new member");
		String longest = "a".repeat(242) + "@example.com";
		assertThat(EmailAddress.findFault(longest)).isEmpty();
		assertThat(EmailAddress.findFault("a" + longest)).hasValue("must have at most 254 characters");
	}

	@Test
	void normalizeWhenAddressIsLongNormalizesItAll() {
		String longest = "A".repeat(220) + "@B\u00fccher.example";
		assertThat(EmailAddress.normalize(longest)).isEqualTo("a".repeat(220) + "@xn--bcher-kva.example");
	}

	@Test
	void findFaultWhenTextIsLongAndHostileTakesLinearTime() {
		List<String> texts = List.of("a.".repeat(500_000), "a@" + "a-".repeat(500_000), "a@" + "a.".repeat(120) + "-",
				"a@" + "-".repeat(250), " ".repeat(1_000_000) + "a");
		assertThatNoException().isThrownBy(() -> assertTimeoutPreemptively(Duration.ofSeconds(2),
				() -> texts.forEach((text) -> EmailAddress.findFault(EmailAddress.normalize(text)))));
	}

	@Test
	void toStringMasksTheAddress() {
		assertThat(new EmailAddress("ada@example.com")).hasToString("***@example.com");
	}

}
