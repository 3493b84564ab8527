package dev.memberproxy.replicas;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.memberproxy.ApiClient;
import dev.memberproxy.Programs;
import org.awaitility.Awaitility;

/**
 * The service in a process of its own, which signals can end and stop. Its ports stay the
 * same when it is started again, and its log is in {@code target/replicas}.
 */
final class Replica implements AutoCloseable {

	private static final Path DIRECTORY = Path.of("target", "replicas");

	private final String name;

	private final Map<String, String> environment;

	private final List<String> arguments;

	private final List<String> jvmOptions;

	private final int port = RedisServer.freePort();

	private final int managementPort = RedisServer.freePort();

	private Process process;

	/** Whether a load balancer that heeds readiness sends requests. */
	private volatile boolean listed = true;

	private Replica(String name, Map<String, String> environment, List<String> arguments, List<String> jvmOptions) {
		this.name = name;
		this.environment = environment;
		this.arguments = arguments;
		this.jvmOptions = jvmOptions;
		start();
	}

	/**
	 * Starts a replica, without waiting until it is ready.
	 * @param name the name of its log
	 * @param environment variables
	 * @param arguments further arguments, as {@code --name=value}; those that begin with
	 * {@code -X} are for the JVM
	 */
	static Replica launch(String name, Map<String, String> environment, String... arguments) {
		List<String> all = List.of(arguments);
		return new Replica(name, environment, all.stream().filter((argument) -> !argument.startsWith("-X")).toList(),
				all.stream().filter((argument) -> argument.startsWith("-X")).toList());
	}

	/** Starts the process, without waiting until it is ready. */
	void start() {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m"));
		command.addAll(this.jvmOptions);
		command.addAll(List.of("-cp", classPath, "dev.memberproxy.MemberProxyApplication", "--server.port=" + this.port,
				"--management.server.port=" + this.managementPort));
		command.addAll(this.arguments);
		try {
			ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
			builder.environment().putAll(this.environment);
			this.process = builder.start();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	void awaitReady() {
		Awaitility.await(this.name + " is ready; see " + log())
			.atMost(Duration.ofMinutes(1))
			.pollInterval(Duration.ofMillis(50))
			.failFast(() -> !this.process.isAlive())
			.until(this::isReady);
		this.listed = true;
	}

	boolean isReady() {
		try {
			return ApiClient.get(this.managementPort, "/actuator/health/readiness").statusCode() == 200;
		}
		catch (AssertionError _) {
			return false;
		}
	}

	int port() {
		return this.port;
	}

	String name() {
		return this.name;
	}

	/** The value of a metric without tags, in the format of Prometheus. */
	double metric(String metric) {
		return management("/actuator/prometheus").body()
			.lines()
			.filter((line) -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
			.sum();
	}

	HttpResponse<String> management(String path) {
		return ApiClient.get(this.managementPort, path);
	}

	/** The replica uses Redis, together with all replicas. */
	boolean shares(int replicas) {
		return metric("members_state_degraded") == 0 && metric("members_state_replicas") == replicas;
	}

	boolean isListed() {
		return this.listed;
	}

	/** Asks the replica to stop, without waiting for it. */
	void terminate() {
		this.listed = false;
		this.process.destroy();
	}

	void awaitEnd() {
		try {
			if (!this.process.waitFor(60, TimeUnit.SECONDS)) {
				throw new AssertionError(this.name + " does not end; see " + log());
			}
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	void kill() {
		this.process.destroyForcibly();
		awaitEnd();
	}

	/** Lets the process stand still. */
	void pause() {
		Programs.signal(this.process, "STOP");
	}

	void resume() {
		Programs.signal(this.process, "CONT");
	}

	String logText() {
		try {
			return Files.readString(log());
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private Path log() {
		try {
			return Files.createDirectories(DIRECTORY).resolve(this.name + "-" + this.port + ".log");
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
