package dev.memberproxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;

/** A server that misbehaves at the level of connections. */
public final class RawServer implements AutoCloseable {

	private final ServerSocket socket;

	private RawServer(ServerSocket socket) {
		this.socket = socket;
	}

	/** Starts a local server. It resets each connection after the behavior ends. */
	public static RawServer start(Behavior behavior) {
		try {
			RawServer server = new RawServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
			Thread.ofVirtual().start(() -> server.accept(behavior));
			return server;
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	public URI uri(String scheme) {
		return URI.create(scheme + "://127.0.0.1:" + this.socket.getLocalPort());
	}

	private void accept(Behavior behavior) {
		while (!this.socket.isClosed()) {
			try {
				Socket connection = this.socket.accept();
				Thread.ofVirtual().start(() -> serve(connection, behavior));
			}
			catch (IOException ex) {
				// The socket is closed, so the loop ends.
			}
		}
	}

	private static void serve(Socket connection, Behavior behavior) {
		try (connection) {
			behavior.serve(connection);
			connection.setSoLinger(true, 0);
		}
		catch (IOException | InterruptedException ex) {
			// The client closed the connection, which some tests check.
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	/** Handles one connection. */
	@FunctionalInterface
	public interface Behavior {

		void serve(Socket connection) throws IOException, InterruptedException;

	}

}
