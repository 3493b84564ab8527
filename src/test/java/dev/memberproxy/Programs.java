package dev.memberproxy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import org.opentest4j.TestAbortedException;

/** Programs that tests use where they are installed. */
public final class Programs {

	private Programs() {
	}

	/**
	 * Looks for a program without which a test proves nothing. On a developer's machine
	 * the test is skipped where the program is not installed; in continuous integration
	 * it fails.
	 * @param names what it may be called
	 * @return the program
	 */
	public static Path require(String... names) {
		return find(names).orElseGet(() -> {
			String message = names[0] + " is not installed";
			if (System.getenv("CI") != null) {
				throw new AssertionError(message);
			}
			throw new TestAbortedException(message);
		});
	}

	/**
	 * Looks for an installed program, also where only the administrator's path leads.
	 * @param names what it may be called
	 * @return the program, or empty if there is none
	 */
	public static Optional<Path> find(String... names) {
		String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
		return Stream.of(path.split(File.pathSeparator))
			.flatMap((directory) -> Stream.of(names).map(Path.of(directory)::resolve))
			.filter(Files::isExecutable)
			.findFirst();
	}

}
