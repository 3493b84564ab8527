package dev.memberproxy.clients;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.memberproxy.clients.Policy.Rule;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.MemberRef;
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
	void violatedByCreateReturnsEveryViolatedRule(String operations, String roles, String domains, String role,
			String address, String rules) {
		Policy policy = policy(operations, roles, domains);
		assertThat(policy.violatedByCreate(role(role), new EmailAddress(address)))
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
	void violatedByEnsureReturnsEveryViolatedRule(String operations, String roles, String domains, String role,
			String address, String rules) {
		assertThat(policy(operations, roles, domains).violatedByEnsure(role(role), new EmailAddress(address)))
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
	void violatedByUpdateRoleReturnsEveryViolatedRule(String operations, String roles, String domains, String role,
			String ref, String rules) {
		assertThat(policy(operations, roles, domains).violatedByUpdateRole(Role.find(role).orElseThrow(), ref(ref)))
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
	void violatedByDeleteReturnsEveryViolatedRule(String operations, String domains, String ref, String rules) {
		assertThat(policy(operations, "member", domains).violatedByDelete(ref(ref)))
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
	void violatedByReadReturnsEveryViolatedRule(String operations, String domains, String ref, String rules) {
		assertThat(policy(operations, "member", domains).violatedByRead(ref(ref)))
			.containsExactlyElementsOf(rules(rules));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", value = { "member                       | member      | true",
			"member manager               | manager     | true", "member                       | manager     | false",
			"member                       | owner       | false", "member manager admin billing | owner       | false",
			"member manager admin billing | billing     | true", "member manager admin billing | contributor | false",
			"member manager admin billing | -           | false" })
	void permitsReplacingOnlyRolesThatItMayAssign(String roles, String role, boolean permitted) {
		assertThat(policy("delete", roles, null).permitsReplacing(role)).isEqualTo(permitted);
	}

	private static Policy policy(String operations, String roles, String domains) {
		return new Policy(Set.of("default"),
				words(operations).stream().map((id) -> Operation.find(id).orElseThrow()).collect(Collectors.toSet()),
				words(roles).stream().map((id) -> Role.find(id).orElseThrow()).collect(Collectors.toSet()),
				words(domains));
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
