package dev.memberproxy.organizations;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.memberproxy.core.SecretFile;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.organizations.Organization.Timeouts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/** What monitoring learns of tokens. */
class TokenMonitoringTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	@TempDir
	private Path directory;

	private Instant now = Instant.EPOCH;

	private OrganizationToken token;

	private Organizations organizations;

	@BeforeEach
	void bind() throws IOException {
		Path file = Files.writeString(this.directory.resolve("token"), "sntrys_old");
		this.token = OrganizationToken.from(SecretFile.of("sentry.token-file", file.toString(), "token"),
				() -> this.now);
		this.organizations = new Organizations(List.of(organization("default", this.token),
				organization("second", OrganizationToken.of(SecretToken.of("sntrys_second"), () -> this.now))));
		new OrganizationConfiguration().tokenMetrics(this.organizations).bindTo(this.registry);
	}

	@Test
	void ageWhenTokenIsReplacedStartsAnew() throws IOException {
		pass(Duration.ofMillis(90_500));
		assertThat(gauge("members.token.age", "default")).isEqualTo(90.5);
		Files.writeString(this.directory.resolve("token"), "sntrys_new");
		this.token.reload();
		pass(Duration.ofSeconds(2));
		assertThat(gauge("members.token.age", "default")).isEqualTo(2);
		assertThat(gauge("members.token.age", "second")).isEqualTo(92.5);
	}

	@Test
	void lastSuccessWhenThereWasNoneIsNotANumber() {
		assertThat(gauge("members.token.last.success", "default")).isNaN();
		this.token.accepted(this.token.current());
		pass(Duration.ofSeconds(3));
		assertThat(gauge("members.token.last.success", "default")).isEqualTo(3);
		assertThat(gauge("members.token.last.success", "second")).isNaN();
	}

	@Test
	void reloadFailuresWhenFileIsBrokenCountsEachReading() throws IOException {
		Files.writeString(this.directory.resolve("token"), "");
		this.token.reload();
		this.token.reload();
		assertThat(failures("default")).isEqualTo(2);
		assertThat(failures("second")).isZero();
	}

	@Test
	void healthWhenFileIsBrokenIsUpAndTellsFault() throws IOException {
		HealthIndicator health = new OrganizationConfiguration().tokens(this.organizations);
		assertThat(health.health()).isEqualTo(Health.up().build());
		Files.writeString(this.directory.resolve("token"), "sntrys_new with blanks");
		this.token.reload();
		assertThat(health.health().getStatus()).isEqualTo(Status.UP);
		assertThat(health.health().getDetails()).containsOnlyKeys("default");
		assertThat(health.health().toString()).contains("sentry.token-file names a file whose content contains blanks")
			.doesNotContain("sntrys");
		Files.writeString(this.directory.resolve("token"), "sntrys_new");
		this.token.reload();
		assertThat(health.health().getDetails()).isEmpty();
	}

	private double gauge(String name, String alias) {
		return this.registry.get(name).tag("organization", alias).gauge().value();
	}

	private double failures(String alias) {
		return this.registry.get("members.token.reload.failures").tag("organization", alias).functionCounter().count();
	}

	private void pass(Duration duration) {
		this.now = this.now.plus(duration);
	}

	private static Organization organization(String alias, OrganizationToken token) {
		return new Organization(alias, URI.create("https://sentry.test"), "acme", token,
				new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(8), Duration.ofSeconds(20)),
				new Pacing(40, 25, Duration.ofSeconds(5)), Duration.ZERO, null);
	}

}
