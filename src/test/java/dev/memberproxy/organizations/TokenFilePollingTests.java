package dev.memberproxy.organizations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class TokenFilePollingTests {

	private static final String OLD = "sntrys_old_0123456789";

	private static final String NEW = "sntrys_new_0123456789";

	private static final Duration OFTEN = Duration.ofMillis(20);

	@TempDir
	private Path directory;

	/** Those of services that other tests have started. */
	private final List<Thread> others = allThreads().toList();

	private TokenFilePolling polling;

	@AfterEach
	void stop() {
		this.polling.stop();
		assertThat(this.polling.isRunning()).isFalse();
		Awaitility.await().until(() -> threads().findAny().isEmpty());
	}

	@Test
	void startWhenFileChangedBeforeTakesTokenAtOnce() throws IOException {
		OrganizationToken token = tokenOf(write("token", OLD));
		write("token", NEW);
		start(Duration.ofHours(1), token);
		awaitToken(token, NEW);
	}

	@Test
	void pollWhenFileIsRewrittenTakesToken() throws IOException {
		OrganizationToken token = polled(write("token", OLD));
		write("token", NEW);
		awaitToken(token, NEW);
	}

	@Test
	void pollWhenAnotherFileTakesThePlaceTakesTokenEachTime() throws IOException {
		Path file = write("token", OLD);
		OrganizationToken token = polled(file);
		for (String text : new String[] { NEW, OLD, NEW }) {
			Files.move(write("token.new", text), file, StandardCopyOption.ATOMIC_MOVE);
			awaitToken(token, text);
		}
	}

	@Test
	void pollWhenKubernetesSwapsLinkTakesTokenEachTime() throws IOException {
		KubernetesVolume volume = new KubernetesVolume(this.directory, OLD);
		OrganizationToken token = polled(volume.file());
		for (String text : new String[] { NEW, OLD, NEW }) {
			volume.swap(text);
			awaitToken(token, text);
		}
	}

	@Test
	void pollWhenFileIsDeletedAndComesBackTakesToken() throws IOException {
		Path file = write("token", OLD);
		OrganizationToken token = polled(file);
		Files.delete(file);
		Awaitility.await().until(() -> token.findFault().isPresent());
		assertThat(token.current().reveal()).isEqualTo(OLD);
		write("token", NEW);
		awaitToken(token, NEW);
		assertThat(token.findFault()).isEmpty();
	}

	@Test
	void pollWhenDirectoryIsReplacedTakesToken() throws IOException {
		Path inner = Files.createDirectory(this.directory.resolve("inner"));
		OrganizationToken token = polled(write("inner/token", OLD));
		Files.delete(inner.resolve("token"));
		Files.delete(inner);
		Awaitility.await().until(() -> token.findFault().isPresent());
		Files.createDirectory(inner);
		write("inner/token", NEW);
		awaitToken(token, NEW);
	}

	@Test
	void pollWhenOneReloadThrowsGoesOn(CapturedOutput output) throws IOException {
		AtomicBoolean broken = new AtomicBoolean();
		InstantSource clock = () -> {
			if (broken.getAndSet(false)) {
				throw new IllegalStateException("broken clock");
			}
			return Instant.EPOCH;
		};
		OrganizationToken first = OrganizationToken.from(file(write("first", OLD)), clock);
		OrganizationToken second = tokenOf(write("second", OLD));
		broken.set(true);
		write("first", NEW);
		write("second", NEW);
		start(OFTEN, first, second);
		awaitToken(second, NEW);
		awaitToken(first, NEW);
		assertThat(this.polling.isRunning()).isTrue();
		assertThat(output.getAll()).containsOnlyOnce("A token file could not be read again").contains("broken clock");
	}

	@Test
	void startWhenThereIsNoFileHasNothingToDo() {
		start(OFTEN, OrganizationToken.of(SecretToken.of(OLD)));
		assertThat(this.polling.isRunning()).isFalse();
		assertThat(threads()).isEmpty();
	}

	private OrganizationToken polled(Path file) {
		OrganizationToken token = tokenOf(file);
		start(OFTEN, token);
		return token;
	}

	private void start(Duration interval, OrganizationToken... tokens) {
		this.polling = new TokenFilePolling(List.of(tokens), interval);
		this.polling.start();
	}

	private static OrganizationToken tokenOf(Path path) {
		return OrganizationToken.from(file(path), InstantSource.system());
	}

	private static TokenFile file(Path path) {
		return TokenFile.of("sentry.token-file", path.toString());
	}

	private Path write(String name, String content) throws IOException {
		return Files.writeString(this.directory.resolve(name), content);
	}

	private static void awaitToken(OrganizationToken token, String text) {
		Awaitility.await().until(() -> token.current().reveal().equals(text));
	}

	private Stream<Thread> threads() {
		return allThreads().filter((thread) -> !this.others.contains(thread));
	}

	private static Stream<Thread> allThreads() {
		return Thread.getAllStackTraces().keySet().stream().filter((thread) -> thread.getName().equals("token-files"));
	}

}
