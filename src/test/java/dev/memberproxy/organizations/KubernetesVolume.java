package dev.memberproxy.organizations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A directory with a token file as Kubernetes mounts a secret: the file is a link through
 * a link named {@code ..data}, and it is the latter that a change replaces.
 */
final class KubernetesVolume {

	private static final String FILE = "token";

	private final Path directory;

	private int version;

	KubernetesVolume(Path directory, String token) throws IOException {
		this.directory = directory;
		Files.createSymbolicLink(directory.resolve("..data"), write(token));
		Files.createSymbolicLink(file(), Path.of("..data", FILE));
	}

	Path file() {
		return this.directory.resolve(FILE);
	}

	void swap(String token) throws IOException {
		Path previous = this.directory.resolve(version());
		Path link = Files.createSymbolicLink(this.directory.resolve("..data_tmp"), write(token));
		Files.move(link, this.directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
		Files.delete(previous.resolve(FILE));
		Files.delete(previous);
	}

	private Path write(String token) throws IOException {
		this.version++;
		Path version = Files.createDirectory(this.directory.resolve(version()));
		Files.writeString(version.resolve(FILE), token);
		return version.getFileName();
	}

	private String version() {
		return "..2026_11_24_" + this.version;
	}

}
