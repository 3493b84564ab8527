package dev.memberproxy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs that tests use where they are installed. */
public final class Programs {

	private Programs() {
	}

	/**
	 * Looks for an installed program.
	 * @param names what it may be called
	 * @return the program, or empty if there is none
	 */
	public static Optional<Path> find(String... names) {
		return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.flatMap((directory) -> Stream.of(names).map(Path.of(directory)::resolve))
			.filter(Files::isExecutable)
			.findFirst();
	}

}
