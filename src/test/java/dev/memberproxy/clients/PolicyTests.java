package dev.memberproxy.clients;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Operation;
import dev.memberproxy.core.Role;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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
		Policy policy = policy(operations, roles, domains);
		assertThat(policy.findAgainstCreation(role(role), new EmailAddress(address)))
			.containsExactlyElementsOf(rules(rules));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", value = {
			"create read             | member                       | -           | member  | ada@example.com | ''",
			"create read update-role | member                       | -           | member  | ada@example.com | ''",
			"create                  | member                       | -           | member  | ada@example.com | OPERATION",
			"read                    | member                       | -           | member  | ada@example.com | OPERATION",
			"update-role delete      | member                       | -           | member  | ada@example.com | OPERATION",
			"create read             | member                       | -           | manager | ada@example.com | ROLE",
			"create read             | member                       | -           | -       | ada@example.com | ROLE",
			"create read             | member manager admin billing | -           | -       | ada@example.com | ''",
			"create read             | member                       | example.com | member  | ada@example.com | ''",
			"create read             | member                       | example.com | member  | ada@example.org | EMAIL_DOMAIN",
			"update-role             | manager                      | a.com       | member  | ada@b.com       | OPERATION ROLE EMAIL_DOMAIN" })
	void findAgainstEnsuringNamesEveryRuleThatRefuses(String operations, String roles, String domains, String role,
			String address, String rules) {
		assertThat(policy(operations, roles, domains).findAgainstEnsuring(role(role), new EmailAddress(address)))
			.containsExactlyElementsOf(rules(rules));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			value = { "update-role        | member         | -     | member  | ada@a.com | ''",
					"update-role        | member         | -     | member  | 242       | ''",
					"create read delete | member         | -     | member  | ada@a.com | OPERATION",
					"create read delete | member         | -     | member  | 242       | OPERATION",
					"update-role        | member         | -     | manager | ada@a.com | ROLE",
					"update-role        | member         | -     | manager | 242       | ROLE",
					"update-role        | member manager | -     | manager | 242       | ''",
					"update-role        | member         | a.com | member  | ada@a.com | ''",
					"update-role        | member         | a.com | member  | ada@b.com | EMAIL_DOMAIN",
					"update-role        | member         | a.com | member  | 242       | ''",
					"read               | member         | a.com | manager | 242       | OPERATION ROLE",
					"read               | member         | a.com | manager | ada@b.com | OPERATION ROLE EMAIL_DOMAIN" })
	void findAgainstRoleChangeNamesEveryRuleThatRefuses(String operations, String roles, String domains, String role,
			String ref, String rules) {
		assertThat(policy(operations, roles, domains).findAgainstRoleChange(Role.find(role).orElseThrow(), ref(ref)))
			.containsExactlyElementsOf(rules(rules));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			value = { "delete                  | -     | ada@a.com | ''",
					"delete                  | -     | 242       | ''",
					"create read update-role | -     | 242       | OPERATION",
					"create read update-role | -     | ada@a.com | OPERATION",
					"delete                  | a.com | ada@a.com | ''",
					"delete                  | a.com | ada@b.com | EMAIL_DOMAIN",
					"delete                  | a.com | 242       | ''",
					"read                    | a.com | 242       | OPERATION",
					"read                    | a.com | ada@b.com | OPERATION EMAIL_DOMAIN" })
	void findAgainstRemovalNamesEveryRuleThatRefuses(String operations, String domains, String ref, String rules) {
		assertThat(policy(operations, "member", domains).findAgainstRemoval(ref(ref)))
			.containsExactlyElementsOf(rules(rules));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			value = { "read                      | -     | ada@a.com | ''",
					"read                      | -     | 242       | ''",
					"create update-role delete | -     | ada@a.com | OPERATION",
					"create update-role delete | -     | 242       | OPERATION",
					"read                      | a.com | ada@a.com | ''",
					"read                      | a.com | ada@b.com | EMAIL_DOMAIN",
					"read                      | a.com | 242       | ''",
					"create                    | a.com | ada@b.com | OPERATION EMAIL_DOMAIN" })
	void findAgainstReadingNamesEveryRuleThatRefuses(String operations, String domains, String ref, String rules) {
		assertThat(policy(operations, "member", domains).findAgainstReading(ref(ref)))
			.containsExactlyElementsOf(rules(rules));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			value = { "read                      | -       | ''", "create update-role delete | -       | OPERATION",
					"read                      | a.com   | EMAIL_DOMAIN",
					"read                      | *.a.com | EMAIL_DOMAIN",
					"create                    | a.com   | OPERATION EMAIL_DOMAIN" })
	void findAgainstListingNamesEveryRuleThatRefuses(String operations, String domains, String rules) {
		assertThat(policy(operations, "member", domains).findAgainstListing()).containsExactlyElementsOf(rules(rules));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			value = { "-       | ada@a.com   | true", "-       | -           | true", "a.com   | ada@a.com   | true",
					"a.com   | ada@b.com   | false", "a.com   | ada@s.a.com | false", "*.a.com | ada@s.a.com | true",
					"a.com   | -           | false" })
	void permitsPersonOnlyWhereAddressIsKnownToBeOfADomain(String domains, String address, boolean permitted) {
		assertThat(policy("read", "member", domains).permitsPerson(Optional.ofNullable(address).map(EmailAddress::new)))
			.isEqualTo(permitted);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", value = { "member                       | member      | true",
			"member manager               | manager     | true", "member                       | manager     | false",
			"member                       | owner       | false", "member manager admin billing | owner       | false",
			"member manager admin billing | billing     | true", "member manager admin billing | contributor | false",
			"member manager admin billing | -           | false" })
	void permitsTakingOnlyRolesThatItMightGive(String roles, String role, boolean permitted) {
		assertThat(policy("delete", roles, null).permitsTaking(role)).isEqualTo(permitted);
	}

	@ParameterizedTest
	@EnumSource
	void permitsOnlyOperationsThatAreListed(Operation operation) {
		assertThat(policy(operation.id(), "member", null).permits(operation)).isTrue();
		String others = Operation.IDS.stream()
			.filter((id) -> !id.equals(operation.id()))
			.collect(Collectors.joining(" "));
		assertThat(policy(others, "member", null).permits(operation)).isFalse();
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

	private static Policy policy(String operations, String roles, String domains) {
		return new Policy(Set.of("default"),
				words(operations).stream().map((id) -> Operation.find(id).orElseThrow()).collect(Collectors.toSet()),
				words(roles).stream().map((id) -> Role.find(id).orElseThrow()).collect(Collectors.toSet()),
				new EmailDomains(words(domains)));
	}

	private static Role role(String id) {
		return (id != null) ? Role.find(id).orElseThrow() : null;
	}

	private static MemberRef ref(String text) {
		return text.contains("@") ? new MemberRef.ByAddress(new EmailAddress(text))
				: new MemberRef.ById(new MemberId(text));
	}

	private static List<Rule> rules(String names) {
		return words(names).stream().map(Rule::valueOf).toList();
	}

	private static List<String> words(String text) {
		return (text != null) ? List.of(StringUtils.tokenizeToStringArray(text, " ")) : List.of();
	}

}
