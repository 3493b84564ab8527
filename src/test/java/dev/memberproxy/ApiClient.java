package dev.memberproxy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends requests to the service. */
public final class ApiClient {

	private static final HttpClient client = HttpClient.newHttpClient();

	private static final JsonMapper mapper = JsonMapper.shared();

	private ApiClient() {
	}

	public static HttpResponse<String> post(int port, String path, String json) {
		return send(request(port, path).header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(json))
			.build());
	}

	public static HttpResponse<String> get(int port, String path) {
		return send(request(port, path).build());
	}

	public static HttpResponse<String> put(int port, String path, String json) {
		return send(request(port, path).header("Content-Type", "application/json")
			.PUT(BodyPublishers.ofString(json))
			.build());
	}

	public static HttpResponse<String> patch(int port, String path, String json) {
		return send(request(port, path).header("Content-Type", "application/merge-patch+json")
			.method("PATCH", BodyPublishers.ofString(json))
			.build());
	}

	public static HttpResponse<String> delete(int port, String path) {
		return send(request(port, path).DELETE().build());
	}

	public static HttpRequest.Builder request(int port, String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
	}

	public static HttpResponse<String> send(HttpRequest request) {
		try {
			return client.send(request, BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

	public static JsonNode json(HttpResponse<String> response) {
		return mapper.readTree(response.body());
	}

}
