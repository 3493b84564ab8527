package dev.memberproxy.replicas;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import dev.memberproxy.Programs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import org.awaitility.Awaitility;

/**
 * A real redis-server on a free port of loopback: the one that is installed, otherwise
 * the one of the test library.
 */
public final class RedisServer implements AutoCloseable {

	private static final Path DIRECTORY = Path.of("target", "redis");

	private final int port;

	private final List<String> arguments;

	/** A file, which comes before all arguments. */
	private final List<String> configuration;

	private final RedisClient client;

	private Process process;

	private RedisServer(int port, List<String> arguments, String... configuration) {
		this.port = port;
		this.arguments = arguments;
		this.configuration = List.of(configuration);
		this.client = RedisClient
			.create(RedisURI.builder().withHost("127.0.0.1").withPort(port).withTimeout(Duration.ofSeconds(5)).build());
		restart();
	}

	/**
	 * Starts a server that keeps nothing on the disk.
	 * @param arguments further arguments
	 */
	public static RedisServer start(String... arguments) {
		List<String> all = new ArrayList<>(List.of("--save", "", "--appendonly", "no"));
		all.addAll(List.of(arguments));
		return new RedisServer(freePort(), all);
	}

	/** Starts a sentinel, which is the same program. */
	static RedisServer startSentinel(Path configuration) {
		return new RedisServer(freePort(), List.of("--sentinel"), configuration.toAbsolutePath().toString());
	}

	public int port() {
		return this.port;
	}

	/** Starts the server again on the same port. */
	public void restart() {
		List<String> command = new ArrayList<>(List.of(binary().toString()));
		command.addAll(this.configuration);
		// A replica writes what it gets to a file, which no other server must load.
		command.addAll(List.of("--port", String.valueOf(this.port), "--bind", "127.0.0.1", "--dbfilename",
				this.port + ".rdb"));
		command.addAll(this.arguments);
		try {
			Files.deleteIfExists(DIRECTORY.resolve(this.port + ".rdb"));
			this.process = new ProcessBuilder(command).directory(Files.createDirectories(DIRECTORY).toFile())
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(new File(DIRECTORY.toFile(), this.port + ".log")))
				.start();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.pollInterval(Duration.ofMillis(10))
			.ignoreExceptionsInstanceOf(RedisException.class)
			.until(() -> command("PING").equals("PONG"));
	}

	/** Ends the server without warning. */
	public void kill() {
		this.process.destroyForcibly();
		try {
			this.process.waitFor();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	/** Lets the server stand still: connections are accepted, and nothing is answered. */
	public void pause() {
		Programs.signal(this.process, "STOP");
	}

	public void resume() {
		Programs.signal(this.process, "CONT");
	}

	/**
	 * Runs a command.
	 * @return the answer as text, several elements on a line each
	 */
	public String command(String name, String... arguments) {
		try (var connection = this.client.connect()) {
			CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
			for (String argument : arguments) {
				args.add(argument);
			}
			List<Object> answer = connection.sync()
				.dispatch(new Keyword(name), new NestedMultiOutput<>(StringCodec.UTF8), args);
			return answer.stream().map(Objects::toString).collect(Collectors.joining("\n"));
		}
	}

	@Override
	public void close() {
		this.client.shutdown(Duration.ZERO, Duration.ZERO);
		this.process.destroyForcibly();
	}

	static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static Path binary() {
		return Programs.find("redis-server").orElseGet(RedisServer::unpack);
	}

	/** The library itself is not used: it would bring another client. */
	private static synchronized Path unpack() {
		Path binary = DIRECTORY.resolve("redis-server").toAbsolutePath();
		if (Files.isExecutable(binary)) {
			return binary;
		}
		String name = System.getProperty("os.arch").equals("aarch64") ? "/redis-server-6.2.7-linux-arm64"
				: "/redis-server-6.2.6-v5-linux-amd64";
		try (InputStream in = Objects.requireNonNull(RedisServer.class.getResourceAsStream(name), name)) {
			Files.createDirectories(DIRECTORY);
			Files.copy(in, binary, StandardCopyOption.REPLACE_EXISTING);
			if (!binary.toFile().setExecutable(true)) {
				throw new AssertionError(binary + " cannot be made executable");
			}
			return binary;
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private record Keyword(String text) implements ProtocolKeyword {

		@Override
		public byte[] getBytes() {
			return this.text.getBytes(StandardCharsets.US_ASCII);
		}

	}

}
