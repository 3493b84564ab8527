package dev.memberproxy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy that opens tunnels to one local port, for one user with a password that can
 * change.
 */
final class ConnectProxy implements AutoCloseable {

	private final List<String> heads = new CopyOnWriteArrayList<>();

	private final RawServer server;

	private volatile int target;

	private volatile String password;

	ConnectProxy(String password) {
		this.password = password;
		this.server = RawServer.start(this::serve);
	}

	URI uri() {
		return this.server.uri("http");
	}

	/** The request lines and headers of all requests to the proxy itself. */
	List<String> heads() {
		return this.heads;
	}

	void leadTo(int port) {
		this.target = port;
	}

	void changePassword(String password) {
		this.password = password;
	}

	private void serve(Socket connection) throws IOException, InterruptedException {
		String head = readHead(connection.getInputStream());
		this.heads.add(head);
		String login = Base64.getEncoder()
			.encodeToString(("proxy-user:" + this.password).getBytes(StandardCharsets.UTF_8));
		if (!head.startsWith("CONNECT ")) {
			write(connection, "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n");
		}
		else if (!head.contains("\r\nProxy-Authorization: Basic " + login + "\r\n")) {
			write(connection, "HTTP/1.1 407 Proxy Authentication Required\r\n"
					+ "Proxy-Authenticate: Basic realm=\"corporate\"\r\nContent-Length: 0\r\n\r\n");
		}
		else {
			try (Socket upstream = new Socket(InetAddress.getLoopbackAddress(), this.target)) {
				write(connection, "HTTP/1.1 200 Connection established\r\n\r\n");
				Thread back = Thread.startVirtualThread(() -> copy(upstream, connection));
				copy(connection, upstream);
				back.join();
			}
		}
	}

	private static void copy(Socket from, Socket to) {
		try {
			from.getInputStream().transferTo(to.getOutputStream());
			to.shutdownOutput();
		}
		catch (IOException ex) {
			// One side is closed.
		}
	}

	private static void write(Socket connection, String text) throws IOException {
		connection.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
	}

	private static String readHead(InputStream in) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			int next = in.read();
			if (next < 0) {
				throw new EOFException();
			}
			head.append((char) next);
		}
		return head.toString();
	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

}
