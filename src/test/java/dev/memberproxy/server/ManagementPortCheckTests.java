package dev.memberproxy.server;

import dev.memberproxy.core.InvalidConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class ManagementPortCheckTests {

	@ParameterizedTest
	@CsvSource({ "'', ''", "8080, ''", "8080, 8080", "'', 8080" })
	void newWhenManagementIsOnThePortForCallersIsRejected(String port, String managementPort) {
		assertThatExceptionOfType(InvalidConfigurationException.class)
			.isThrownBy(() -> new ServerConfiguration(environment(port, managementPort)))
			.withMessage("management.server.port is missing, or is the port of the service.");
	}

	@ParameterizedTest
	@CsvSource({ "8080, 8081", "8080, -1", "0, 0" })
	void newWhenManagementHasItsOwnPortOrNoneIsAccepted(String port, String managementPort) {
		assertThatNoException().isThrownBy(() -> new ServerConfiguration(environment(port, managementPort)));
	}

	private static MockEnvironment environment(String port, String managementPort) {
		return new MockEnvironment().withProperty("server.port", port)
			.withProperty("management.server.port", managementPort);
	}

}
