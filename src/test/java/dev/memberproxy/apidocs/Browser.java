package dev.memberproxy.apidocs;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A headless Chromium with one page, driven by the Chrome DevTools Protocol. */
final class Browser implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final JsonMapper mapper = JsonMapper.shared();

	private final Process process;

	private final WebSocket socket;

	private final AtomicInteger lastId = new AtomicInteger();

	private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();

	private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

	Browser(Path program, Path profile) throws Exception {
		// Chromium's sandbox does not work in most containers. It only opens the
		// service's own pages.
		ProcessBuilder builder = new ProcessBuilder(program.toString(), "--headless=new", "--no-sandbox",
				"--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--disable-background-networking",
				"--hide-scrollbars", "--remote-debugging-port=0", "--user-data-dir=" + profile, "about:blank")
			.redirectErrorStream(true)
			.redirectOutput(profile.resolve("output.txt").toFile());
		builder.environment().put("TMPDIR", profile.toString());
		this.process = builder.start();
		HttpClient client = HttpClient.newHttpClient();
		this.socket = client.newWebSocketBuilder()
			.buildAsync(page(client, port(profile)), new Listener())
			.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		for (String domain : List.of("Page", "Runtime", "Log")) {
			call(domain + ".enable", Map.of());
		}
	}

	private int port(Path profile) {
		Path file = profile.resolve("DevToolsActivePort");
		return Integer.parseInt(Awaitility.await()
			.atMost(PATIENCE)
			.failFast("The browser ended", () -> !this.process.isAlive())
			.until(() -> Files.exists(file) ? Files.readAllLines(file) : List.<String>of(), (lines) -> lines.size() > 1)
			.getFirst());
	}

	private static URI page(HttpClient client, int port) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")).build();
		JsonNode targets = mapper.readTree(client.send(request, BodyHandlers.ofString()).body());
		return targets.valueStream()
			.filter((target) -> target.path("type").stringValue().equals("page"))
			.map((target) -> URI.create(target.path("webSocketDebuggerUrl").stringValue()))
			.findFirst()
			.orElseThrow();
	}

	void resize(int width, int height) {
		call("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
	}

	void open(String url) {
		call("Page.navigate", Map.of("url", url));
	}

	/** Waits until an expression in JavaScript is true. */
	void await(String condition) {
		Awaitility.await(condition)
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(50))
			.until(() -> evaluate("Boolean(" + condition + ")").booleanValue());
	}

	/** Waits for an element that matches the selector, and clicks on the first one. */
	void click(String selector) {
		await("document.querySelector(" + quoted(selector) + ")");
		evaluate("document.querySelector(" + quoted(selector) + ").click()");
	}

	void type(String selector, String text) {
		await("document.querySelector(" + quoted(selector) + ")");
		evaluate("document.querySelector(" + quoted(selector) + ").select()");
		call("Input.insertText", Map.of("text", text));
		await("document.querySelector(" + quoted(selector) + ").value === " + quoted(text));
	}

	void select(String selector, String value) {
		await("document.querySelector(" + quoted(selector) + ")");
		evaluate("((list) => { list.value = " + quoted(value) + "; list.dispatchEvent(new Event('change', "
				+ "{bubbles: true})); })(document.querySelector(" + quoted(selector) + "))");
		await("document.querySelector(" + quoted(selector) + ").value === " + quoted(value));
	}

	JsonNode evaluate(String expression) {
		JsonNode response = call("Runtime.evaluate",
				Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
		if (response.has("exceptionDetails")) {
			throw new AssertionError(expression + ": " + response.path("exceptionDetails"));
		}
		return response.path("result").path("value");
	}

	void screenshot(Path file) throws IOException {
		String data = call("Page.captureScreenshot", Map.of("format", "png")).path("data").stringValue();
		Files.write(file, Base64.getDecoder().decode(data));
	}

	/**
	 * Errors and warnings of the browser, uncaught exceptions, and violations of the
	 * content security policy.
	 */
	List<String> complaints() {
		return List.copyOf(this.complaints);
	}

	private JsonNode call(String method, Map<String, ?> parameters) {
		int id = this.lastId.incrementAndGet();
		CompletableFuture<JsonNode> response = new CompletableFuture<>();
		this.calls.put(id, response);
		String message = mapper.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
		this.socket.sendText(message, true).join();
		return response.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
	}

	private void receive(JsonNode message) {
		CompletableFuture<JsonNode> call = this.calls.remove(message.path("id").intValue(0));
		if (call == null) {
			note(message.path("method").stringValue(""), message.path("params"));
		}
		else if (message.has("error")) {
			call.completeExceptionally(new AssertionError(message.path("error").toString()));
		}
		else {
			call.complete(message.path("result"));
		}
	}

	private void note(String event, JsonNode parameters) {
		boolean isComplaint = switch (event) {
			case "Runtime.exceptionThrown" -> true;
			case "Runtime.consoleAPICalled" ->
				List.of("error", "warning", "assert").contains(parameters.path("type").stringValue());
			case "Log.entryAdded" ->
				List.of("error", "warning").contains(parameters.path("entry").path("level").stringValue());
			default -> false;
		};
		if (isComplaint) {
			this.complaints.add(event + " " + parameters);
		}
	}

	private static String quoted(String text) {
		return mapper.writeValueAsString(text);
	}

	/** Waits for all processes, which write to the profile until they end. */
	@Override
	public void close() {
		List<ProcessHandle> processes = Stream.concat(this.process.descendants(), Stream.of(this.process.toHandle()))
			.toList();
		call("Browser.close", Map.of());
		this.socket.abort();
		processes.forEach((process) -> process.onExit()
			.completeOnTimeout(process, 10, TimeUnit.SECONDS)
			.thenAccept(ProcessHandle::destroyForcibly)
			.join());
	}

	private final class Listener implements WebSocket.Listener {

		private final StringBuilder text = new StringBuilder();

		@Override
		public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
			this.text.append(data);
			if (last) {
				receive(mapper.readTree(this.text.toString()));
				this.text.setLength(0);
			}
			webSocket.request(1);
			return null;
		}

	}

}
