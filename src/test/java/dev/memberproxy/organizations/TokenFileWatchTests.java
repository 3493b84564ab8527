package dev.memberproxy.organizations;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

import dev.memberproxy.organizations.TokenFileWatch.Watching;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class TokenFileWatchTests {

	private static final String OLD = "sntrys_old_0123456789";

	private static final String NEW = "sntrys_new_0123456789";

	private static final Duration NEVER = Duration.ofHours(1);

	private static final Duration OFTEN = Duration.ofMillis(20);

	private static final Watching WATCHING = FileSystems.getDefault()::newWatchService;

	@TempDir
	private Path directory;

	/** Those of services that other tests have started. */
	private final List<Thread> others = allThreads().toList();

	private TokenFileWatch watch;

	@AfterEach
	void stop() {
		this.watch.stop();
		assertThat(this.watch.isRunning()).isFalse();
		Awaitility.await().until(() -> threads().findAny().isEmpty());
	}

	@Test
	void startWhenFileChangedBeforeTakesToken() throws IOException {
		OrganizationToken token = tokenOf(write("token", OLD));
		write("token", NEW);
		start(NEVER, WATCHING, token);
		awaitToken(token, NEW);
	}

	@Test
	void watchWhenFileIsRewrittenTakesToken() throws IOException {
		OrganizationToken token = watched(write("token", OLD));
		write("token", NEW);
		awaitToken(token, NEW);
	}

	@Test
	void watchWhenAnotherFileTakesThePlaceTakesTokenEachTime() throws IOException {
		Path file = write("token", OLD);
		OrganizationToken token = watched(file);
		for (String text : new String[] { NEW, OLD, NEW }) {
			Files.move(write("token.new", text), file, StandardCopyOption.ATOMIC_MOVE);
			awaitToken(token, text);
		}
	}

	@Test
	void watchWhenKubernetesSwapsLinkTakesTokenEachTime() throws IOException {
		KubernetesVolume volume = new KubernetesVolume(this.directory, OLD);
		OrganizationToken token = watched(volume.file());
		for (String text : new String[] { NEW, OLD, NEW }) {
			volume.swap(text);
			awaitToken(token, text);
		}
	}

	@Test
	void watchWhenFileIsDeletedAndComesBackTakesToken() throws IOException {
		Path file = write("token", OLD);
		OrganizationToken token = watched(file);
		Files.delete(file);
		Awaitility.await().until(() -> token.findFault().isPresent());
		assertThat(token.current().reveal()).isEqualTo(OLD);
		write("token", NEW);
		awaitToken(token, NEW);
		assertThat(token.findFault()).isEmpty();
	}

	@Test
	void watchWhenThereAreSeveralDirectoriesWatchesEach() throws IOException {
		Files.createDirectories(this.directory.resolve("one"));
		Files.createDirectories(this.directory.resolve("other"));
		OrganizationToken one = tokenOf(write("one/token", OLD));
		OrganizationToken other = tokenOf(write("other/token", OLD));
		start(NEVER, WATCHING, one, OrganizationToken.of(SecretToken.of(OLD)), other);
		write("other/token", NEW);
		awaitToken(other, NEW);
		assertThat(one.current().reveal()).isEqualTo(OLD);
		write("one/token", NEW);
		awaitToken(one, NEW);
	}

	@Test
	void watchWhenDirectoryIsReplacedPollsAndWatchesTheNewOne(CapturedOutput output) throws IOException {
		Path inner = Files.createDirectory(this.directory.resolve("inner"));
		OrganizationToken token = tokenOf(write("inner/token", OLD));
		start(OFTEN, WATCHING, token);
		Files.delete(inner.resolve("token"));
		Files.delete(inner);
		Awaitility.await().until(() -> output.getAll().contains("cannot be watched"));
		Files.createDirectory(inner);
		write("inner/token", NEW);
		awaitToken(token, NEW);
		assertThat(output.getAll()).containsOnlyOnce("cannot be watched").doesNotContain(this.directory.toString());
	}

	@Test
	void watchWhenNothingCanBeWatchedPolls(CapturedOutput output) throws IOException {
		OrganizationToken token = tokenOf(write("token", OLD));
		start(OFTEN, () -> {
			throw new IOException("User limit of inotify instances reached or too many open files");
		}, token);
		write("token", NEW);
		awaitToken(token, NEW);
		write("token", OLD);
		awaitToken(token, OLD);
		assertThat(output.getAll()).containsOnlyOnce("cannot be watched");
	}

	@Test
	void startWhenThereIsNoFileHasNothingToDo() {
		start(OFTEN, WATCHING, OrganizationToken.of(SecretToken.of(OLD)));
		assertThat(this.watch.isRunning()).isFalse();
		assertThat(threads()).isEmpty();
	}

	private OrganizationToken watched(Path file) {
		OrganizationToken token = tokenOf(file);
		start(NEVER, WATCHING, token);
		return token;
	}

	private void start(Duration interval, Watching watching, OrganizationToken... tokens) {
		this.watch = new TokenFileWatch(List.of(tokens), interval, watching);
		this.watch.start();
	}

	private static OrganizationToken tokenOf(Path file) {
		return OrganizationToken.from(TokenFile.of("sentry.token-file", file.toString()), InstantSource.system());
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
