package dev.memberproxy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import org.opentest4j.TestAbortedException;

/** Installed programs that tests use. */
public final class Programs {

	private Programs() {
	}

	/**
	 * Finds a program by one of its names. If it is not installed, the test fails in
	 * continuous integration and is skipped elsewhere.
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

	/** Finds a program by one of its names, in the path and in {@code /usr/sbin}. */
	public static Optional<Path> find(String... names) {
		String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
		return Stream.of(path.split(File.pathSeparator))
			.flatMap((directory) -> Stream.of(names).map(Path.of(directory)::resolve))
			.filter(Files::isExecutable)
			.findFirst();
	}

	/**
	 * Sends a signal to a process.
	 * @param signal its name, such as {@code STOP}
	 */
	public static void signal(Process process, String signal) {
		try {
			int status = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
			if (status != 0) {
				throw new AssertionError("kill -" + signal + " ended with status " + status);
			}
		}
		catch (IOException | InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

}
