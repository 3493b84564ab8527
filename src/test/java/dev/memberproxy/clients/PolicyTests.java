package dev.memberproxy.clients;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.Operation;
import dev.memberproxy.core.Role;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

class PolicyTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", value = {
			"create read      | member                       |               | member  | ada@example.com     | ''",
			"read             | member                       |               | member  | ada@example.com     | OPERATION",
			"update-role      | member                       |               | member  | ada@example.com     | OPERATION",
			"create           | member                       |               | manager | ada@example.com     | ROLE",
			"create           | member manager               |               | manager | ada@example.com     | ''",
			"create           | member manager admin         |               | -       | ada@example.com     | ROLE",
			"create           | member manager admin billing |               | -       | ada@example.com     | ''",
			"create           | manager                      |               | member  | ada@example.com     | ROLE",
			"create           | member                       | example.com   | member  | ada@example.com     | ''",
			"create           | member                       | example.com   | member  | ada@example.org     | EMAIL_DOMAIN",
			"create           | member                       | example.com   | member  | ada@sub.example.com | EMAIL_DOMAIN",
			"create           | member                       | *.example.com | member  | ada@sub.example.com | ''",
			"create           | member                       | *.example.com | member  | ada@a.b.example.com | ''",
			"create           | member                       | *.example.com | member  | ada@example.com     | EMAIL_DOMAIN",
			"create           | member                       | *.example.com | member  | ada@badexample.com  | EMAIL_DOMAIN",
			"create           | member                       | a.com b.com   | member  | ada@b.com           | ''",
			"read             | manager                      | a.com         | member  | ada@b.com           | OPERATION ROLE EMAIL_DOMAIN" })
	void findAgainstCreationNamesEveryRuleThatRefuses(String operations, String roles, String domains, String role,
			String address, String rules) {
		Policy policy = new Policy(Set.of("default"),
				words(operations).stream().map((id) -> Operation.find(id).orElseThrow()).collect(Collectors.toSet()),
				words(roles).stream().map((id) -> Role.find(id).orElseThrow()).collect(Collectors.toSet()),
				new EmailDomains(words(domains)));
		assertThat(policy.findAgainstCreation((role != null) ? Role.find(role).orElseThrow() : null,
				new EmailAddress(address)))
			.containsExactlyElementsOf(words(rules).stream().map(Rule::valueOf).toList());
	}

	@ParameterizedTest
	@CsvSource({ "example.com, example.com", "Example.COM, example.com", "*.Sub.example.com, *.sub.example.com",
			"b\u00fccher.example, xn--bcher-kva.example", "*.b\u00fccher.example, *.xn--bcher-kva.example" })
	void normalizeBringsDomainIntoTheFormOfAddresses(String configured, String normal) {
		assertThat(EmailDomains.normalize(configured)).contains(normal);
	}

	@ParameterizedTest
	@CsvSource({ "''", "*", "*.", "com", "*example.com", "a*.example.com", "@example.com", "ada@example.com",
			"example.com/", "'exa mple.com'", "example..com" })
	void normalizeWhenItIsNoDomainIsEmpty(String configured) {
		assertThat(EmailDomains.normalize(configured)).isEmpty();
	}

	private static List<String> words(String text) {
		return (text != null) ? List.of(StringUtils.tokenizeToStringArray(text, " ")) : List.of();
	}

}
