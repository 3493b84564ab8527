package dev.memberproxy.core;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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

	@Test
	void findFaultWhenAddressHasSeventyFiveCharactersIsEmpty() {
		String address = "a".repeat(63) + "@example.com";
		assertThat(EmailAddress.findFault(address)).isEmpty();
		assertThat(EmailAddress.findFault("a" + address)).hasValue("must have at most 75 characters");
	}

	@Test
	void toStringHidesWhoItIs() {
		assertThat(new EmailAddress("ada@example.com")).hasToString("***@example.com");
	}

}
