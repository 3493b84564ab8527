package dev.memberproxy.organizations;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.memberproxy.core.SecretFile;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.organizations.Organization.Timeouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class OrganizationsTests {

	@TempDir
	private Path directory;

	private final AtomicBoolean broken = new AtomicBoolean();

	@Test
	void reloadTokensWhenOneFailsReloadsTheOthers(CapturedOutput output) throws IOException {
		Organization first = organization("first");
		Organization second = organization("second");
		Organizations organizations = new Organizations(List.of(first, second));
		write("first", "sntrys_new");
		write("second", "sntrys_new");
		this.broken.set(true);
		organizations.reloadTokens();
		assertThat(List.of(first, second)).extracting((organization) -> organization.token().current().reveal())
			.containsExactlyInAnyOrder("sntrys_old", "sntrys_new");
		assertThat(output.getAll()).containsOnlyOnce("A token file could not be read again").contains("broken clock");
		organizations.reloadTokens();
		assertThat(List.of(first, second)).extracting((organization) -> organization.token().current().reveal())
			.containsOnly("sntrys_new");
	}

	private Organization organization(String alias) throws IOException {
		InstantSource clock = () -> {
			if (this.broken.getAndSet(false)) {
				throw new IllegalStateException("broken clock");
			}
			return Instant.EPOCH;
		};
		String file = write(alias, "sntrys_old").toString();
		return new Organization(alias, URI.create("https://sentry.test"), alias,
				OrganizationToken.from(SecretFile.of("sentry.token-file", file, "token"), clock),
				new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(8), Duration.ofSeconds(20)),
				new Pacing(40, 25, Duration.ofSeconds(5)), Duration.ZERO, null);
	}

	private Path write(String alias, String token) throws IOException {
		return Files.writeString(this.directory.resolve(alias), token);
	}

}
