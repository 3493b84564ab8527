package dev.memberproxy.core;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RoleTests {

	@Test
	void patternHasAllRoles() {
		assertThat(Role.PATTERN).isEqualTo("(?i)" + String.join("|", Role.IDS));
	}

	/** The last but one has a dotless i, the last one a line break. */
	@ParameterizedTest
	@ValueSource(strings = { "Member", "ADMIN", "billing", "owner", "members", "", "adm\u0131n", "member\n" })
	void patternMatchesWhatFindFinds(String text) {
		assertThat(text.matches(Role.PATTERN)).isEqualTo(Role.find(text).isPresent());
	}

}
