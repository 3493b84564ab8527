package dev.memberproxy.organizations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

import dev.memberproxy.core.SecretFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@ExtendWith(OutputCaptureExtension.class)
class OrganizationTokenTests {

	private static final String OLD = "sntrys_old_0123456789";

	private static final String NEW = "sntrys_new_0123456789";

	@TempDir
	private Path directory;

	private Instant now = Instant.EPOCH;

	@Test
	void reloadWhenFileIsRewrittenTakesToken() throws IOException {
		OrganizationToken token = tokenOf(write("token", OLD + "\n"));
		write("token", NEW + "\n");
		token.reload();
		assertThat(token.current().reveal()).isEqualTo(NEW);
	}

	@Test
	void reloadWhenAnotherFileTakesThePlaceTakesToken() throws IOException {
		Path file = write("token", OLD);
		OrganizationToken token = tokenOf(file);
		Files.move(write("token.new", NEW), file, StandardCopyOption.ATOMIC_MOVE);
		token.reload();
		assertThat(token.current().reveal()).isEqualTo(NEW);
	}

	@Test
	void reloadWhenKubernetesSwapsLinkTakesToken() throws IOException {
		KubernetesVolume volume = new KubernetesVolume(this.directory, OLD);
		OrganizationToken token = tokenOf(volume.file());
		volume.swap(NEW);
		token.reload();
		assertThat(token.current().reveal()).isEqualTo(NEW);
	}

	@Test
	void reloadWhenContentIsTheSameKeepsTokenAndItsAge() throws IOException {
		Path file = write("token", OLD);
		OrganizationToken token = tokenOf(file);
		SecretToken before = token.current();
		write("token", OLD + "\n");
		pass(Duration.ofMinutes(1));
		token.reload();
		assertThat(token.current()).isSameAs(before);
		assertThat(token.age()).isEqualTo(Duration.ofMinutes(1));
	}

	static Stream<Arguments> breakages() {
		return Stream.of(breakage("names an empty file", (file) -> Files.writeString(file, "")),
				breakage("names an empty file", (file) -> Files.writeString(file, "\n")),
				breakage("contains blanks, line breaks", (file) -> Files.writeString(file, NEW + "\n" + OLD)),
				breakage("contains blanks, line breaks", (file) -> Files.writeString(file, "Bearer " + NEW)),
				breakage("contains blanks, line breaks", (file) -> Files.writeString(file, NEW + " \n")),
				breakage("is longer than 4096 characters", (file) -> Files.writeString(file, NEW.repeat(1000))),
				breakage("does not exist", Files::delete), breakage("cannot be read", (file) -> {
					// A link to itself; root can read every other file.
					Files.delete(file);
					Files.createSymbolicLink(file, file);
				}), breakage("names a directory", (file) -> {
					Files.delete(file);
					Files.createDirectory(file);
				}));
	}

	private static Arguments breakage(String fault, Breakage breakage) {
		return arguments(fault, breakage);
	}

	@ParameterizedTest
	@MethodSource("breakages")
	void reloadWhenFileIsBrokenKeepsTokenUntilThereIsAGoodOne(String fault, Breakage breakage, CapturedOutput output)
			throws IOException {
		Path file = write("token", OLD);
		OrganizationToken token = tokenOf(file);
		SecretToken before = token.current();
		breakage.apply(file);
		token.reload();
		token.reload();
		assertThat(token.current()).isSameAs(before);
		assertThat(token.failures()).isEqualTo(2);
		assertThat(token.findFault()).hasValueSatisfying(
				(found) -> assertThat(found).startsWith("sentry.token-file ").contains(fault).doesNotContain("sntrys"));
		assertThat(output.getAll().lines().filter((line) -> line.contains(fault))).hasSize(1);
		Files.deleteIfExists(file);
		write("token", NEW);
		token.reload();
		assertThat(token.current().reveal()).isEqualTo(NEW);
		assertThat(token.findFault()).isEmpty();
		assertThat(token.failures()).isEqualTo(2);
		assertThat(output.getAll()).contains("a new token").doesNotContain("sntrys", this.directory.toString());
	}

	@Test
	void reloadWhenFaultIsAnotherLogsItToo(CapturedOutput output) throws IOException {
		Path file = write("token", OLD);
		OrganizationToken token = tokenOf(file);
		write("token", "");
		token.reload();
		Files.delete(file);
		token.reload();
		assertThat(output.getAll()).containsOnlyOnce("names an empty file").containsOnlyOnce("does not exist");
	}

	@Test
	void reloadWhenOldContentIsBackForgetsFault(CapturedOutput output) throws IOException {
		Path file = write("token", OLD);
		OrganizationToken token = tokenOf(file);
		Files.delete(file);
		token.reload();
		write("token", OLD);
		token.reload();
		assertThat(token.findFault()).isEmpty();
		assertThat(output.getAll()).contains("the current token again");
	}

	@Test
	void replacesWhenFileIsUnchangedIsFalse() throws IOException {
		OrganizationToken token = tokenOf(write("token", OLD));
		assertThat(token.replaces(token.current())).isFalse();
	}

	@Test
	void replacesWhenThereIsNoFileIsFalse() {
		OrganizationToken token = OrganizationToken.of(SecretToken.of(OLD));
		assertThat(token.replaces(token.current())).isFalse();
	}

	@Test
	void replacesWhenFileIsBrokenIsFalse() throws IOException {
		OrganizationToken token = tokenOf(write("token", OLD));
		write("token", "");
		assertThat(token.replaces(token.current())).isFalse();
	}

	@Test
	void replacesWhenFileHasChangedIsTrue() throws IOException {
		OrganizationToken token = tokenOf(write("token", OLD));
		SecretToken refused = token.current();
		write("token", NEW);
		assertThat(token.replaces(refused)).isTrue();
		assertThat(token.current().reveal()).isEqualTo(NEW);
	}

	@Test
	void replacesWhenAnotherHasReadTheFileMeanwhileIsTrue() throws IOException {
		OrganizationToken token = tokenOf(write("token", OLD));
		SecretToken refused = token.current();
		write("token", NEW);
		token.reload();
		assertThat(token.replaces(refused)).isTrue();
		assertThat(token.replaces(token.current())).isFalse();
	}

	@Test
	void sinceAcceptedWhenSentryAcceptedTokenIsTheTimeSince() throws IOException {
		OrganizationToken token = tokenOf(write("token", OLD));
		assertThat(token.sinceAccepted()).isEmpty();
		token.accepted(token.current());
		pass(Duration.ofSeconds(7));
		assertThat(token.sinceAccepted()).contains(Duration.ofSeconds(7));
	}

	@Test
	void sinceAcceptedWhenOnlyThePredecessorWasAcceptedIsEmpty() throws IOException {
		OrganizationToken token = tokenOf(write("token", OLD));
		SecretToken predecessor = token.current();
		token.accepted(predecessor);
		write("token", NEW);
		pass(Duration.ofSeconds(7));
		token.reload();
		token.accepted(predecessor);
		assertThat(token.sinceAccepted()).isEmpty();
		assertThat(token.age()).isZero();
	}

	private OrganizationToken tokenOf(Path file) {
		return OrganizationToken.from(SecretFile.of("sentry.token-file", file.toString(), "token"), () -> this.now);
	}

	private Path write(String name, String content) throws IOException {
		return Files.writeString(this.directory.resolve(name), content);
	}

	private void pass(Duration duration) {
		this.now = this.now.plus(duration);
	}

	/** Something that makes a token file unusable. */
	@FunctionalInterface
	interface Breakage {

		void apply(Path file) throws IOException;

	}

}
