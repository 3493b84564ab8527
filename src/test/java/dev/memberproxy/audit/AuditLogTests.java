package dev.memberproxy.audit;

import dev.memberproxy.audit.AuditLog.AuditProperties.AddressForm;
import dev.memberproxy.core.EmailAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class AuditLogTests {

	@ParameterizedTest
	@CsvSource({ "FULL, ada@example.com", "MASKED, a***@example.com",
			"HASHED, b5fc85e55755f9e0d030a10ab4429b6b2944855f9a0d60077fe832becbc41d72" })
	void formatShowsAddressInConfiguredForm(AddressForm form, String expected) {
		assertThat(form.format(new EmailAddress("ada@example.com"))).isEqualTo(expected);
	}

}
